"""Who sees whose name, in words; the notice as its reader reads it; who looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.informing import notice_in, read_at, seal_of, yet_to_read
from people.models import NameAccess, NamingPolicy, User
from people.naming import names_individuals_since

NAMED = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """The company's rule as one reader reads it."""

    who_sees: list[tuple[str, str]]
    until: str
    notice: str
    seal: str
    informed_on: date | None
    consulted_on: date | None
    read_at: datetime | None
    asks: bool


@dataclass(frozen=True, slots=True)
class Readers:
    """Who has yet to confirm that they read the notice."""

    confirmed: int
    people: int
    names: list[str]
    more: int


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at rows that name others."""

    day: date
    reader: str
    page: str
    team: str
    times: int
    first_at: datetime


def rule_for(rule: NamingPolicy, reader: User, *, as_of: datetime) -> Rule:
    """The rule in the reader's language."""
    confirmed = read_at(reader, rule) if rule.notice else None
    return Rule(
        who_sees=_who_sees(rule, as_of=as_of),
        until=_until(rule),
        notice=notice_in(rule, translation.get_language() or settings.LANGUAGE_CODE),
        seal=seal_of(rule),
        informed_on=rule.informed_on,
        consulted_on=rule.consulted_on,
        read_at=confirmed,
        asks=bool(rule.notice) and confirmed is None,
    )


def _who_sees(rule: NamingPolicy, *, as_of: datetime) -> list[tuple[str, str]]:
    rows = [
        (_("You"), _("your own rows with your name, whatever their age")),
        (_("The managers of your team, and of the teams above it"), _("your rows with your name")),
        (_("Administrators and auditors"), _("everybody's rows with names")),
    ]
    since = names_individuals_since(rule)
    if since is None:
        return [*rows, (_("Everybody else"), _("the name of your team, never yours"))]
    others = _("your rows with your name, of what happened since %(day)s") % {
        "day": date_format(since.date())
    }
    if since > as_of:
        others = _("the name of your team; from %(day)s on, your name") % {"day": date_format(since.date())}
    return [
        *rows,
        (_("The other members of the teams of your agreements"), others),
        (_("Everybody else"), _("the name of your team, never yours")),
    ]


def _until(rule: NamingPolicy) -> str:
    if rule.changed_at is None:
        return _("No limit has been set for how long names are shown.")
    months = {"n": rule.months_kept}
    return _("What happened more than %(n)d months ago shows its team only, to everybody but you.") % months


def readers_of(rule: NamingPolicy) -> Readers:
    """How many active people have confirmed, and who has not."""
    left = yet_to_read(rule)
    names = [str(person) for person in left[: NAMED + 1]]
    people, missing = User.objects.filter(is_active=True).count(), left.count()
    return Readers(people - missing, people, names[:NAMED], max(missing - NAMED, 0))


def suggested_notice() -> dict[str, str]:
    """A notice to start from, in every language of the interface."""
    texts = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = _suggested()
    return texts


def _suggested() -> str:
    return "\n\n".join(
        [
            _("Our teams have agreed on promises to each other, and SLA Hub measures them from the CRM."),
            _(
                "From the day named below, the members of the teams of an agreement see by name who owed "
                "what under it, so that questions go to the right person at once. It serves to help each "
                "other and to improve the agreement; it is not used to appraise anybody."
            ),
            _(
                "You see your own rows at any time, and can dispute each of them. Every look at others' "
                "names is noted. To ask for access, correction or erasure, write to us."
            ),
        ]
    )


def looks(rows: Iterable[NameAccess]) -> list[Look]:
    """Rows of the access log."""
    return [
        Look(
            day=row.day,
            reader=str(row.reader),
            page=row.page,
            team=row.team.name if row.team else _("any team"),
            times=row.times,
            first_at=row.first_at,
        )
        for row in rows
    ]
