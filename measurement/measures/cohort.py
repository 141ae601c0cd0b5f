"""What share of these events had that? The units of one rate over events about one record (CONTRACT §3).

What is chosen where the contract leaves a choice:

- The unit is the record that the event belongs to (``homes.home_of``), at its first such event of the period;
  later ones in it are repeats, left out. An event that lacks what it ``needs`` is left out as unevidenced,
  and the next one that has it is the first.
- ``having.where`` without an event is asked of the counted event itself. With an event, one at or after the
  counted one must have come, the counted one included (of closed deals those that were won), for which
  ``having.where`` and ``having.by`` hold at its own instant; exactly at ``matures_at`` is in time.
- A record that was deleted before the period was over, or before its unit had what it should have and its
  time was up, is left out; deleted later, history stands.
- In a baseline window before the first version units are judged by the first version's terms.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from agreements.business_time import NeverOpenError
from agreements.deadlines import due
from agreements.enums import Kind
from agreements.terms.kinds import Having, RateTerms
from agreements.terms.values import Promise, Selector
from measurement.conditions import matches
from measurement.enums import UnitNote, UnitState
from measurement.facts import Fact, Subject, World
from measurement.measures.acts import Acts
from measurement.measures.counting import (
    deleted_before,
    deletion,
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
from measurement.units import TEAM, UnitVerdict
from measurement.verdicts import Note, Role


class CohortMeasure:
    """The versions of one commitment, prepared once; those over records or of other kinds have no units."""

    def __init__(
        self,
        promises: Iterable[Promise],
        *,
        fiscal_year_start: int,
        subject_types: Mapping[str, tuple[str, ...]],
    ) -> None:
        """As ``VolumeMeasure``."""
        promises = tuple(promises)
        cohorts = (
            promise
            for promise in promises
            if promise.kind is Kind.RATE and not isinstance(promise.terms.of, str)
        )
        self.reigns = Reigns(promises, cohorts, fiscal_year_start=fiscal_year_start)
        self.versions = self.reigns.versions
        self.subject_types = subject_types
        counted = [selector for promise in self.versions for selector in promise.terms.of]
        had = [one for promise in self.versions for one in having_selectors(promise.terms)]
        self.starts = frozenset(kind for selector in counted for kind in selector.events)
        self.kinds = kinds_of((*counted, *had))
        self.types = home_types(self.starts, subject_types) if counted else frozenset()

    def units(self, subject: Subject, world: World, *, as_of: datetime) -> list[UnitVerdict]:
        """What the record contributes, oldest first. Facts after ``as_of`` are not looked at."""
        if not any(fact.kind in self.starts for fact in subject.facts):
            return []
        facts = known_facts(subject, as_of=as_of.replace(microsecond=0))
        return list(_Tally(self, Acts(subject, facts, world)).units())


def having_selectors(terms: RateTerms) -> tuple[Selector, ...]:
    """The events that units should have, as a selector; none where conditions on their own are asked."""
    having = terms.having
    if not isinstance(having, Having) or not having.events:
        return ()
    return (Selector(having.events, having.where, having.by),)


class _Tally:
    """One going through the facts about one record."""

    def __init__(self, measure: CohortMeasure, acts: Acts) -> None:
        self._measure, self._acts = measure, acts
        self._subject, self._world = acts.subject, acts.world
        self._counted: set[datetime] = set()
        self._had: dict[int, list[Fact]] = {}

    def units(self) -> Iterator[UnitVerdict]:
        for fact in self._acts.facts:
            if fact.kind in self._measure.starts and self._is_here(fact):
                promise = self._measure.reigns.at(fact.at)
                unit = promise and self._unit(promise, fact)
                if unit:
                    yield unit

    def _is_here(self, fact: Fact) -> bool:
        return home_of(fact, self._measure.subject_types) == (self._subject.type, self._subject.ref)

    def _unit(self, promise: Promise, fact: Fact) -> UnitVerdict | None:
        terms: RateTerms = promise.terms
        of: tuple[Selector, ...] = terms.of  # type: ignore[assignment]  # of a cohort never a resource
        if not any(fact.kind in selector.events for selector in of):
            return None
        why = refusal(self._acts, of, fact, promise.team_id)
        if why is not None and why.note is not Note.UNEVIDENCED:
            return None
        if not self._holds(terms.where, promise, fact):
            return None
        what = self._counts(promise, fact) if why is None else _unevidenced(fact)
        return unit_of_event(promise, fact, self._subject, self._world, each=TEAM, **what)

    def _holds(self, conditions: Any, promise: Promise, fact: Fact) -> bool:
        return matches(
            conditions,
            subject=self._subject,
            fact=fact,
            at=fact.at,
            world=self._world,
            team_id=promise.team_id,
        )

    def _counts(self, promise: Promise, fact: Fact) -> dict[str, Any]:
        """State, times and evidence of an event that the promise is about."""
        period = self._measure.reigns.period(fact.at)
        if period.start in self._counted:
            return left_out(UnitNote.REPEAT, [entry(Role.REPEAT, fact)])
        self._counted.add(period.start)
        had, matures_at = self._came_to_have(promise, fact)
        settled = max(period.end, had.at if had else matures_at or period.end)
        evidence = [entry(Role.COUNTED, fact)]
        if deleted_before(self._subject, settled):
            return left_out(UnitNote.DELETED, [*evidence, entry(Role.CANCEL, deletion(self._subject))])
        if had is not None:
            evidence.append(entry(Role.HAVING, had))
        return {
            "state": UnitState.LACKING if had is None else UnitState.HAVING,
            "had_at": had and had.at,
            "matures_at": matures_at,
            "evidence": evidence,
        }

    def _came_to_have(self, promise: Promise, fact: Fact) -> tuple[Fact | None, datetime | None]:
        """The event by which the unit has what it should have, and the end of the time that it has for it."""
        having: Having = promise.terms.having
        if not having.events:
            return (fact if self._holds(having.where, promise, fact) else None), None
        matures_at = _matures_at(promise, having, fact)
        if promise.commitment_id not in self._had:
            selectors = having_selectors(promise.terms)
            came = taken(self._acts, selectors, promise.team_id)
            self._had[promise.commitment_id] = [one for one in came if not is_logged_late(promise, one)]
        had = first_from(self._had[promise.commitment_id], fact.at)
        in_time = had is not None and (matures_at is None or had.at <= matures_at)
        return (had if in_time else None), matures_at


def _matures_at(promise: Promise, having: Having, fact: Fact) -> datetime | None:
    """The last instant at which it still counts; None where the calendar never opens or no time is given."""
    if having.within is None:
        return None
    try:
        return due(promise.schedule, fact.at, having.within)
    except NeverOpenError:
        return None


def _unevidenced(fact: Fact) -> dict[str, Any]:
    return left_out(UnitNote.UNEVIDENCED, [entry(Role.IGNORED, fact, Note.UNEVIDENCED)])
