"""The law of docs/adr/0015: with retention and without, the same verdicts after the horizon."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db.models import Model
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from leads import retiring, trimming
from leads.models import Event, KeptWhole, RecordVersion
from measurement.judging import judge_all, judge_pending
from measurement.models import Clock, Reading, Unit
from measurement.retaining import move
from measurement.sealing import sealed_clock, sealed_reading, sealed_unit
from measurement.shadow import compare
from tests.laws import worlds_to_try
from tests.measurement.in_words import in_words
from tests.measurement.small_world import END, Fact, world, worlds
from tests.measurement.test_judging_laws import batches_of, nothing_kept, run, sign
from tests.scaling.split_worlds import AGREEMENTS, HORIZON, KEPT_FROM, split

pytestmark = pytest.mark.django_db

SEALED = {Clock: sealed_clock, Unit: sealed_unit, Reading: sealed_reading}
IDENTITY = {
    Clock: ("commitment_key", "subject_id", "start_key"),
    Unit: ("commitment_key", "subject_id", "unit_key", "each"),
    Reading: ("commitment_key", "period_start", "each"),
}
SEALED_AT = HORIZON + timedelta(hours=1)


def key(row: Model) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in IDENTITY[type(row)])


def rows(model: type[Model], *, sealed: bool) -> list[Any]:
    table = model._meta.db_table
    condition = SEALED[model](f"{table}.")
    return list(
        model._default_manager.extra(where=[condition if sealed else f"NOT {condition}"]).order_by("id")
    )


def after_the_horizon(row: Any) -> bool:
    if isinstance(row, Reading):
        return max(row.period_end, row.final_at) > HORIZON
    return (row.started_at if isinstance(row, Clock) else row.at) >= HORIZON


def told(open_then: set[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """What starts after the horizon, and what was not over when it passed."""
    return {
        model.__name__: in_words(
            row
            for row in model._default_manager.all()
            if after_the_horizon(row) or (model is not Reading and key(row) in open_then)
        )
        for model in SEALED
    }


def others(retained: dict[str, list[Any]], plain: dict[str, list[Any]]) -> list[Any]:
    """Rows that only one of the two has."""
    return [
        (name, "retained" if row in retained[name] else "plain", dict(row))
        for name in retained
        for row in sorted(set(retained[name]) ^ set(plain[name]))
    ]


def everything_sealed() -> list[Any]:
    return [
        [tuple(row.__dict__[field.attname] for field in model._meta.concrete_fields) for row in found]
        for model in SEALED
        for found in [rows(model, sealed=True)]
    ]


def retire_by_bits(chance: Random) -> int:
    """Interrupted after each batch or so, and begun again."""
    deleted, complete = 0, False
    while not complete:
        done = retiring.retire(batch=chance.choice([1, 3, 50]), seconds=chance.choice([0.0, 60.0, 0.002]))
        deleted, complete = deleted + done.deleted, done.complete
    while not complete or not trimming.trim(batch=chance.choice([2, 50]))[2]:
        pass
    return deleted


def check_the_law(facts: list[Fact], chance: Random) -> tuple[int, int, int]:
    """Events and updates that went, and records that were kept whole."""
    before, after = split(facts)
    early = [sign(texts) for texts in AGREEMENTS] + batches_of(before, chance, together=1)
    chance.shuffle(after)
    late = batches_of(after, chance, together=0.5)
    with nothing_kept():
        run(early, begin=SEALED_AT - timedelta(minutes=30), end=SEALED_AT)
        judge_pending(as_of=SEALED_AT)
        with nothing_kept():
            assert move(to=HORIZON, kept_from=KEPT_FROM, as_of=SEALED_AT)
            sealed = everything_sealed()
            open_then = {key(row) for model in (Clock, Unit) for row in rows(model, sealed=False)}
            places = sorted(chance.randrange(len(late) + 1) for _ in range(2))
            run(late[: places[0]], begin=SEALED_AT, end=END)
            events, versions = Event.objects.count(), RecordVersion.objects.count()
            deleted = retire_by_bits(chance)
            gone = (deleted, versions - RecordVersion.objects.count(), KeptWhole.objects.count())
            assert Event.objects.count() == events - deleted
            run(late[places[0] :], begin=END - timedelta(hours=2), end=END)
            judge_pending(as_of=END)
            retained = told(open_then)
            for was, now in zip(sealed, everything_sealed(), strict=True):
                assert set(map(repr, was)) <= set(map(repr, now))
            compared = compare(as_of=END)
            assert (compared.different, compared.periods) == ([], [])
            judge_all(as_of=END)
            assert others(retained, told(open_then)) == []
        run(late, begin=SEALED_AT, end=END)
        judge_pending(as_of=END)
        assert others(retained, told(open_then)) == []
    return gone


@settings(
    max_examples=worlds_to_try(4),
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
@given(facts=worlds(), chance=st.randoms(use_true_random=False))
def test_a_hub_that_lets_go_of_old_facts_says_after_the_horizon_what_one_says_that_keeps_them(
    facts: list[Fact], chance: Random
) -> None:
    events, updates, whole = check_the_law(facts, chance)
    event(
        f"{min(events, 8)} events or more, {min(updates, 3)} updates or more, {min(whole, 3)} whole or more"
    )


@pytest.mark.parametrize("seed", range(2))
def test_so_it_is_where_every_promise_has_something_to_judge(seed: int) -> None:
    chance = Random(seed)
    events, _updates, whole = check_the_law(world(chance, records=30, events=110, withdrawn=5), chance)
    assert min(events, whole) > 0
