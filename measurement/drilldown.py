"""The clocks or units that a reading counts, leaves out, or waits for: they add up to its figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agreements.enums import Kind
from agreements.terms import Promise
from measurement.in_force import Part
from measurement.models import Clock, Reading, Unit
from measurement.readings.persons import refs_of
from measurement.readings.refreshing import BY_CLOCKS


@dataclass(frozen=True, slots=True)
class Drill:
    """Querysets in the order in which they are shown. Of coverage ``counted`` are stretches of presence:
    their seconds add up as ``shares_of_presence`` says, for people who are present at once count once."""

    counted: Any
    left_out: Any
    maturing: Any
    by_clocks: bool


def drill(reading: Reading, promise: Promise, *, as_of: datetime) -> Drill:
    """What the figures of a reading as it stands are made of; no statement runs before they are listed."""
    until = min(as_of, reading.period_end)
    if promise.kind in BY_CLOCKS:
        return _clocks(reading, as_of)
    units = Unit.objects.for_commitment(reading.commitment_key)
    if promise.kind is Kind.COVERAGE:
        present = units.present_between(reading.period_start, until).order_by("at", "id")
        return Drill(present.having(), present.left_out(), units.none(), by_clocks=False)
    if promise.kind is Kind.RATE and isinstance(promise.terms.of, str):
        running = as_of < reading.period_end
        lasting = units.lasting_at(as_of) if running else units.lasting_at_end(reading.period_end)
        return Drill(lasting.counted().order_by("state", "at", "id"), units.none(), units.none(), False)
    happened = units.happened_between(reading.period_start, reading.period_end).order_by("at", "id")
    if promise.kind is Kind.VOLUME and promise.terms.each != "team":
        happened = happened.for_each(_eaches(reading, promise))
    counted = happened.counted()
    return Drill(counted.mature(as_of), happened.left_out(), counted.maturing(as_of), by_clocks=False)


def shares_of_presence(parts: Sequence[Part], presence: Sequence[Unit], *, until: datetime) -> Iterator[int]:
    """Agreed seconds that each stretch adds to those before it; ``presence`` in order of beginning."""
    reached = parts[0].start if parts else until
    for unit in presence:
        end = until if unit.until is None else min(unit.until, until)
        start = max(unit.at, reached)
        yield sum(
            part.promise.schedule.elapsed(max(start, part.start), min(end, part.end))
            for part in parts
            if max(start, part.start) < min(end, part.end)
        )
        reached = max(reached, end)


def _clocks(reading: Reading, as_of: datetime) -> Drill:
    due: Any = (
        Clock.objects.for_commitment(reading.commitment_key)
        .counted_between(reading.period_start, reading.period_end)
        .with_state(as_of)
        .by_counting()
    )
    return Drill(due.judged(as_of), due.left_out(), due.not_due(as_of), by_clocks=True)


def _eaches(reading: Reading, promise: Promise) -> list[str]:
    return refs_of(reading.each) if promise.terms.each == "member" else [reading.each]
