"""What a promise must be fed: the kinds of events and the fields of records that its terms name."""

from collections.abc import Iterator
from dataclasses import dataclass

from agreements.terms import (
    ChecklistTerms,
    Condition,
    CoverageTerms,
    RateTerms,
    ResponseTerms,
    Selector,
    Terms,
    VolumeTerms,
)
from agreements.terms.kinds import Having

_SELECTED = ("start", "stop", "pause", "resume", "cancel", "fail")


@dataclass(frozen=True, slots=True)
class Feeding:
    """Kinds of events (``call.made``) and fields of records (``account.tier``), each in order of naming.

    ``resource`` is what a rate of records counts (``contacts``), None of all others.
    """

    events: tuple[str, ...]
    fields: tuple[str, ...]
    resource: str | None = None


def feeding_of(terms: Terms) -> Feeding:
    """What these terms look at."""
    selectors = list(_selectors(terms))
    conditions = [*_conditions(terms), *(c for selector in selectors for c in selector.where)]
    events = [kind for selector in selectors for kind in _kinds(selector)] + list(_other_events(terms))
    return Feeding(
        events=tuple(dict.fromkeys(events)),
        fields=tuple(dict.fromkeys(condition.field for condition in conditions)),
        resource=terms.of if isinstance(terms, RateTerms) and isinstance(terms.of, str) else None,
    )


def _kinds(selector: Selector) -> tuple[str, ...]:
    return (*selector.events, *(selector.needs.events if selector.needs else ()))


def _selectors(terms: Terms) -> Iterator[Selector]:
    match terms:
        case ResponseTerms():
            yield from (selector for name in _SELECTED for selector in getattr(terms, name))
        case ChecklistTerms():
            yield from terms.start
        case RateTerms(of=tuple() as of):
            yield from of
        case VolumeTerms():
            yield from (one for count in terms.count for one in (count.selector, *count.unless))


def _conditions(terms: Terms) -> Iterator[Condition]:
    yield from getattr(terms, "where", ())
    if isinstance(terms, RateTerms):
        yield from terms.having.where if isinstance(terms.having, Having) else terms.having
    if isinstance(terms, ChecklistTerms):
        yield Condition(f"data.{terms.steps.field}", "present")


def _other_events(terms: Terms) -> Iterator[str]:
    match terms:
        case ChecklistTerms():
            yield terms.steps.event
        case RateTerms(having=Having() as having):
            yield from having.events
        case CoverageTerms():
            yield from (terms.online, terms.offline)
