"""A commitment in words: one line for a card, and a list of its terms for its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.durations import Duration, describe
from agreements.enums import Kind, Period
from agreements.terms.kinds import BaselineTarget
from agreements.terms.values import Condition, Promise, ResponseTerms, Selector, Target
from agreements.texts import localized
from measurement.wording.kinds import any_of
from reporting import words

NBSP = "\u00a0"  # a number and its sign stay on one line


@dataclass(frozen=True, slots=True)
class Term:
    """One agreed term: what it is called and what was agreed."""

    label: str
    text: str


def title_of(promise: Promise) -> str:
    """What the commitment is called; its key when it has no title."""
    return localized(promise.terms.title, get_language() or "en") or promise.key


def percent(share: Fraction | float | None) -> str:
    """A share as a whole percentage, or one decimal below 10 % and near 100 %; a dash for none.

    Never rounded up to 100 %: 99.96 % kept is not all kept.
    """
    if share is None:
        return "–"
    exact = Fraction(share) * 100
    decimals = 0 if exact.denominator == 1 else 1
    floored = Fraction(int(exact * 10), 10) if exact > Fraction(999, 10) and exact < 100 else exact
    return f"{number_format(round(float(floored), decimals), decimals)}{NBSP}%"


def target_text(target: Target | BaselineTarget) -> str:
    """``≥ 95 %``, ``≥ baseline + 2 points``."""
    sign = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}[target.op]
    if isinstance(target, BaselineTarget):
        return f"{sign}{NBSP}{_beyond_baseline(target)}"
    return f"{sign}{NBSP}{percent(target.value) if target.percent else _number(target.value)}"


def _beyond_baseline(target: BaselineTarget) -> str:
    if not target.by:
        return _("baseline")
    plus = "+" if target.by > 0 else "−"
    by = percent(abs(target.by))
    if target.points:
        by = _("%(n)s points") % {"n": _number(abs(target.by) * 100)}
    return _("baseline %(sign)s %(by)s") % {"sign": plus, "by": by}


def _number(value: Fraction) -> str:
    """As many decimals as it has, two at most."""
    return number_format(f"{float(value):.2f}".rstrip("0").rstrip("."))


def in_short(promise: Promise) -> str:
    """One line: ``within 2 business hours · judged weekly``."""
    terms = promise.terms
    parts = [within_text(terms.within)] if isinstance(terms, ResponseTerms) else []
    return " · ".join([*parts, words.per_period(terms.per)])


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
    found = _clauses(promise.terms) if promise.kind == Kind.RESPONSE else []
    aim = f"{target_text(promise.terms.target)}, {words.per_period(promise.terms.per)}"
    found.append(Term(_("Target"), aim))
    found.append(Term(_("Calendar"), _calendar(promise)))
    found.append(Term(_("In force"), _in_force(promise)))
    return found


def within_text(duration: Duration) -> str:
    """``within 2 business hours``; zero business days are "on the same business day"."""
    said = {"duration": describe(duration, get_language() or "en")}
    return _("within %(duration)s") % said if duration.amount else _("on %(duration)s") % said


def _clauses(terms: ResponseTerms) -> list[Term]:
    language = get_language() or "en"
    found = [
        Term(_("Starts with"), _selectors(terms.start)),
        Term(_("Done by"), _selectors(terms.stop)),
        Term(_("Allowed time"), within_text(terms.within)),
    ]
    optional = [
        (_("Only when"), _conditions(terms.where)),
        (_("May be done before"), describe(terms.early, language) if terms.early else ""),
        (_("Suspended by"), _selectors(terms.pause)),
        (_("Resumed by"), _selectors(terms.resume)),
        (_("Cancelled by"), _selectors(terms.cancel)),
        (_("Failed by"), _selectors(terms.fail)),
        (_("Told after"), describe(terms.settle, language) if terms.settle else ""),
        (_("Given up after"), describe(terms.give_up, language) if terms.give_up else ""),
        (_("Judged from"), _cases(terms.min_sample)),
    ]
    return found + [Term(label, text) for label, text in optional if text]


def _cases(minimum: int) -> str:
    return _("%(number)d cases on") % {"number": minimum} if minimum > 1 else ""


def _selectors(selectors: Sequence[Selector]) -> str:
    return _(" or ").join(_selector(selector) for selector in selectors)


def _selector(selector: Selector) -> str:
    text = any_of(selector.events, get_language() or "en", {})
    if selector.by != ("anyone",):
        text += " " + _("by %(who)s") % {"who": _(" or ").join(_who(who) for who in selector.by)}
    if selector.where:
        text += " " + _("where %(conditions)s") % {"conditions": _conditions(selector.where)}
    if selector.needs:
        kinds = any_of(selector.needs.events, get_language() or "en", {})
        text += " " + _("after at least %(n)d of %(kinds)s") % {"n": selector.needs.at_least, "kinds": kinds}
    return text


def _who(who: str) -> str:
    return {
        "team": _("the team"),
        "owner": _("the owner"),
        "contact": _("the contact"),
        "anyone": _("anyone"),
    }[who]


def _conditions(conditions: Iterable[Condition]) -> str:
    return _(" and ").join(f"{c.field} {_test(c.op, c.value)}".strip() for c in conditions)


def _test(op: str, value: Any) -> str:
    if op in ("present", "missing", "team"):
        return {"present": _("is known"), "missing": _("is missing"), "team": _("is of the team")}[op]
    shown = _(" or ").join(map(_shown, value if isinstance(value, list | tuple) else [value]))
    signs = {"eq": "=", "not": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}
    names = {"older_than": _("older than"), "newer_than": _("newer than")}
    return f"{signs.get(op) or names[op]} {shown}"


def _shown(value: Any) -> str:
    return (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)


def _calendar(promise: Promise) -> str:
    return _("business hours in %(zone)s") % {"zone": promise.timezone}


def _in_force(promise: Promise) -> str:
    since = _day(promise.starts_at, promise)
    text = _("%(agreement)s version %(number)d, since %(since)s") % {
        "agreement": promise.agreement_key,
        "number": promise.version_number,
        "since": since,
    }
    if promise.ends_at:
        text += " " + _("until %(until)s") % {"until": _day(promise.ends_at, promise)}
    return text


def _day(instant: datetime, promise: Promise) -> str:
    """The date of an instant in the promise's own zone, where versions begin at midnight."""
    return date_format(instant.astimezone(ZoneInfo(promise.timezone)).date(), "DATE_FORMAT")
