"""How many per period? The units of one volume commitment about one record (CONTRACT §3, DESIGN §3). Pure.

What is chosen where the contract leaves a choice:

- An event counts for one record: the one it belongs to (``homes.home_of``), with ``distinct: lead`` every
  lead that it is about. An event that names nothing and that nobody did belongs nowhere and is not counted.
- ``distinct``: a record counts once per period, by the first event that counts; whoever did the later ones.
- ``unless``: what undoes an event may come any time at or after it, on the same record. An undone event
  leaves the next one free to count.
- A machine's touch counts only where anybody's does: ``by: team`` asks for a person, as a stop does.
- A record deleted before its period is over counts no more; deleted later it has counted: history stands.
- An event that lacks the events it ``needs`` is left out as unevidenced; one that fails a condition, or was
  done by others than ``by`` says, is none of this promise's business and leaves no unit.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from agreements.enums import Kind
from agreements.terms.kinds import Count, VolumeTerms
from agreements.terms.values import Promise, Selector
from measurement.conditions import matches
from measurement.enums import UnitNote, UnitState
from measurement.facts import Fact, Subject, World
from measurement.measures.acts import Acts
from measurement.measures.counting import (
    deleted_before,
    deletion,
    each_of,
    entry,
    first_from,
    kinds_of,
    left_out,
    refusal,
    taken,
    unit_of_event,
)
from measurement.measures.entries import is_logged_late
from measurement.measures.homes import home_of, home_types
from measurement.measures.passage import known_facts
from measurement.measures.reigns import Reigns
from measurement.units import UnitVerdict
from measurement.verdicts import Note, Role


class VolumeMeasure:
    """The versions of one commitment, prepared once; those of another kind have no units."""

    def __init__(
        self,
        promises: Iterable[Promise],
        *,
        fiscal_year_start: int,
        subject_types: Mapping[str, tuple[str, ...]],
    ) -> None:
        """``promises``: all versions of one key; ``fiscal_year_start``: the month quarters count from;
        ``subject_types``: kind of event → the types of record it is about, the usual one first."""
        promises = tuple(promises)
        volumes = (promise for promise in promises if promise.kind is Kind.VOLUME)
        self.reigns = Reigns(promises, volumes, fiscal_year_start=fiscal_year_start)
        self.versions = self.reigns.versions
        self.subject_types = subject_types
        counts = [count for promise in self.versions for count in promise.terms.count]
        self.starts = frozenset(kind for count in counts for kind in count.selector.events)
        self.kinds = kinds_of(one for count in counts for one in (count.selector, *count.unless))
        self.types = frozenset(
            type_
            for count in counts
            for type_ in (
                [count.distinct] if count.distinct else home_types(count.selector.events, subject_types)
            )
        )

    def units(self, subject: Subject, world: World, *, as_of: datetime) -> list[UnitVerdict]:
        """What the record contributes, oldest first. Facts after ``as_of`` are not looked at."""
        if not any(fact.kind in self.starts for fact in subject.facts):
            return []
        facts = known_facts(subject, as_of=as_of.replace(microsecond=0))
        return list(_Tally(self, Acts(subject, facts, world)).units())


class _Tally:
    """One going through the facts about one record."""

    def __init__(self, measure: VolumeMeasure, acts: Acts) -> None:
        self._measure, self._acts = measure, acts
        self._subject, self._world = acts.subject, acts.world
        self._counted: set[tuple[str, datetime]] = set()
        self._undoing: dict[tuple[int, tuple[Selector, ...]], list[Fact]] = {}

    def units(self) -> Iterator[UnitVerdict]:
        for fact in self._acts.facts:
            if fact.kind in self._measure.starts:
                promise = self._measure.reigns.at(fact.at)
                unit = promise and self._unit(promise, fact)
                if unit:
                    yield unit

    def _unit(self, promise: Promise, fact: Fact) -> UnitVerdict | None:
        terms: VolumeTerms = promise.terms
        unevidenced = False
        for count in terms.count:
            if fact.kind not in count.selector.events or not self._is_here(count, fact):
                continue
            if not self._holds(promise, fact):
                return None
            why = refusal(self._acts, (count.selector,), fact, promise.team_id)
            if why is None and is_logged_late(promise, fact):
                late = left_out(UnitNote.LOGGED_LATE, [entry(Role.IGNORED, fact, Note.LOGGED_LATE)])
                return self._recorded(promise, fact, **late)
            if why is None:
                return self._recorded(promise, fact, **self._counts(promise, count, fact))
            unevidenced = unevidenced or why.note is Note.UNEVIDENCED
        if not unevidenced:
            return None
        evidence = [entry(Role.IGNORED, fact, Note.UNEVIDENCED)]
        return self._recorded(promise, fact, **left_out(UnitNote.UNEVIDENCED, evidence))

    def _is_here(self, count: Count, fact: Fact) -> bool:
        subject = self._subject
        if count.distinct is None:
            return home_of(fact, self._measure.subject_types) == (subject.type, subject.ref)
        return count.distinct == subject.type and fact.refs.get(subject.type) in (None, subject.ref)

    def _holds(self, promise: Promise, fact: Fact) -> bool:
        return matches(
            promise.terms.where,
            subject=self._subject,
            fact=fact,
            at=fact.at,
            world=self._world,
            team_id=promise.team_id,
        )

    def _counts(self, promise: Promise, count: Count, fact: Fact) -> dict[str, Any]:
        """State, reason and evidence of an event that the promise is about."""
        period = self._measure.reigns.period(fact.at)
        if deleted_before(self._subject, period.end):
            evidence = [entry(Role.COUNTED, fact), entry(Role.CANCEL, deletion(self._subject))]
            return left_out(UnitNote.DELETED, evidence)
        undone = self._undone(promise, count, fact)
        if undone is not None:
            return left_out(UnitNote.UNLESS, [entry(Role.COUNTED, fact), entry(Role.UNLESS, undone)])
        if count.distinct:
            if (count.distinct, period.start) in self._counted:
                return left_out(UnitNote.REPEAT, [entry(Role.REPEAT, fact)])
            self._counted.add((count.distinct, period.start))
        return {"state": UnitState.HAVING, "evidence": [entry(Role.COUNTED, fact)]}

    def _undone(self, promise: Promise, count: Count, fact: Fact) -> Fact | None:
        """The first other event at or after this one that undoes it."""
        if not count.unless:
            return None
        key = promise.team_id, count.unless
        undoing = self._undoing.get(key)
        if undoing is None:
            undoing = self._undoing[key] = taken(self._acts, count.unless, promise.team_id)
        return first_from(undoing, fact.at, but=fact.key)

    def _recorded(self, promise: Promise, fact: Fact, **what: Any) -> UnitVerdict:
        each = each_of(promise.terms.each, fact, self._subject, self._world)
        return unit_of_event(promise, fact, self._subject, self._world, each=each, **what)
