"""Tallies of days: whatever was written and whenever the worker came by, sums are the counts of the rows."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.loading import load
from agreements.models import Commitment
from measurement import day_tallies
from measurement.compliance import Basis, By, compliance
from measurement.enums import ClockState, Tallied, TallyBy, UnitState
from measurement.models import Clock, DayTally, KeptDay, StaleDay, Unit
from tests.laws import worlds_to_try
from tests.pages.kinds import KINDS
from tests.reporting.company import AGREEMENT

START = datetime(2026, 3, 27, 20, tzinfo=UTC)  # the clocks of Europe change on the 29th
SIGNED = datetime(2026, 1, 1, tzinfo=UTC)
OWNERS, ORIGINS, REASONS = [None, 7, 8], [None, "web", "fair"], ["", "repeat"]
CHANCES = st.integers(0, 2**32)
FEW = settings(max_examples=worlds_to_try(15), deadline=None, suppress_health_check=list(HealthCheck))

pytestmark = pytest.mark.django_db


@contextmanager
def nothing_kept() -> Iterator[None]:
    with transaction.atomic():
        load((AGREEMENT + KINDS).format(terms=""), by="test", as_of=SIGNED, sign=True)
        yield
        transaction.set_rollback(True)


def instant(chance: Random) -> datetime:
    """Within five days, often at the midnight of a zone."""
    return START + timedelta(minutes=chance.choice([120, 180, 1560, 3000, chance.randrange(7200)]))


def perhaps(chance: Random) -> datetime | None:
    return instant(chance) if chance.random() < 0.6 else None


def a_clock(chance: Random, number: int) -> Clock:
    commitment, state = Commitment.objects.get(key="inbound"), chance.choice(list(ClockState))
    started = instant(chance)
    done = None if state in ClockState.open else started
    return Clock(
        commitment=commitment, commitment_key=commitment.key, subject_id=number, subject_type="lead",
        start_key=f"e:{number}", started_at=started, due_at=perhaps(chance), state=state, ended_at=done,
        stopped_at=done, changed_at=START, owner_id=chance.choice(OWNERS), origin=chance.choice(ORIGINS),
    )  # fmt: skip


def a_unit(chance: Random, number: int) -> Unit:
    key = chance.choice(["leads", "roles", "meetings"])
    commitment, at, until = Commitment.objects.get(key=key), instant(chance), perhaps(chance)
    lasts = key == "roles"
    return Unit(
        commitment=commitment, commitment_key=key, subject_id=number, subject_type="lead",
        unit_key=f"e:{number}", each="team", at=at, stretch=lasts,
        until=until if lasts and until and until > at else None, state=chance.choice(list(UnitState)),
        reason=chance.choice(REASONS), matures_at=perhaps(chance) if key == "meetings" else None,
        changed_at=START, owner_id=chance.choice(OWNERS), origin=chance.choice(ORIGINS),
    )  # fmt: skip


OF_CLOCKS = ["started_at", "due_at", "ended_at", "stopped_at", "state", "owner_id", "origin"]
OF_UNITS = ["at", "until", "state", "reason", "matures_at", "owner_id", "origin"]


def changes(chance: Random) -> Iterator[datetime]:
    """Rows come, become others and go; now and then, at an instant, the worker keeps what is over."""
    made, as_of = 0, START
    for _ in range(chance.randrange(1, 6)):
        for model, make, columns in ((Clock, a_clock, OF_CLOCKS), (Unit, a_unit, OF_UNITS)):
            numbers = range(made, made + chance.randrange(8))
            model.objects.bulk_create(make(chance, number) for number in numbers)
            made += len(numbers)
            rows = list(model.objects.order_by("id"))
            for row in rows:
                if chance.random() < 0.3:
                    other = make(chance, row.subject_id)
                    if getattr(other, "stretch", None) == getattr(row, "stretch", None):
                        for column in columns:
                            setattr(row, column, getattr(other, column))
            model.objects.bulk_update(rows, columns)
            model.objects.filter(pk__in=[row.pk for row in rows if chance.random() < 0.1]).delete()
        as_of += timedelta(hours=chance.randrange(0, 60))
        if chance.random() < 0.7:
            day_tallies.keep(as_of=as_of)
        yield as_of


def keyed(row: Any, by: TallyBy) -> str:
    value = {TallyBy.OWNER: row.owner_id, TallyBy.ORIGIN: row.origin, TallyBy.REASON: "reason"}[by]
    return str(row.reason if value == "reason" else "" if value is None else value)


def stated(clock: Clock, as_of: datetime) -> str:
    if clock.state != ClockState.RUNNING:
        return clock.state
    if clock.due_at is None:
        return "undated"
    return "overdue" if clock.due_at < as_of else "running"


def told(tallies: list[day_tallies.Tally]) -> Counter[tuple[str, str]]:
    return Counter({(one.key, one.state): one.number for one in tallies if one.number})


@FEW
@given(CHANCES)
def test_sums_are_the_counts_of_the_rows_in_any_time_and_at_any_instant(seed: int) -> None:
    chance = Random(seed)
    with nothing_kept():
        for kept_at in changes(chance):
            as_of = kept_at + timedelta(hours=chance.randrange(0, 40))
            start, end = sorted([instant(chance), instant(chance)])
            span: dict[str, Any] = {"start": start, "end": end, "as_of": as_of}
            for by in (TallyBy.OWNER, TallyBy.ORIGIN):
                clocks = Counter(
                    (keyed(one, by), stated(one, as_of))
                    for one in Clock.objects.all()
                    if start <= (one.due_at or one.started_at) < end
                )
                assert told(day_tallies.counted("inbound", Tallied.DUE, by, **span)) == clocks
            for by in TallyBy:
                units = Counter(
                    (keyed(one, by), one.state)
                    for one in Unit.objects.filter(commitment_key="meetings")
                    if start <= one.at < end
                    and (one.state == "left_out" or one.matures_at is None or one.matures_at <= as_of)
                )
                assert told(day_tallies.counted("meetings", Tallied.HAPPENED, by, **span)) == units


@FEW
@given(CHANCES)
def test_what_lasts_is_what_began_and_has_not_ended(seed: int) -> None:
    chance = Random(seed)
    with nothing_kept():
        for kept_at in changes(chance):
            at, including = instant(chance), chance.random() < 0.5
            lasting = Counter(
                (keyed(one, TallyBy.OWNER), one.state)
                for one in Unit.objects.filter(commitment_key="roles")
                if (one.at <= at if including else one.at < at)
                and (one.until is None or (one.until > at if including else one.until >= at))
            )
            found = day_tallies.lasting("roles", TallyBy.OWNER, at=at, including=including, as_of=kept_at)
            assert told(found) == lasting


@FEW
@given(CHANCES)
def test_compliance_by_kept_days_is_compliance_of_nothing_kept(seed: int) -> None:
    chance = Random(seed)
    with nothing_kept():
        for kept_at in changes(chance):
            start, end = sorted([instant(chance), instant(chance)])
            asked = [
                {"start": chance.choice([start, None]), "end": chance.choice([end, None]), "by": by,
                 "as_of": kept_at + timedelta(days=1), "basis": Basis.DUE}
                for by in (By.DAY, By.WEEK, By.MONTH, By.OWNER, By.ORIGIN)
            ]  # fmt: skip
            quick = [compliance("inbound", **one) for one in asked]
            with transaction.atomic():
                KeptDay.objects.all().delete()
                live = [compliance("inbound", **one) for one in asked]
                transaction.set_rollback(True)
            assert quick == live


@FEW
@given(CHANCES)
def test_kept_days_never_differ_from_their_rows(seed: int) -> None:
    with nothing_kept():
        for as_of in changes(Random(seed)):
            assert day_tallies.differing(as_of=as_of) == []


def test_a_day_that_was_tampered_with_is_told() -> None:
    with nothing_kept():
        a_clock(Random(1), 1).save()
        day_tallies.keep(as_of=START + timedelta(days=9))
        DayTally.objects.update(number=2)

        (told,) = day_tallies.differing(as_of=START + timedelta(days=9))
        assert told.startswith("inbound due 2026-03-")


def test_a_day_is_kept_once_it_is_over_and_counted_again_once_it_changed() -> None:
    with nothing_kept():
        a_clock(Random(1), 1).save()
        assert day_tallies.keep(as_of=START - timedelta(days=9)) == 0
        assert not StaleDay.objects.exists()  # a day ahead is counted when it is over

        assert day_tallies.keep(as_of=START + timedelta(days=9)) > 0
        assert day_tallies.keep(as_of=START + timedelta(days=9)) == 0
        Clock.objects.update(repeats=3)
        assert not StaleDay.objects.exists()  # nobody counts repeats
        Clock.objects.update(origin="chat")
        assert day_tallies.keep(as_of=START + timedelta(days=9)) == 2  # a day of UTC lies in two of Paris
        assert DayTally.objects.filter(by="origin").values_list("key", flat=True).get() == "chat"


def test_everything_can_be_counted_afresh() -> None:
    with nothing_kept():
        a_clock(Random(1), 1).save()
        day_tallies.keep(as_of=START + timedelta(days=9))
        before = set(DayTally.objects.values_list("starts_at", "by", "key", "state", "number"))

        day_tallies.rebuild(as_of=START + timedelta(days=9))
        assert set(DayTally.objects.values_list("starts_at", "by", "key", "state", "number")) == before


def test_a_sum_is_one_statement_whatever_is_kept() -> None:
    with nothing_kept():
        Clock.objects.bulk_create(a_clock(Random(number), number) for number in range(40))
        day_tallies.keep(as_of=START + timedelta(days=3))
        with CaptureQueriesContext(connection) as asked:
            day_tallies.counted(
                "inbound", Tallied.DUE, TallyBy.OWNER, start=None, end=None, as_of=START + timedelta(days=9)
            )
        assert len(asked) == 1
