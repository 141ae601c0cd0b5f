"""The law of DESIGN §2 and §4: order, duplication and lateness do not matter; incremental = full."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from agreements.loading import load
from leads.ingestion import ingest
from measurement.judging import backlog, judge_all, judge_pending
from measurement.models import Clock, Reading, Unit
from measurement.shadow import compare
from people.absences import take
from people.enums import AbsenceKind
from people.memberships import ensure_users
from people.models import Absence, User
from tests.laws import worlds_to_try
from tests.measurement.in_words import clocks_in_words, readings_in_words, units_in_words
from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import END, START, Fact, world, worlds

Step = Callable[[datetime], None]

pytestmark = pytest.mark.django_db


@contextmanager
def nothing_kept() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def deliver(resource: str, rows: list[dict[str, Any]]) -> Step:
    def step(as_of: datetime) -> None:
        summary = ingest(resource=resource, source="crm", rows=rows, channel="test", as_of=as_of)
        assert summary.errors == []

    return step


def take_absences(rows: list[dict[str, Any]]) -> Step:
    """Absences of people whom the CRM may not know yet; entered twice they are there once."""

    def step(as_of: datetime) -> None:
        names = {name for row in rows for name in (row["user"], row["cover"]) if name}
        ids = ensure_users([(f"{name}@example.com", None) for name in names])
        users = User.objects.in_bulk(ids.values())
        for row in rows:
            user, cover = (users.get(ids.get(f"{row[who]}@example.com")) for who in ("user", "cover"))
            if not Absence.objects.filter(user=user, during__startswith=row["from"]).exists():
                kind = AbsenceKind.AWAY if row["until"] else AbsenceKind.LEFT
                during = (row["from"], row["until"])
                take(user, during=during, cover=cover, kind=kind, by="test", as_of=as_of)

    return step


def sign(texts: Iterable[str]) -> Step:
    def step(as_of: datetime) -> None:
        for text in texts:
            load(text, by="operator", as_of=as_of, sign=True)

    return step


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {"clocks": clocks_in_words(), "units": units_in_words(), "readings": readings_in_words()}


def rows() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("id").values()) for model in (Clock, Unit, Reading)]


def batches_of(facts: list[Fact], chance: Random, *, together: float) -> list[Step]:
    """Runs of one resource become requests of one or several rows."""
    steps: list[Step] = []
    waiting: list[dict[str, Any]] = []
    for place, (resource, row) in enumerate(facts):
        waiting.append(row)
        last = place + 1 == len(facts) or facts[place + 1][0] != resource
        if last or chance.random() > together:
            send = take_absences(waiting) if resource == "absences" else deliver(resource, waiting)
            steps.append(send)
            waiting = []
    return steps


def judge(as_of: datetime) -> None:
    judge_pending(as_of=as_of, limit=3)


def deliveries(facts: list[Fact], chance: Random) -> list[Step]:
    """The facts in any order, some twice, in batches; agreements signed and judging done anywhere between."""
    every = [*facts, *(chance.choice(facts) for _ in range(chance.randrange(6)))]
    chance.shuffle(every)
    steps = batches_of(every, chance, together=0.5)
    # A signature has everything judged again: often both come first, so that nothing hides what was missed.
    places = sorted(chance.choice([0, chance.randrange(len(steps) + 1)]) for _ in VERSIONS)
    for place, texts in sorted(zip(places, VERSIONS, strict=True), reverse=True):
        steps.insert(place, sign(texts))
    often = chance.choice(
        [range(0, len(steps), 1 + len(steps) // 20), [chance.randrange(len(steps) + 1) for _ in range(6)]]
    )
    for place in sorted(often, reverse=True):
        steps.insert(place, judge)
    return steps


def run(steps: list[Step], *, begin: datetime, end: datetime) -> None:
    for number, step in enumerate(steps):
        step(begin + (end - begin) * number / max(len(steps), 1))


def check_the_laws(facts: list[Fact], chance: Random) -> None:
    """As they come or all at once, whatever the order and the batches: the same rows."""
    # Sent as they happen, some dated ahead; or all of them after the fact.
    begin = chance.choice([START, END - timedelta(hours=1)])
    steps = deliveries(facts, chance)
    with nothing_kept():
        in_order = [sign(texts) for texts in VERSIONS] + batches_of(facts, chance, together=1)
        run(in_order, begin=END - timedelta(hours=1), end=END)
        judge_all(as_of=END)
        expected = everything()
    event(f"{min(len(expected['clocks']), 5)} clocks, {min(len(expected['units']), 20)} units or more")
    with nothing_kept():
        run(steps, begin=begin, end=END)
        judge_pending(as_of=END)
        assert backlog(as_of=END) == 0
        assert everything() == expected
        stored = rows()
        compared = compare(as_of=END)
        assert (compared.different, compared.periods) == ([], [])
        judge_all(as_of=END)
        assert rows() == stored


@settings(
    max_examples=worlds_to_try(6),
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(facts=worlds(), chance=st.randoms(use_true_random=False))
def test_whatever_the_order_the_same_facts_give_what_judging_everything_once_gives(
    facts: list[Fact], chance: Random
) -> None:
    check_the_laws(facts, chance)


@settings(
    max_examples=worlds_to_try(1),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(seed=0)  # a stretch that begins ahead, in the running period
@given(seed=st.integers(0, 2**32))
def test_so_it_is_where_every_promise_has_something_to_judge(seed: int) -> None:
    chance = Random(seed)
    check_the_laws(world(chance, records=30, events=110, withdrawn=5), chance)
