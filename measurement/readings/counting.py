"""Rows of the periods of rates, volumes and coverage, from the stored units."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.conf import settings

from agreements.enums import Kind
from agreements.terms import Promise
from measurement.enums import UnitState, Verdict
from measurement.in_force import parts
from measurement.periods import Span, version_at
from measurement.readings import persons, tallies
from measurement.readings.rooming import Rooms, Since
from measurement.readings.rows import Counted, Row, decimal
from measurement.readings.samples import samples
from measurement.readings.shown import shown_target
from measurement.readings.tallies import Tally
from measurement.staffing import staffed
from measurement.targets import Aim, Sample, Standing, pace_of, rate_aim, verdict_of, volume_aim
from measurement.units import TEAM

Versions = Mapping[str, list[Promise]]


def count(
    counted: Sequence[Counted], versions: Versions, *, as_of: datetime, rooms_since: Since | None = None
) -> list[Row]:
    """The rows of these periods, of every kind that units answer, whether or not anything happened.

    A handful of statements for all of them, and a handful a version for the room that is left to fill: what
    periods were counted with holds before ``rooms_since``; without it all rooms are looked up.
    """
    kinds: dict[str, list[Counted]] = defaultdict(list)
    for key, span in counted:
        kinds[_kind_of(version_at(versions[key], span.start))].append((key, span))
    counting = _Counting(versions, counted, as_of, rooms_since)
    return [row for kind, those in kinds.items() for row in counting.rows(kind, those)]


def _kind_of(promise: Promise) -> str:
    if promise.kind is Kind.RATE:
        return "snapshot" if isinstance(promise.terms.of, str) else "cohort"
    return promise.kind.value


@dataclass
class _Counting:
    """One count of some periods, with what they share."""

    versions: Versions
    counted: Sequence[Counted]
    as_of: datetime
    rooms_since: Since | None

    def rows(self, kind: str, counted: Sequence[Counted]) -> Iterator[Row]:
        kinds: dict[str, Callable[[Sequence[Counted]], Iterator[Row]]] = {
            "cohort": self._cohorts,
            "snapshot": self._snapshots,
            "volume": self._volumes,
            "coverage": self._coverages,
        }
        return kinds[kind](counted)

    @cached_property
    def _baselines(self) -> Mapping[int, dict[str, Any]]:
        """Of the versions counted here, by commitment id."""
        governing = {p.commitment_id: p for p in (self._at(*one) for one in self.counted)}
        return samples(governing.values())

    @cached_property
    def _rooms(self) -> Rooms:
        volumes = [one for one in self.counted if self._at(*one).kind is Kind.VOLUME]
        return Rooms(volumes, self.versions, as_of=self.as_of, since=self.rooms_since)

    def _at(self, key: str, span: Span) -> Promise:
        return version_at(self.versions[key], span.start)

    def _cohorts(self, counted: Sequence[Counted]) -> Iterator[Row]:
        happened = tallies.happened(counted)
        for key, span in counted:
            yield self._rate(key, span, tallies.of_the_team(happened.get((key, span), {})))

    def _snapshots(self, counted: Sequence[Counted]) -> Iterator[Row]:
        lasting = tallies.lasting([(key, span.end) for key, span in counted])
        for (key, span), tally in zip(counted, lasting, strict=True):
            yield self._rate(key, span, tally)

    def _rate(self, key: str, span: Span, tally: Tally) -> Row:
        promise = self._at(key, span)
        found = self._baselines.get(promise.commitment_id)
        sample = found["sample"] if found else None
        aim = rate_aim(promise, span, first_start=self.versions[key][0].starts_at, baseline=sample)
        value = Fraction(tally.having, tally.counted) if tally.counted else None
        verdict = verdict_of(value, tally.counted, aim.target, promise.terms.min_sample, Standing.OVER)
        return self._row(
            *(promise, span, aim, value, tally.having, tally.counted, verdict),
            left_out=tally.left_out,
            final_at=max(span.end, tally.matures_at or span.end),
            detail={**aim.detail, **({"baseline": _told(found)} if found else {})},
        )

    def _volumes(self, counted: Sequence[Counted]) -> Iterator[Row]:
        happened = tallies.happened(counted)
        of_members = [one for one in counted if self._at(*one).terms.each == "member"]
        team = persons.members(of_members, self.versions) if of_members else {}
        shown = persons.same_person() if of_members else {}
        for key, span in counted:
            promise, tally = self._at(key, span), happened.get((key, span), {})
            match promise.terms.each:
                case "member":
                    everybody = team.get((key, span), set())
                    counts = tallies.for_everybody(tallies.by_person(tally, shown), everybody)
                    owing = dict.fromkeys(everybody, self._rooms.of_all(promise, span))
                    yield from self._each(promise, span, counts, owing)
                case "account":
                    rooms = self._rooms.of_each(promise, span)
                    yield from self._each(promise, span, tallies.for_everybody(tally, rooms), rooms)
                case _:
                    owing = {TEAM: self._rooms.of_all(promise, span)}
                    yield from self._each(promise, span, tallies.with_the_team(tally), owing)

    def _each(
        self, promise: Promise, span: Span, counts: Mapping[str, Tally], owing: Mapping[str, int | None]
    ) -> Iterator[Row]:
        """A row for each of ``counts``; ``owing``: those who owe the number, with the room left to each."""
        governed = parts(self.versions[promise.key], span)
        for each, tally in counts.items():
            aim = Aim(None, required=False, detail={"owes": False})
            if each in owing:
                fiscal = settings.FISCAL_YEAR_START
                aim = volume_aim(promise, governed, room=owing[each], fiscal_year_start=fiscal)
            value, verdict = Fraction(tally.having), Verdict.NOT_REQUIRED
            if aim.required and aim.target is not None:
                verdict = pace_of(tally.having, aim.target, gone=0, days=0, over=True)
            yield self._row(
                *(promise, span, aim, value, tally.having, None, verdict),
                each=each,
                left_out=tally.left_out,
            )

    def _coverages(self, counted: Sequence[Counted]) -> Iterator[Row]:
        presence = tallies.presence([(key, span.start, span.end) for key, span in counted])
        for (key, span), present in zip(counted, presence, strict=True):
            covering = [(at, until) for at, until, state in present if state == UnitState.HAVING]
            found = staffed(parts(self.versions[key], span), covering, until=span.end)
            promise = self._at(key, span)
            aim = Aim(promise.terms.target)
            value = Fraction(found.covered, found.agreed) if found.agreed else None
            verdict = verdict_of(value, None, aim.target, 0, Standing.OVER)
            if value is None:
                verdict = Verdict.UNMEASURABLE
            left_out = sum(state == UnitState.LEFT_OUT for _at, _until, state in present)
            yield self._row(
                *(promise, span, aim, value, found.covered, found.agreed, verdict), left_out=left_out
            )

    def _row(
        self,
        promise: Promise,
        span: Span,
        aim: Aim,
        value: Fraction | None,
        numerator: int,
        denominator: int | None,
        verdict: Verdict,
        *,
        each: str = TEAM,
        left_out: int = 0,
        final_at: datetime | None = None,
        detail: dict[str, Any] | None = None,
    ) -> Row:
        target = aim.target
        return Row(
            commitment_key=promise.key,
            period_start=span.start,
            period_end=span.end,
            commitment_id=promise.commitment_id,
            value=decimal(value),
            numerator=numerator,
            denominator=denominator,
            target=shown_target(promise.terms.target),
            verdict=verdict,
            final_at=final_at or span.end,
            expected=None if target is None else decimal(target.value),
            each=each,
            left_out=left_out,
            detail={**({"op": target.op} if target else {}), **(aim.detail if detail is None else detail)},
        )


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    """A baseline as ``detail`` keeps it."""
    sample: Sample = found["sample"]
    first, last = found["days"]
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "numerator": sample.numerator,
        "denominator": sample.denominator,
        "value": decimal(sample.value),
        "pinned": found["pinned"],
    }
