"""What promises look at: their measures, made ready once, and which records and events may matter to them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from agreements.enums import Kind
from agreements.terms import Condition, Promise, Selector
from agreements.terms.kinds import Having
from measurement.facts import Subject, World
from measurement.measures.checklist import ChecklistMeasure
from measurement.measures.cohort import CohortMeasure
from measurement.measures.passage import ClockMeasure
from measurement.measures.presence import PresenceMeasure
from measurement.measures.response import ResponseMeasure
from measurement.measures.snapshot import SnapshotMeasure
from measurement.measures.volume import VolumeMeasure
from measurement.units import UnitVerdict

M = TypeVar("M")
Types = Mapping[str, tuple[str, ...]]


class UnitMeasure(Protocol):
    """Answers by units, about records of some types that have one of some events, or anything (None)."""

    @property
    def versions(self) -> tuple[Any, ...]: ...

    @property
    def kinds(self) -> frozenset[str]: ...

    @property
    def types(self) -> frozenset[str]: ...

    @property
    def starts(self) -> frozenset[str] | None: ...

    def units(self, subject: Subject, world: World, *, as_of: datetime) -> list[UnitVerdict]: ...


class MakesUnits(Protocol):
    """A measure of units, made of all versions of one key; versions of other kinds it leaves out."""

    def __call__(
        self, promises: Iterable[Promise], *, fiscal_year_start: int, subject_types: Types
    ) -> UnitMeasure: ...


CLOCK_MEASURES: tuple[Callable[[Iterable[Promise]], ClockMeasure], ...] = (ResponseMeasure, ChecklistMeasure)
UNIT_MEASURES: tuple[MakesUnits, ...] = (CohortMeasure, SnapshotMeasure, VolumeMeasure, PresenceMeasure)


@dataclass(frozen=True, slots=True)
class Asked(Generic[M]):
    """A measure, and of which records it is asked: of these types, with one of these events (None: any)."""

    measure: M
    types: frozenset[str]
    starts: frozenset[str] | None

    def wants(self, kinds: Collection[str]) -> bool:
        """Whether a record about which events of these kinds are told has something to judge."""
        return self.starts is None or not self.starts.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class Interest:
    """What promises look at.

    - ``types``: types of the records that their clocks and units are about.
    - ``kinds``: kinds of events that they look at; ``starts``: those without which there is nothing to judge.
    - ``untold``: types whose records are judged although nothing may have been told about them (snapshots).
    - ``with_members``: kinds of events whose data may name members.
    """

    types: frozenset[str]
    kinds: frozenset[str]
    starts: frozenset[str]
    untold: frozenset[str]
    with_members: frozenset[str]
    clocks: tuple[Asked[ClockMeasure], ...]
    units: tuple[Asked[UnitMeasure], ...]

    @classmethod
    def of(cls, promises: Iterable[Promise], subject_types: Types, *, fiscal_year_start: int) -> "Interest":
        """What these promises look at, with the measures of each key."""
        by_key: dict[str, list[Promise]] = defaultdict(list)
        for promise in promises:
            by_key[promise.key].append(promise)
        clocks = tuple(_clocks(by_key.values(), subject_types))
        units = tuple(_units(by_key.values(), subject_types, fiscal_year_start))
        every: list[Asked[Any]] = [*clocks, *units]
        return cls(
            types=_all(asked.types for asked in every),
            kinds=_all(asked.measure.kinds for asked in every) | _needed(by_key.values()),
            starts=_all(asked.starts or frozenset() for asked in every),
            untold=_all(asked.types for asked in every if asked.starts is None),
            with_members=frozenset(_kinds_with_members(by_key.values())),
            clocks=clocks,
            units=units,
        )


def _clocks(versions: Iterable[list[Promise]], subject_types: Types) -> Iterator[Asked[ClockMeasure]]:
    for promises in versions:
        for make in CLOCK_MEASURES:
            measure = make(promises)
            if measure.versions:
                starts = [
                    (getattr(one.terms, "subject", None), kind)
                    for one in promises
                    for selector in getattr(one.terms, "start", ())
                    for kind in selector.events
                ]
                types = {subject or next(iter(subject_types.get(kind, ())), "") for subject, kind in starts}
                yield Asked(measure, frozenset(types - {""}), frozenset(kind for _, kind in starts))


def _units(
    versions: Iterable[list[Promise]], subject_types: Types, fiscal_year_start: int
) -> Iterator[Asked[UnitMeasure]]:
    for promises in versions:
        for make in UNIT_MEASURES:
            measure = make(promises, fiscal_year_start=fiscal_year_start, subject_types=subject_types)
            if measure.versions:
                yield Asked(measure, measure.types, measure.starts)


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)


def _needed(versions: Iterable[Collection[Promise]]) -> frozenset[str]:
    """Kinds of the events that others need to have come before."""
    return frozenset(
        kind
        for promises in versions
        for promise in promises
        for selector, _ in selectors(promise)
        if selector.needs
        for kind in selector.needs.events
    )


def _kinds_with_members(versions: Iterable[Collection[Promise]]) -> Iterator[str]:
    """Kinds of events with a condition that a member of the team is named, as may be in their data."""
    for promises in versions:
        for promise in promises:
            for selector, conditions in selectors(promise):
                if any(condition.op == "team" for condition in conditions):
                    yield from selector.events


def selectors(promise: Promise) -> Iterator[tuple[Selector, tuple[Condition, ...]]]:
    """Every selector of a promise with the conditions that are judged at its events."""
    terms: Any = promise.terms
    where: tuple[Condition, ...] = terms.where if hasattr(terms, "where") else ()
    match promise.kind:
        case Kind.RESPONSE:
            yield from ((one, (*one.where, *where)) for one in terms.start)
            acts = (*terms.stop, *terms.pause, *terms.resume, *terms.cancel, *terms.fail)
            yield from ((one, one.where) for one in acts)
        case Kind.CHECKLIST:
            yield from ((one, (*one.where, *where)) for one in terms.start)
            yield Selector((terms.steps.event,)), ()
        case Kind.RATE:
            yield from _of_a_rate(terms, where)
        case Kind.VOLUME:
            for count in terms.count:
                yield count.selector, (*count.selector.where, *where)
                yield from ((one, one.where) for one in count.unless)
        case Kind.COVERAGE:
            yield Selector((terms.online, terms.offline)), ()


def _of_a_rate(terms: Any, where: tuple[Condition, ...]) -> Iterator[tuple[Selector, tuple[Condition, ...]]]:
    having = terms.having
    own = having.where if isinstance(having, Having) else ()
    if not isinstance(terms.of, str):
        yield from ((one, (*one.where, *where, *own)) for one in terms.of)
    if isinstance(having, Having) and having.events:
        yield Selector(having.events, having.where, having.by), having.where
