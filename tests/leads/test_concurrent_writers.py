"""Several processes deliver the same and conflicting facts, others judge beside them; many are killed.

Whoever delivers sends again what nobody answered. In the end everything is as if one process had delivered
all of it in order, and as if everything had been judged once.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from leads.ingestion import Summary, ingest
from leads.models import Event, QuarantinedRow, RecordVersion, Ref
from measurement.judging import backlog, judge_all, judge_pending
from measurement.shadow import compare
from tests.core.threads import at_once
from tests.factories.leads import NOW, event, send
from tests.leads.dump import canonical
from tests.leads.killed import Work, again_if_collided, side_by_side
from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import END, Fact, world
from tests.measurement.test_judging_laws import everything, nothing_kept, rows, sign, take_absences

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, JUDGES = 3, 2
KILLED = 0.3
MOST_ROWS = 12

Delivery = tuple[str, list[dict[str, Any]]]


@pytest.mark.parametrize("seed", [1, 2])
def test_writers_and_judges_of_whom_many_are_killed_end_where_one_in_order_ends(seed: int) -> None:
    chance = Random(seed)
    every = world(chance, records=40, events=160, withdrawn=8)
    facts = [fact for fact in every if fact[0] != "absences"]
    absences = [row for resource, row in every if resource == "absences"]
    with nothing_kept():
        agree_on(absences)
        for resource, row in facts:
            deliver((resource, [row]))
        judge_all(as_of=END)
        expected = (canonical(), everything())
    agree_on(absences)

    writing: list[Work] = [deliver_all(deliveries(facts, chance)) for _ in range(WRITERS)]
    killed, _ = side_by_side(writing, [judge_on] * JUDGES, killed=KILLED, chance=chance)

    assert killed > WRITERS
    judge_pending(as_of=END)
    assert backlog(as_of=END) == 0
    assert (canonical(), everything()) == expected
    stored = rows()
    compared = compare(as_of=END)
    assert (compared.different, compared.periods) == ([], [])
    judge_all(as_of=END)
    assert rows() == stored


def agree_on(absences: list[dict[str, Any]]) -> None:
    for texts in VERSIONS:
        sign(texts)(END - timedelta(hours=1))
    take_absences(absences)(END - timedelta(hours=1))


def deliver(delivery: Delivery) -> Summary:
    resource, delivered = delivery
    return ingest(resource=resource, source="crm", rows=delivered, channel="test", as_of=END)


def deliveries(facts: list[Fact], chance: Random) -> list[Delivery]:
    """All facts in an order of one's own, a few to several rows a request."""
    shuffled = chance.sample(facts, len(facts))
    shuffled.sort(key=lambda fact: (chance.random() < 0.5, fact[0]))
    sent: list[Delivery] = []
    for resource, row in shuffled:
        if sent and sent[-1][0] == resource and len(sent[-1][1]) < chance.randint(1, MOST_ROWS):
            sent[-1][1].append(row)
        else:
            sent.append((resource, [row]))
    return sent


def deliver_all(sent: list[Delivery]) -> Work:
    def work(begin: int, tell: Callable[[int], None]) -> None:
        for step in range(begin, len(sent)):
            tell(step)
            summary = again_if_collided(lambda step=step: deliver(sent[step]))
            assert summary.errors == []

    return work


def judge_on(begin: int, tell: Callable[[int], None]) -> None:
    step = begin
    while True:
        tell(step)
        again_if_collided(lambda: judge_pending(as_of=END, limit=5))
        step += 1


def test_of_contradicting_events_at_once_one_is_stored_whole_and_the_other_is_a_conflict() -> None:
    said = {
        writer: [event(n, contact=f"{writer}-{n}", data={"by": writer}) for n in range(120)]
        for writer in (0, 1)
    }

    def work(writer: int) -> list[Summary]:
        order = said[writer] if writer else said[writer][::-1]
        return [send("events", *order[first : first + 30]) for first in range(0, 120, 30)]

    summaries = [summary for each in at_once(work) for summary in each]

    assert sum(summary.created for summary in summaries) == 120
    assert Counter(error.code for summary in summaries for error in summary.errors) == {"conflict": 120}
    assert QuarantinedRow.objects.filter(code="conflict").count() == 120
    names = dict(Ref.objects.values_list("id", "external_id"))
    for stored in Event.objects.all():
        assert names[stored.contact_id] == f"{stored.data['by']}-{stored.external_id[1:]}"


def test_events_of_which_others_store_some_in_between_are_all_stored_once_and_marked() -> None:
    def work(writer: int) -> list[Summary]:
        mine = [event(n, contact="c") for n in range(300) if n % 3 != writer]
        return [send("events", *mine[first : first + 40]) for first in range(0, len(mine), 40)]

    summaries = [summary for each in at_once(work, times=3) for summary in each]

    assert sum(summary.created for summary in summaries) == Event.objects.count() == 300
    assert sum(summary.unchanged for summary in summaries) == 300
    assert [summary.errors for summary in summaries if summary.errors] == []


def test_updates_of_one_instant_at_once_end_in_the_greater_value_whoever_comes_first() -> None:
    def work(writer: int) -> None:
        for n in range(40):
            row = {"external_id": str(n), "origin": f"o{writer}", "updated_at": "2026-04-01T00:00:00Z"}
            again_if_collided(lambda row=row: send("leads", row, as_of=NOW))

    at_once(work, times=3)

    assert {row["origin"] for row in RecordVersion.objects.values_list("fields", flat=True)} == {"o2"}
