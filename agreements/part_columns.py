"""What can be written in each part of an agreement, column by column, for the forms of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from agreements.document.order import GOAL_PERIODS, GOAL_STATES, OPEN_CLOCKS, ROLES
from agreements.enums import Form
from agreements.part_forms import Column

GOALS_OF = {"company_goals": "company", "marketing_goals": "marketing", "sales_goals": "sales"}


@dataclass(frozen=True, slots=True)
class RowSet:
    """Rows of one sort within a part; ``path`` is where the document has them."""

    name: str
    title: str | Lazy
    columns: tuple[Column, ...]
    path: tuple[str, ...]


def _of(words: tuple[str, ...], said: Mapping[str, Any]) -> Any:
    return lambda _teams: [(word, said.get(word, word)) for word in words]


def _teams(teams: Mapping[str, str]) -> list[tuple[str, Any]]:
    return list(teams.items())


def _attendees(teams: Mapping[str, str]) -> list[tuple[str, Any]]:
    return list({**teams, **{role: ROLE_NAMES[role] for role in ROLES}}.items())


ROLE_NAMES = {
    "marketing": _("marketing"),
    "operations": _("operations"),
    "lead_generation": _("lead generation"),
    "sales": _("sales"),
    "sales_management": _("sales management"),
    "service_delivery": _("service delivery"),
}
_PERIODS = {"month": _("month"), "quarter": _("quarter"), "half": _("half-year"), "year": _("year")}
_STATES = {
    "on_track": _("on track"),
    "at_risk": _("at risk"),
    "off_track": _("off track"),
    "done": _("reached"),
}
_KEY = Column("key", _("Key"), "word", help=_("Letters, digits, - and _; it stays."))

ABOUT = (
    Column("title", _("Title"), "text"),
    Column("effective_from", _("In force from"), "date"),
    Column(
        "form",
        _("Form"),
        "choice",
        choices=_of(tuple(Form), {"short": _("short"), "long": _("long: all six parts")}),
    ),
    Column(
        "open_clocks",
        _("Clocks that run when it starts"),
        "choice",
        choices=_of(
            OPEN_CLOCKS,
            {"keep": _("stay with the version in which they started"), "move": _("move to this version")},
        ),
    ),
    Column(
        "waivers",
        _("Misses that may be waived"),
        "text",
        help=_("Of the misses of a promise in a month, for example 10%; at least one. 0% for none."),
    ),
    Column(
        "teams",
        _("Further teams"),
        "many",
        choices=_teams,
        help=_("They may owe promises and read; they do not sign."),
    ),
)
TEXT = (
    Column("text", _("Text"), "long", help=_("Markdown: # headings, - lists, **bold**, [links](https://…).")),
)
GOALS = RowSet(
    "goals",
    _("Goals"),
    (
        _KEY,
        Column("title", _("Goal"), "text"),
        Column(
            "metric",
            _("Metric"),
            "text",
            help=_("The key of a commitment, series:<name> for hand-entered figures, or a text."),
        ),
        Column("target", _("Target"), "word", help=_("For example >= 120 or < 10%.")),
        Column("unit", _("Unit"), "word"),
        Column("period", _("Period"), "choice", choices=_of(GOAL_PERIODS, _PERIODS)),
        Column("measured_by", _("How it is measured"), "text"),
        Column(
            "status",
            _("Status"),
            "choice",
            choices=_of(GOAL_STATES, _STATES),
            help=_("For a goal that no figure tells."),
        ),
    ),
    ("goals",),
)
HANDOFF = (
    RowSet(
        "personas",
        _("Personas"),
        (_KEY, Column("title", _("Title"), "text"), Column("text", _("Who it is"), "text")),
        ("personas",),
    ),
    RowSet(
        "criteria",
        _("MQL criteria"),
        (
            Column("persona", _("Persona"), "word", help=_("The key of a persona, or any.")),
            Column("text", _("Criterion"), "text"),
            Column(
                "where", _("Checked by"), "yaml", help=_("Conditions, for example {account.named: true}.")
            ),
        ),
        ("mql", "criteria"),
    ),
    RowSet(
        "scoring",
        _("Lead scoring"),
        (
            Column("when", _("When"), "text"),
            Column("points", _("Points"), "number"),
            Column("because", _("Because"), "text"),
            Column(
                "event",
                _("For an event"),
                "yaml",
                help=_("For example form.submitted, or {event: page.viewed}."),
            ),
            Column("within", _("Within"), "word", help=_("For example 30 days.")),
            Column(
                "where", _("Where"), "yaml", help=_("Conditions, for example {contact.job_title: present}.")
            ),
        ),
        ("mql", "scoring"),
    ),
    RowSet(
        "people",
        _("People and capacity"),
        (
            Column("team", _("Team"), "choice", choices=_teams),
            Column("role", _("Role"), "text"),
            Column("count", _("How many"), "number"),
            Column(
                "capacity",
                _("Capacity of each"),
                "yaml",
                help=_("For example {leads_per_week: 40}, or a text."),
            ),
        ),
        ("people",),
    ),
)
COMMUNICATION = (
    RowSet(
        "channels",
        _("Channels"),
        (Column("title", _("Channel"), "text"), Column("purpose", _("What for"), "text")),
        ("channels",),
    ),
    RowSet(
        "meetings",
        _("Meetings"),
        (
            Column("title", _("Meeting"), "text"),
            Column("cadence", _("How often"), "text", help=_("day, week, month, quarter, or a text.")),
            Column("length", _("How long"), "word", help=_("For example 30 minutes.")),
            Column("attendees", _("Who attends"), "many", choices=_attendees),
            Column("agenda", _("How it runs"), "text"),
        ),
        ("meetings",),
    ),
)
ROWS: dict[str, tuple[RowSet, ...]] = {
    **dict.fromkeys(GOALS_OF, (GOALS,)),
    "handoff": HANDOFF,
    "communication": COMMUNICATION,
}
"""The sorts of rows of each part that has any."""

THRESHOLD = (Column("threshold", _("Qualified from how many points on"), "number"),)
