"""Did B follow A in time? (CONTRACT §3, DESIGN §3)

With ``complete`` a stop alone is only a part: what was promised is done with the stop that makes the sum of
a number over all of them reach its share of another. What is chosen there:

- The other number is the one at the stop's instant; where nobody has said it by then, or it is 0, no share
  can be asked for and the first stop counts.
- A stop that does not say its number, or says one below 0, adds nothing.
- Parts done before the start count as stops do, within ``early``.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from agreements.deadlines import due
from agreements.durations import Duration
from agreements.enums import Kind
from agreements.terms.values import Promise, ResponseTerms
from measurement.conditions import Moment, number, values_of
from measurement.enums import ClockState
from measurement.facts import Fact, Subject, World
from measurement.measures.clock import OpenClock
from measurement.measures.passage import ClockMeasure
from measurement.verdicts import ClockVerdict, Note, Reason, Role


def measure(
    promises: Sequence[Promise], subject: Subject, world: World, *, as_of: datetime
) -> list[ClockVerdict]:
    """The clocks of one commitment (all versions of one key) about one record, oldest first."""
    return ResponseMeasure(promises).clocks(subject, world, as_of=as_of)


class ResponseClock(OpenClock):
    """Runs until the stop that keeps, or is too late to keep, what was promised."""

    _sum = Decimal(0)

    @property
    def _terms(self) -> ResponseTerms:
        terms: ResponseTerms = self.promise.terms
        return terms

    @property
    def within(self) -> Duration:
        """The allowed time."""
        return self._terms.within

    def done_before(self, facts: Sequence[Fact]) -> list[Fact]:
        """Met at once by the first act before the start, within ``early``, that makes it whole."""
        taken: list[Fact] = []
        for fact in facts:
            taken.append(fact)
            if self._completes(fact, Note.EARLY):
                self._settle_before(fact)
                break
        return taken

    def _settle_before(self, fact: Fact) -> None:
        if self._is_unmeasurable(fact, late=False):
            self._end(ClockState.UNMEASURABLE, self.start.at, Reason.FIRST_SEEN)
            return
        self.stopped_at = fact.at
        self._end(ClockState.MET, self.start.at)

    def stop(self, fact: Fact) -> None:
        """Met at or before the deadline, late after it; nothing yet when it is only a part."""
        if not self._completes(fact):
            return
        self._resume_at(fact.at)
        late = self._is_past(fact.at)
        if self._is_unmeasurable(fact, late=late):
            self._end(ClockState.UNMEASURABLE, fact.at, Reason.FIRST_SEEN)
            return
        self.stopped_at = fact.at
        self._end(ClockState.LATE if late else ClockState.MET, fact.at)

    def _completes(self, fact: Fact, note: str = "") -> bool:
        """Record the act, and whether all that was promised is done with it."""
        complete = self._terms.complete
        if complete is None:
            self._record(Role.STOP, fact, note)
            return True
        self._sum += max(self._number(complete.count, fact) or Decimal(0), Decimal(0))
        whole = self._number(complete.of, fact)
        reached = (
            not whole or self._sum * complete.at_least.denominator >= whole * complete.at_least.numerator
        )
        self._record(Role.STOP if reached else Role.PART, fact, note)
        self.evidence[-1] |= {"sum": _plain(self._sum), "of": None if whole is None else _plain(whole)}
        return reached

    def _number(self, field: str, fact: Fact) -> Decimal | None:
        asked = Moment(self.acts.subject, fact, fact.at, self.acts.world, self.promise.team_id)
        return next((found for found in map(number, values_of(field, asked)) if found is not None), None)

    def _reckon(self) -> None:
        terms, schedule = self._terms, self.promise.schedule
        self.due_at = due(schedule, self.start.at, terms.within, self.pauses, terms.outside_hours)
        self.gives_up_at = (
            due(schedule, self.due_at, terms.give_up) if terms.give_up and self.due_at else None
        )


class ResponseMeasure(ClockMeasure):
    """The versions of one commitment of the kind ``response``."""

    kind = Kind.RESPONSE
    clock = ResponseClock


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
