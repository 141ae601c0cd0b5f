"""The terms of each kind of promise in words: what starts, what counts, what ends it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from agreements.durations import Duration, describe
from agreements.enums import Kind
from agreements.terms.kinds import ChecklistTerms, Count, CoverageTerms, Having, Ramp, RateTerms, VolumeTerms
from agreements.terms.values import Complete, Condition, Escalation, ResponseTerms, Selector
from measurement.wording.kinds import any_of
from measurement.wording.steps import step_name
from reporting import words
from reporting.showing.fields import field_name, records_name
from reporting.showing.numbers import percent, points


@dataclass(frozen=True, slots=True)
class Term:
    """One agreed term: what it is called and what was agreed."""

    label: str
    text: str


def clauses(kind: Kind, terms: Any) -> list[Term]:
    """What is promised, term by term; what was not agreed is left out."""
    said = [*_OF_KIND[kind](terms), *_told(terms)]
    return [Term(label, text) for label, text in said if text]


def within_text(duration: Duration) -> str:
    """``within 2 business hours``; zero business days are "on the same business day"."""
    said = {"duration": describe(duration, _language())}
    return _("within %(duration)s") % said if duration.amount else _("on %(duration)s") % said


def selectors_text(selectors: Sequence[Selector]) -> str:
    """Events that count, any of them: "a call or an e-mail by the team"."""
    return _(" or ").join(selector_text(selector) for selector in selectors)


def selector_text(selector: Selector) -> str:
    """Events, who did them, under which conditions, after what."""
    text = _events(selector.events, selector.by)
    if selector.where:
        text += " " + _("where %(conditions)s") % {"conditions": conditions_text(selector.where)}
    if selector.needs:
        kinds = any_of(selector.needs.events, _language(), {})
        text += " " + _("after at least %(n)d of %(kinds)s") % {"n": selector.needs.at_least, "kinds": kinds}
    return text


def conditions_text(conditions: Iterable[Condition]) -> str:
    """Conditions, all of which must hold: "named account = yes and tier of the account = 1"."""
    return _(" and ").join(f"{field_name(c.field)} {_test(c.op, c.value)}".strip() for c in conditions)


def _response(terms: ResponseTerms) -> list[tuple[str, str]]:
    return [
        (_("Starts with"), selectors_text(terms.start)),
        (_("Done by"), selectors_text(terms.stop)),
        (_("Allowed time"), within_text(terms.within)),
        (_("About"), _subject(terms.subject)),
        (_("Outside the hours"), _outside(terms.outside_hours)),
        (_("Complete when"), _complete(terms.complete) if terms.complete else ""),
        (_("Only when"), conditions_text(terms.where)),
        (_("May be done before"), _duration(terms.early)),
        (_("Suspended by"), selectors_text(terms.pause)),
        (_("Resumed by"), selectors_text(terms.resume)),
        (_("Cancelled by"), selectors_text(terms.cancel)),
        (_("Failed by"), selectors_text(terms.fail)),
        (_("Given up after"), _duration(terms.give_up)),
    ]


def _checklist(terms: ChecklistTerms) -> list[tuple[str, str]]:
    steps = "; ".join(
        f"{step_name(name, _language())} {within_text(allowed)}" for name, allowed in terms.steps.within
    )
    return [
        (_("Starts with"), selectors_text(terms.start)),
        (_("Steps"), steps),
        (_("A step is done by"), any_of([terms.steps.event], _language(), {})),
        (_("Only when"), conditions_text(terms.where)),
        (_("May be done before"), _duration(terms.early)),
        (_("Given up after"), _duration(terms.give_up)),
    ]


def _rate(terms: RateTerms) -> list[tuple[str, str]]:
    of_records = isinstance(terms.of, str)
    return [
        (_("Share of"), records_name(terms.of) if isinstance(terms.of, str) else selectors_text(terms.of)),
        (_("Only when"), conditions_text(terms.where)),
        (_("That have"), _having(terms.having)),
        (_("Read"), _("at the end of each day, from what is known then") if of_records else ""),
        (_("Baseline"), _baseline(terms.baseline)),
        (_("The target tightens"), _ramp(terms.ramp)),
    ]


def _volume(terms: VolumeTerms) -> list[tuple[str, str]]:
    return [
        (_("Counted"), _(" or ").join(_count(count) for count in terms.count)),
        (_("Only when"), conditions_text(terms.where)),
        (_("Counted for"), _each(terms.each)),
        (_("Required until"), _until(terms.until)),
        (_("Shorter periods"), _("the target follows the open days") if terms.prorate else ""),
    ]


def _coverage(terms: CoverageTerms) -> list[tuple[str, str]]:
    return [
        (_("Staffed from"), any_of([terms.online], _language(), {})),
        (_("Staffed until"), any_of([terms.offline], _language(), {})),
        (_("Counted"), _("the agreed hours in which at least one person is present")),
    ]


_OF_KIND: dict[Kind, Callable[[Any], list[tuple[str, str]]]] = {
    Kind.RESPONSE: _response,
    Kind.CHECKLIST: _checklist,
    Kind.RATE: _rate,
    Kind.VOLUME: _volume,
    Kind.COVERAGE: _coverage,
}


def _told(terms: Any) -> list[tuple[str, str]]:
    """What every kind may say about judging and telling."""
    return [
        (_("Judged from"), _cases(terms.min_sample)),
        (_("Told after"), _duration(terms.settle)),
        (_("Must be entered within"), _duration(terms.logged_within)),
        (_("Told to"), "; ".join(map(_escalation, terms.escalate))),
    ]


def _events(kinds: Sequence[str], by: Sequence[str]) -> str:
    text = any_of(kinds, _language(), {})
    if tuple(by) != ("anyone",):
        text += " " + _("by %(who)s") % {"who": _(" or ").join(_who(who) for who in by)}
    return text


def _having(having: tuple[Condition, ...] | Having) -> str:
    if not isinstance(having, Having):
        return conditions_text(having)
    said = [_events(having.events, having.by)] if having.events else []
    if having.where:
        said.append(conditions_text(having.where))
    return ", ".join([*said, within_text(having.within)] if having.within else said)


def _count(count: Count) -> str:
    said = [selector_text(count.selector)]
    if count.distinct:
        said.append(_("once for each %(record)s") % {"record": words.record_type(count.distinct)})
    if count.unless:
        said.append(_("unless there is %(events)s") % {"events": selectors_text(count.unless)})
    return ", ".join(said)


def _each(each: str) -> str:
    return {"team": _("the whole team"), "member": _("each member"), "account": _("each account")}[each]


def _until(until: str | None) -> str:
    return _("the accounts have all the contacts that they should have") if until else ""


def _baseline(window: Any) -> str:
    if window is None:
        return ""
    first, last = (date_format(day, "DATE_FORMAT") for day in window)
    return _("from %(first)s to %(last)s") % {"first": first, "last": last}


def _ramp(ramp: Ramp | None) -> str:
    if ramp is None:
        return ""
    return _("by %(points)s %(every)s") % {"points": points(ramp.by), "every": words.every_period(ramp.every)}


def _complete(complete: Complete) -> str:
    said = {
        "count": field_name(complete.count),
        "of": field_name(complete.of),
        "share": percent(complete.at_least),
    }
    return _("%(count)s ÷ %(of)s ≥ %(share)s") % said


def _escalation(escalation: Escalation) -> str:
    role = {"owner": _("the owner"), "manager": _("the manager")}.get(escalation.to, escalation.to)
    return _("%(role)s at %(share)s of the time") % {"role": role, "share": percent(escalation.at)}


def _cases(minimum: int) -> str:
    text = ngettext("%(number)d case on", "%(number)d cases on", minimum)
    return text % {"number": minimum} if minimum > 1 else ""


def _subject(subject: str | None) -> str:
    return words.record_type(subject) if subject else ""


def _outside(rule: str) -> str:
    return {
        "next_opening": _("the time begins at the next opening"),
        "ignore": _("what comes outside the hours does not count"),
    }.get(rule, "")


def _duration(duration: Duration | None) -> str:
    return describe(duration, _language()) if duration else ""


def _who(who: str) -> str:
    return {
        "team": _("the team"),
        "owner": _("the owner"),
        "contact": _("the contact"),
        "anyone": _("anyone"),
    }[who]


def _test(op: str, value: Any) -> str:
    if op in ("present", "missing", "team"):
        return {"present": _("is known"), "missing": _("is missing"), "team": _("is of the team")}[op]
    shown = _(" or ").join(map(_shown, value if isinstance(value, list | tuple) else [value]))
    signs = {"eq": "=", "not": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}
    names = {"older_than": _("older than"), "newer_than": _("newer than")}
    return f"{signs.get(op) or names[op]} {shown}"


def _shown(value: Any) -> str:
    if isinstance(value, Duration):
        return describe(value, _language())
    return (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)


def _language() -> str:
    return get_language() or "en"
