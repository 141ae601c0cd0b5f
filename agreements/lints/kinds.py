"""What strikes about checklists, rates, volumes and coverage, each in its own way."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil

from agreements.document import CommitmentPart, Document
from agreements.enums import Period
from agreements.lints.conditions import contradiction
from agreements.lints.findings import Finding, Surroundings
from agreements.terms import (
    ChecklistTerms,
    Condition,
    CoverageTerms,
    RateTerms,
    Selector,
    Target,
    VolumeTerms,
)
from agreements.terms.kinds import BaselineTarget, Having

_LENGTHS = {
    Period.DAY: 1,
    Period.WEEK: 7,
    Period.MONTH: 30,
    Period.QUARTER: 91,
    Period.HALF: 182,
    Period.YEAR: 365,
}
FORESEEN = 3 * 365
"""A ramp is looked at for three years: nobody signs for longer without amending."""
_PEOPLE = frozenset({"lead", "contact", "deal", "account"})
"""An event about one of these may be about the others as well, through their links."""


def kind_findings(part: CommitmentPart, document: Document, around: Surroundings) -> Iterator[Finding]:
    """What only a commitment of this kind can get wrong; responses have none of these."""
    match part.parsed:
        case ChecklistTerms() as terms:
            yield from _checklist(part.key, terms, around)
        case RateTerms() as terms:
            yield from _rate(part.key, terms, document)
        case VolumeTerms() as terms:
            yield from _volume(part.key, terms)
        case CoverageTerms() as terms if terms.online == terms.offline:
            yield Finding("presence_never_ends", f"{part.key}.presence", {"event": terms.online})
    if isinstance(part.parsed, VolumeTerms | CoverageTerms) and part.parsed.min_sample > 1:
        yield Finding("min_sample_without_cases", f"{part.key}.min_sample", {"kind": str(part.kind)})


def _checklist(key: str, terms: ChecklistTerms, around: Surroundings) -> Iterator[Finding]:
    starts = _types((kind for selector in terms.start for kind in selector.events), around.subjects)
    done = _types([terms.steps.event], around.subjects)
    if starts and done and not starts & done and not (starts & _PEOPLE and done & _PEOPLE):
        values = {"event": terms.steps.event, "type": min(done), "subject": min(starts)}
        yield Finding("steps_of_another_record", f"{key}.steps.event", values)


def _types(kinds: Iterable[str], subjects: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {subject for kind in kinds for subject in subjects.get(kind, ())}


def _rate(key: str, terms: RateTerms, document: Document) -> Iterator[Finding]:
    yield from _baseline(key, terms, document)
    yield from _ramp(key, terms)
    target = terms.target
    if isinstance(target, Target) and target.op in (">=", ">") and 0 < target.value < Fraction(1, 100):
        values = {"target": f"{target.op} {_percent(target.value)}", "meant": _percent(target.value * 100)}
        yield Finding("tiny_share", f"{key}.target", values)
    if isinstance(terms.having, Having):
        yield from _cohort(key, terms, terms.having)
    else:
        yield from _snapshot(key, terms, terms.having)
    if terms.logged_within and not (isinstance(terms.having, Having) and terms.having.events):
        yield Finding("nothing_entered", f"{key}.logged_within")


def _baseline(key: str, terms: RateTerms, document: Document) -> Iterator[Finding]:
    if terms.baseline is None:
        return
    if not isinstance(terms.target, BaselineTarget):
        yield Finding("baseline_unused", f"{key}.baseline")
    first, last = terms.baseline
    if last >= document.effective_from:
        values = {"last": last.isoformat(), "start": document.effective_from.isoformat()}
        yield Finding("baseline_after_start", f"{key}.baseline", values)
    if (last - first).days + 1 < _LENGTHS[terms.per]:
        yield Finding("baseline_too_short", f"{key}.baseline", {"days": (last - first).days + 1})


def _ramp(key: str, terms: RateTerms) -> Iterator[Finding]:
    """A ramp raises what should be high and lowers what should be low, and stays within the whole."""
    target, ramp = terms.target, terms.ramp
    if ramp is None or not isinstance(target, Target) or not ramp.by:
        return
    upwards = target.op in (">=", ">")
    steps = ceil((1 - target.value if upwards else target.value) / ramp.by)
    if steps > 0 and steps * _LENGTHS[ramp.every] <= FORESEEN:
        values = {"target": f"{target.op} {_percent(target.value)}", "end": "100%" if upwards else "0%"}
        yield Finding("ramp_to_the_end", f"{key}.ramp", values | {"steps": steps, "every": str(ramp.every)})


def _snapshot(key: str, terms: RateTerms, having: tuple[Condition, ...]) -> Iterator[Finding]:
    for name, conditions in (("where", terms.where), ("having", having)):
        for condition in conditions:
            if condition.field.startswith("data."):
                values = {"field": condition.field, "of": terms.of}
                yield Finding("data_of_no_event", f"{key}.{name}", values)
    yield from _no_question(key, terms.where, having)


def _cohort(key: str, terms: RateTerms, having: Having) -> Iterator[Finding]:
    counted = [(selector.events, (*selector.where, *terms.where)) for selector in _selectors(terms.of)]
    if not having.events:
        for _events, conditions in counted:
            yield from _no_question(key, conditions, having.where)
        return
    if having.by == ("anyone",) and all(
        set(events) <= set(having.events) and set(having.where) <= set(conditions)
        for events, conditions in counted
    ):
        yield Finding("having_covers_of", f"{key}.having", {"event": min(having.events)})


def _selectors(of: str | tuple[Selector, ...]) -> tuple[Selector, ...]:
    return () if isinstance(of, str) else of


def _no_question(key: str, counted: Iterable[Condition], having: Iterable[Condition]) -> Iterator[Finding]:
    """Conditions that all that is counted fulfils, or that nothing does."""
    counted, having = tuple(counted), tuple(having)
    if having and set(having) <= set(counted):
        yield Finding("having_covers_where", f"{key}.having", {"field": having[0].field})
    elif not contradiction(counted) and (field := contradiction((*counted, *having))):
        yield Finding("having_never_holds", f"{key}.having", {"field": field})


def _volume(key: str, terms: VolumeTerms) -> Iterator[Finding]:
    if terms.until and any(set(count.selector.events) - {"contact.created"} for count in terms.count):
        values = {"until": terms.until, "event": terms.count[0].selector.events[0]}
        yield Finding("until_of_others", f"{key}.until", values)
    if terms.until and terms.target.op in ("<", "<="):
        yield Finding("until_with_limit", f"{key}.until", {"until": terms.until, "op": terms.target.op})
    elif terms.prorate and terms.target.op in ("<", "<="):
        yield Finding("prorated_limit", f"{key}.prorate", {"op": terms.target.op})
    if isinstance(terms.target, Target) and terms.target.value.denominator != 1:
        yield Finding("part_of_a_count", f"{key}.target", {"target": f"{float(terms.target.value):g}"})


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"
