"""Buckets follow whatever is written, and their sums are the counts of the rows."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measurement.enums import ClockState
from measurement.models import Bucket, Clock, Unit
from measurement.readings import bucketing, summing
from measurement.readings.pieces import DAY, QUARTER, ROWS, pieces
from measurement.readings.summing import ClockSum, Tally
from tests.factories.agreements import CommitmentFactory
from tests.laws import worlds_to_try

START = datetime(2026, 3, 27, 20, tzinfo=UTC)  # the clocks of Europe change on the 29th
KEYS = ("one", "two")
KINDS = {
    "met": "met", "overdue": "missed", "late": "missed", "failed": "missed", "paused": "paused",
    "cancelled": "left_out", "excluded": "left_out", "unmeasurable": "left_out",
}  # fmt: skip
CHANCES = st.integers(0, 2**32)
FEW = settings(
    max_examples=worlds_to_try(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

pytestmark = pytest.mark.django_db


@contextmanager
def nothing_kept() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def instant(chance: Random) -> datetime:
    """Within five days; often on a quarter, often at the same one."""
    minutes = chance.choice([0, 15, 1440, chance.randrange(0, 7200, 15), chance.randrange(7200)])
    return START + timedelta(minutes=minutes)


def perhaps(chance: Random) -> datetime | None:
    return instant(chance) if chance.random() < 0.6 else None


def a_clock(chance: Random, number: int, commitment_id: int) -> Clock:
    started, state = instant(chance), chance.choice(list(ClockState))
    done = None if state in ClockState.open else started
    return Clock(
        commitment_id=commitment_id, commitment_key=chance.choice(KEYS), subject_id=number,
        subject_type="lead",
        start_key=f"e:{number}", started_at=started, due_at=perhaps(chance), state=state, ended_at=done,
        stopped_at=done, changed_at=START,
    )  # fmt: skip


def a_unit(chance: Random, number: int, commitment_id: int) -> Unit:
    at, stretch, until = instant(chance), chance.random() < 0.5, perhaps(chance)
    return Unit(
        commitment_id=commitment_id, commitment_key=chance.choice(KEYS), subject_id=number,
        subject_type="lead",
        unit_key=f"e:{number}", each=chance.choice(["team", "7"]), at=at, stretch=stretch,
        until=until if stretch and until and until > at else None,
        state=chance.choice(["having", "lacking", "left_out"]), had_at=perhaps(chance),
        matures_at=perhaps(chance), changed_at=START,
    )  # fmt: skip


def changes(chance: Random, commitment_id: int) -> Iterator[None]:
    """Rows come, become others and go, in statements of many."""
    made = 0
    for _ in range(chance.randrange(1, 7)):
        for model, make in ((Clock, a_clock), (Unit, a_unit)):
            numbers = range(made, made + chance.randrange(8))
            model.objects.bulk_create(make(chance, number, commitment_id) for number in numbers)
            made += len(numbers)
            known = list(model.objects.order_by("id"))
            gone = chance.sample(known, len(known) // 4)
            model.objects.filter(pk__in=[row.pk for row in gone]).delete()
            others = [row for row in known if row not in gone and chance.random() < 0.4]
            for row in others:
                other = make(chance, row.subject_id, commitment_id)
                for field in columns(model):
                    setattr(row, field, getattr(other, field))
            model.objects.bulk_update(others, columns(model))
        yield


def columns(model: type) -> list[str]:
    own = ["started_at", "due_at", "ended_at", "stopped_at"]
    if model is Unit:
        own = ["at", "stretch", "until", "had_at", "matures_at"]
    return ["commitment_key", "state", *own]


@FEW
@given(CHANCES)
def test_whoever_writes_clocks_and_units_the_buckets_are_those_made_afresh(seed: int) -> None:
    with nothing_kept():
        for _ in changes(Random(seed), CommitmentFactory().pk):
            assert bucketing.differing() == []


@FEW
@given(CHANCES)
def test_sums_of_buckets_are_the_counts_of_the_rows_in_any_time_and_at_any_instant(seed: int) -> None:
    chance = Random(seed)
    with nothing_kept():
        for _ in changes(chance, CommitmentFactory().pk):
            pass
        times = [
            (chance.choice(KEYS), *sorted([instant(chance), instant(chance)]))
            for _ in range(chance.randrange(6))
        ]
        as_of = instant(chance)
        assert summing.clocks(times) == [counted_clocks(*time) for time in times]
        assert summing.events(times) == [counted_events(*time) for time in times]
        assert summing.maturity(times, as_of=as_of) == [counted_maturity(*time, as_of) for time in times]
        moments = [(key, at) for key, at, _until in times]
        assert summing.lasting(moments) == [counted_stretches(*moment) for moment in moments]


def counted_clocks(key: str, start: datetime, end: datetime) -> ClockSum:
    found = Counter[str]()
    for clock in Clock.objects.filter(commitment_key=key):
        if start <= (clock.due_at or clock.started_at) < end:
            running = "running" if clock.due_at else "undated"
            found[KINDS.get(clock.state, running)] += 1
    return ClockSum(**found)


def happened(key: str, start: datetime, end: datetime) -> list[Unit]:
    return list(Unit.objects.filter(commitment_key=key, stretch=False, at__gte=start, at__lt=end))


def counted_events(key: str, start: datetime, end: datetime) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for unit in happened(key, start, end):
        counts = (unit.state == "having", unit.state == "lacking", unit.state == "left_out")
        matures = None if unit.state == "left_out" else unit.matures_at
        found[unit.each] = found.get(unit.each, Tally()) + Tally(*map(int, counts), matures)
    return found


def counted_maturity(key: str, start: datetime, end: datetime, as_of: datetime) -> tuple[Tally, int]:
    having = lacking = maturing = 0
    for unit in happened(key, start, end):
        if unit.state == "left_out":
            continue
        if unit.matures_at and unit.matures_at > as_of:
            maturing += 1
        elif unit.state == "having" and (unit.had_at is None or unit.had_at <= as_of):
            having += 1
        else:
            lacking += 1
    return Tally(having, lacking), maturing


def counted_stretches(key: str, at: datetime) -> Tally:
    lasting = Counter(
        unit.state
        for unit in Unit.objects.filter(commitment_key=key, stretch=True, at__lt=at)
        if unit.until is None or unit.until >= at
    )
    return Tally(lasting["having"], lasting["lacking"])


@given(st.integers(0, 400_000), st.integers(0, 400_000))
def test_pieces_are_the_whole_time_once_in_few_buckets(first: int, second: int) -> None:
    start, end = sorted(START + timedelta(seconds=37 * seconds) for seconds in (first, second))
    found = sorted(pieces(0, start, end), key=lambda piece: piece.since)
    assert [piece.since for piece in found[1:]] == [piece.until for piece in found[:-1]]
    assert [(found[0].since, found[-1].until)] == [(start, end)] if found else start == end
    assert {piece.minutes for piece in found} <= {ROWS, QUARTER, DAY}
    quarters = [piece for piece in found if piece.minutes == QUARTER]
    assert sum((piece.until - piece.since) / timedelta(minutes=15) for piece in quarters) < 2 * 96


def test_buckets_that_went_wrong_are_named_and_made_right_again() -> None:
    commitment_id = CommitmentFactory().pk
    Clock.objects.bulk_create(a_clock(Random(number), number, commitment_id) for number in range(40))
    Unit.objects.bulk_create(a_unit(Random(number), number, commitment_id) for number in range(40))
    right = buckets()
    Bucket.objects.filter(counts="clocks", minutes=15).first().delete()
    days = Bucket.objects.filter(counts="events", minutes=1440).update(met=1_000)
    Bucket.objects.create(commitment_key="one", counts="changes", minutes=15, at=START, each="9", met=1)
    wrong = bucketing.differing()
    assert f"one changes {START.isoformat()} 9" in wrong
    assert len(wrong) == 2 + days
    bucketing.make_afresh()
    assert bucketing.differing() == []
    assert buckets() == right


def buckets() -> list[dict[str, Any]]:
    """Those in which anything is counted."""
    said = (*bucketing.IDENTITY, *bucketing.SAID)
    rows = Bucket.objects.order_by(*bucketing.IDENTITY).values(*said)
    return [row for row in rows if any(row[number] for number in bucketing.NUMBERS)]


def test_sums_take_as_many_statements_for_many_times_as_for_one() -> None:
    times = [("one", START + timedelta(minutes=n), START + timedelta(days=9)) for n in range(1, 9)]
    moments = [(key, at) for key, at, _until in times]
    sums: Callable[[list[Any]], Any]
    asked: list[Any]
    for sums, asked in (
        (summing.clocks, times),
        (summing.events, times),
        (partial(summing.maturity, as_of=START), times),
        (summing.lasting, moments),
    ):
        with CaptureQueriesContext(connection) as one:
            sums(asked[:1])
        with CaptureQueriesContext(connection) as many:
            sums(asked)
        assert len(one) == len(many) <= 3
