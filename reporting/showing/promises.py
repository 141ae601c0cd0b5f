"""A commitment in words: one line for a card, and a list of its terms for its page and its document."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.durations import describe
from agreements.enums import Period
from agreements.terms.kinds import BaselineTarget, ChecklistTerms
from agreements.terms.values import Promise, ResponseTerms, Target
from agreements.texts import localized
from measurement.wording.steps import step_name
from reporting import words
from reporting.showing.clauses import Term, clauses, within_text
from reporting.showing.numbers import NBSP, number, percent, points

__all__ = [
    "Term",
    "aim_of",
    "in_full",
    "in_short",
    "percent",
    "period_name",
    "target_text",
    "title_of",
    "within_text",
]


def title_of(promise: Promise) -> str:
    """What the commitment is called; its key when it has no title."""
    return localized(promise.terms.title, get_language() or "en") or promise.key


def target_text(target: Target | BaselineTarget) -> str:
    """``≥ 95 %``, ``≥ 5``, ``≥ baseline + 2 points``."""
    sign = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}[target.op]
    if isinstance(target, BaselineTarget):
        return f"{sign}{NBSP}{_beyond_baseline(target)}"
    return f"{sign}{NBSP}{percent(target.value) if target.percent else number(target.value)}"


def _beyond_baseline(target: BaselineTarget) -> str:
    if not target.by:
        return _("baseline")
    plus = "+" if target.by > 0 else "−"
    by = points(target.by) if target.points else percent(abs(target.by))
    return _("baseline %(sign)s %(by)s") % {"sign": plus, "by": by}


def in_short(promise: Promise) -> str:
    """One line: ``within 2 business hours · judged weekly``."""
    return " · ".join(filter(None, [_essence(promise), words.per_period(promise.terms.per)]))


def _essence(promise: Promise) -> str:
    terms = promise.terms
    if isinstance(terms, ResponseTerms):
        return within_text(terms.within)
    if isinstance(terms, ChecklistTerms):
        language = get_language() or "en"
        return ", ".join(
            f"{step_name(name, language)} {describe(time, language)}" for name, time in terms.steps.within
        )
    return {"member": _("each member"), "account": _("each account")}.get(getattr(terms, "each", ""), "")


def aim_of(promise: Promise) -> str:
    """``target ≥ 95 %``."""
    return _("target %(target)s") % {"target": target_text(promise.terms.target)}


def period_name(promise: Promise, start: datetime) -> str:
    """The promise's period that starts then: ``20 Nov 2026``, ``week of 16 Nov 2026``, ``November 2026`` …"""
    first = start.astimezone(ZoneInfo(promise.timezone)).date()
    day = date_format(first, "SHORT_DATE_FORMAT")
    match promise.terms.per:
        case Period.DAY:
            return day
        case Period.WEEK:
            return _("week of %(day)s") % {"day": day}
        case Period.MONTH:
            return date_format(first, "YEAR_MONTH_FORMAT")
    return _("period from %(day)s") % {"day": day}


def in_full(promise: Promise) -> list[Term]:
    """Every term in words, for the commitment's page."""
    found = clauses(promise.kind, promise.terms)
    aim = f"{target_text(promise.terms.target)}, {words.per_period(promise.terms.per)}"
    found.append(Term(_("Target"), aim))
    found.append(Term(_("Calendar"), _calendar(promise)))
    found.append(Term(_("In force"), _in_force(promise)))
    return found


def _calendar(promise: Promise) -> str:
    return _("business hours in %(zone)s") % {"zone": promise.timezone}


def _in_force(promise: Promise) -> str:
    since = _day(promise.starts_at, promise)
    text = _("%(agreement)s version %(number)d, from %(since)s") % {
        "agreement": promise.agreement_key,
        "number": promise.version_number,
        "since": since,
    }
    if promise.ends_at:
        text += " " + _("until %(until)s") % {"until": _day(promise.ends_at, promise)}
    return text


def _day(instant: datetime, promise: Promise) -> str:
    """The day on which a version begins: of the nearest midnight in the promise's own zone, since versions
    begin at midnight of their first calendar, whose zone may be another."""
    nearest = instant.astimezone(ZoneInfo(promise.timezone)) + timedelta(hours=12)
    return date_format(nearest.date(), "DATE_FORMAT")
