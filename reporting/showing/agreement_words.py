"""The words of an agreement's document: its parts, states, goals, roles."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import dates
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from agreements.business_time import DAYS
from agreements.durations import describe, parse_duration
from agreements.enums import Period
from agreements.part_columns import ROLE_NAMES
from agreements.texts import localized
from reporting.showing.numbers import number


def here(value: Any) -> str:
    """A text of the document in the reader's language."""
    return localized(value, get_language() or "en")


def part_title(part: str) -> str:
    """What a part of the document is called, as its heading says."""
    return {
        "about": _("The agreement"),
        "company_goals": _("Company goals"),
        "marketing_goals": _("Marketing goals"),
        "sales_goals": _("Sales goals"),
        "handoff": _("Opportunity handoff"),
        "communication": _("Feedback and communication"),
        "reporting": _("Reporting"),
        "commitments": _("Commitments"),
        "calendars": _("Calendars"),
    }.get(part, part)


def standing(state: str) -> str:
    """Where a version stands."""
    return {
        "draft": pgettext("version", "draft"),
        "review": pgettext("version", "in review"),
        "upcoming": pgettext("version", "signed, starts later"),
        "in_force": pgettext("version", "in force"),
        "superseded": pgettext("version", "superseded"),
    }[state]


def goal_status(status: str) -> str:
    """How a goal stands that no figure tells."""
    return {
        "on_track": pgettext("goal", "on track"),
        "at_risk": pgettext("goal", "at risk"),
        "off_track": pgettext("goal", "off track"),
        "done": pgettext("goal", "reached"),
    }[status]


def goal_period(period: str) -> str:
    """For how long a goal's target counts."""
    return {
        "month": pgettext("goal", "a month"),
        "quarter": pgettext("goal", "a quarter"),
        "half": pgettext("goal", "a half-year"),
        "year": pgettext("goal", "a year"),
    }[period]


def role(name: str, teams: dict[str, str]) -> str:
    """Who attends: a role of the two sides, else a team by its name."""
    return str(ROLE_NAMES[name]) if name in ROLE_NAMES else teams.get(name, name)


def cadence(value: Any) -> str:
    """How often one meets: "week" is said in words, any other text as it is written."""
    said: dict[str, str] = {
        Period.DAY: pgettext("cadence", "every day"),
        Period.WEEK: pgettext("cadence", "every week"),
        Period.MONTH: pgettext("cadence", "every month"),
        Period.QUARTER: pgettext("cadence", "every quarter"),
        Period.HALF: pgettext("cadence", "every half-year"),
        Period.YEAR: pgettext("cadence", "every year"),
    }
    return said.get(value, here(value)) if isinstance(value, str) else here(value)


def length(value: str | None) -> str:
    """How long: ``30 minutes``."""
    return describe(parse_duration(value), get_language() or "en") if value else ""


def capacity(value: Any) -> str:
    """What the people of a role can take on: a text, or figures such as leads_per_week."""
    if not isinstance(value, dict) or value.keys() <= {"en", "fr"}:
        return here(value)
    return ", ".join(_amount(name, amount) for name, amount in value.items())


def _amount(name: str, amount: float) -> str:
    what, _per, period = name.partition("_per_")
    spans = {
        "day": pgettext("capacity", "a day"),
        "week": pgettext("capacity", "a week"),
        "month": pgettext("capacity", "a month"),
    }
    counted = _COUNTED[what](amount) % {"n": number(amount)}
    return _("%(counted)s %(span)s") % {"counted": counted, "span": spans[period]}


_COUNTED: dict[str, Callable[[float], str]] = {
    "leads": lambda n: ngettext("%(n)s lead", "%(n)s leads", int(n)),
    "contacts": lambda n: ngettext("%(n)s contact", "%(n)s contacts", int(n)),
    "calls": lambda n: ngettext("%(n)s call", "%(n)s calls", int(n)),
    "meetings": lambda n: ngettext("%(n)s meeting", "%(n)s meetings", int(n)),
    "contents": lambda n: ngettext("%(n)s content", "%(n)s contents", int(n)),
    "hours": lambda n: ngettext("%(n)s hour", "%(n)s hours", int(n)),
}


def weekday(day: str) -> str:
    """``mon`` as the reader names it."""
    return str(dates.WEEKDAYS[DAYS.index(day)])


def day(text: str) -> str:
    """A date of the document as the reader writes it."""
    return date_format(date.fromisoformat(text), "DATE_FORMAT")


def open_clocks(choice: str) -> str:
    """What becomes of clocks that run when a version starts."""
    return {
        "keep": _("they are judged by the version in which they started"),
        "move": _("they move to the new version"),
    }[choice]


def rows_name(name: str) -> str:
    """What the rows of a part are called."""
    return {
        "goals": _("Goals"),
        "personas": _("Personas"),
        "criteria": _("MQL criteria"),
        "scoring": _("Lead scoring"),
        "threshold": _("Qualified from"),
        "responsibilities": _("Responsibilities"),
        "people": _("People and capacity"),
        "channels": _("Channels"),
        "meetings": _("Meetings"),
    }[name]


def how_it_is_told() -> dict[str, str]:
    """The terms of a commitment that say how it is shown and told, by key."""
    return {
        "warn_at": _("At risk from"),
        "breach": _("A breach for each"),
        "notify": _("Told by"),
        "announce": _("Announced to the owner"),
        "beside": _("Shown beside"),
    }
