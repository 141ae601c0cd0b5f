"""The law holds with waivers: whenever they are agreed, and whatever the order, incremental = full."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from core.enums import MarkKind
from core.marks import mark
from leads.models import Event
from measurement.judging import judge_all, judge_pending
from measurement.models import Clock, Exclusion
from measurement.shadow import compare
from tests.laws import worlds_to_try
from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import END, START, Fact, worlds
from tests.measurement.test_judging_laws import (
    batches_of,
    deliveries,
    everything,
    nothing_kept,
    run,
    sign,
)

pytestmark = pytest.mark.django_db

Step = Callable[[datetime], None]


@dataclass(frozen=True)
class Wish:
    """What both teams agree on: the promise, the event that started it, from when and until when."""

    key: str
    event: str
    at: datetime
    until: datetime | None


def wishes_of(facts: list[Fact], chance: Random) -> list[Wish]:
    """Perhaps every other request and qualification is waived."""
    keys = {"request.received": "inbound", "lead.qualified": "decision", "lead.accepted": "contact"}
    found = []
    for resource, row in facts:
        if resource == "events" and row["kind"] in keys and chance.random() < 0.6:
            at = START + timedelta(hours=chance.randrange(20 * 24))
            until = at + timedelta(hours=1 + chance.randrange(10 * 24)) if chance.random() < 0.6 else None
            found.append(Wish(keys[row["kind"]], row["external_id"], at, until))
    return found


def agree_on(wishes: list[Wish]) -> Step:
    """What is known is waived; what is not yet, a later step waives."""

    def step(as_of: datetime) -> None:
        rows = {
            row.external_id: row for row in Event.objects.filter(external_id__in=[w.event for w in wishes])
        }
        for wish in wishes:
            row = rows.get(wish.event)
            subject = row and (row.contact_id if wish.key == "inbound" else row.lead_id)
            if row is None or subject is None:
                continue
            made, new = Exclusion.objects.get_or_create(
                commitment_key=wish.key, subject_id=subject, start_key=f"e:{row.pk}",
                defaults={"at": wish.at, "until": wish.until, "why": "test", "by_label": "test"},
            )  # fmt: skip
            if new:
                mark(MarkKind.EXCLUSION, [made.pk], as_of=as_of)
                mark(MarkKind.EXCLUSION, [made.pk], as_of=as_of, ready_at=wish.until or as_of)

    return step


@settings(
    max_examples=worlds_to_try(5),
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(facts=worlds(), chance=st.randoms(use_true_random=False))
def test_waivers_come_at_any_moment_and_the_rows_are_the_same(facts: list[Fact], chance: Random) -> None:
    wishes = wishes_of(facts, chance)
    agreed = agree_on(wishes)
    steps = deliveries(facts, chance)
    for _ in range(4):
        steps.insert(chance.randrange(len(steps) + 1), agreed)
    with nothing_kept():
        run([sign(texts) for texts in VERSIONS] + batches_of(facts, chance, together=1), begin=END, end=END)
        agreed(END)
        judge_all(as_of=END)
        expected = everything()
        event(f"{min(Clock.objects.filter(state='excluded').count(), 3)} excluded or more")
    with nothing_kept():
        run([*steps, agreed], begin=chance.choice([START, END - timedelta(hours=1)]), end=END)
        judge_pending(as_of=END)
        assert everything() == expected
        compared = compare(as_of=END)
        assert (compared.different, compared.periods) == ([], [])
