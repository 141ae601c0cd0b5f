"""Who works at Brumeval, makers of industrial measuring instruments."""

from dataclasses import dataclass

SOURCE = "brumeval"
"""The source of every fact of the demo company."""

DOMAIN = "brumeval.example"
PASSWORD = "brumeval-demo"  # noqa: S105 - printed on purpose: everybody who tries the demo signs in with it

PARIS, LONDON = "paris", "london"
"""Keys of the agreement's two calendars: each office works by its own."""

ZONES = {PARIS: "Europe/Paris", LONDON: "Europe/London"}

MARKET_OF_OFFICE = {PARIS: "france", LONDON: "uk"}


@dataclass(frozen=True, slots=True)
class TeamPart:
    """A team: ``office`` is the calendar that it works by."""

    slug: str
    name: str
    side: str
    office: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company. ``pace``: how long they take, 1 is usual; ``leads``: manages the team."""

    key: str
    name: str
    team: str
    office: str = PARIS
    language: str = "fr"
    pace: float = 1.0
    leads: bool = False

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}@{DOMAIN}"

    @property
    def market(self) -> str:
        """The market whose leads and accounts a sales person has."""
        return MARKET_OF_OFFICE[self.office]


TEAMS = (
    TeamPart("marketing", "Marketing", "marketing", PARIS),
    TeamPart("sales", "Sales", "sales", PARIS),
    TeamPart("sales-france", "Sales France", "sales", PARIS, parent="sales"),
    TeamPart("sales-uk", "Sales UK", "sales", LONDON, parent="sales"),
)

ADMINISTRATOR = Person("noemie.fontaine", "Noémie Fontaine", "", language="en")

CLAIRE = Person("claire.martin", "Claire Martin", "sales", leads=True)
EMMA = Person("emma.clarke", "Emma Clarke", "marketing", language="en", leads=True)
LUCAS = Person("lucas.moreau", "Lucas Moreau", "marketing")  # fairs and webinars
INES = Person("ines.garnier", "Inès Garnier", "marketing")  # contents
NATHAN = Person("nathan.petit", "Nathan Petit", "marketing")  # gives leads to people
SOFIA = Person("sofia.rossi", "Sofia Rossi", "marketing", language="en")  # campaigns, and leads with Nathan
JULIEN = Person("julien.bernard", "Julien Bernard", "sales-france", pace=1.1)
CAMILLE = Person("camille.durand", "Camille Durand", "sales-france", pace=0.4)  # the excellent one
ANTOINE = Person("antoine.lefevre", "Antoine Lefèvre", "sales-france")  # away for two weeks
MANON = Person("manon.girard", "Manon Girard", "sales-france", pace=0.9)
THOMAS = Person("thomas.faure", "Thomas Faure", "sales-france", pace=1.3)
OLIVER = Person("oliver.hughes", "Oliver Hughes", "sales-uk", office=LONDON, language="en")
AMELIA = Person("amelia.wright", "Amelia Wright", "sales-uk", office=LONDON, language="en", pace=0.8)
JAMES = Person("james.patel", "James Patel", "sales-uk", office=LONDON, language="en", pace=1.2)

CAST = (
    CLAIRE,
    EMMA,
    LUCAS,
    INES,
    NATHAN,
    SOFIA,
    JULIEN,
    CAMILLE,
    ANTOINE,
    MANON,
    THOMAS,
    OLIVER,
    AMELIA,
    JAMES,
)

REPS = tuple(person for person in CAST if person.team in {"sales-france", "sales-uk"})


def reps_of(market: str) -> tuple[Person, ...]:
    """The sales people of a market."""
    return tuple(rep for rep in REPS if rep.market == market)


#: Whom the terminal offers to sign in as, and as what.
LOGINS = (
    (ADMINISTRATOR, "administrator"),
    (CLAIRE, "sales manager, in French"),
    (JULIEN, "sales representative, in French"),
    (EMMA, "marketing manager, in English"),
    (OLIVER, "sales representative in London, in English"),
)
