"""The nightly comparison: it goes on where its time ended, and what is rolled up is compared every night."""

from datetime import timedelta
from typing import Any

import pytest

from core import heartbeats
from measurement import judging, shadow
from measurement.engine import Engine
from measurement.judging import judge_all, judge_pending
from measurement.models import Bucket, Clock, Reading
from measurement.shadow import compare
from tests.factories.leads import event, send
from tests.measurement.requests_and_calls import NOW, agree, records

pytestmark = pytest.mark.django_db


@pytest.fixture
def clocks() -> list[Clock]:
    """Four records with a clock each, judged."""
    agree()
    records()
    for number in range(4):
        asks = {"contact": f"n{number}", "account": "b1"}
        send("contacts", {"external_id": f"n{number}", "account": "b1"}, as_of=NOW)
        send("events", event(number, "request.received", "2026-04-07T09:00:00Z", **asks), as_of=NOW)
    judge_pending(as_of=NOW)
    return list(Clock.objects.order_by("subject_id"))


@pytest.fixture
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = judging.candidates
    monkeypatch.setattr(shadow, "candidates", lambda engine, after: batches(engine, size=2, after=after))


def detail() -> dict[str, Any]:
    last = heartbeats.last(shadow.HEARTBEAT)
    assert last is not None
    return last.detail


def night(number: int, *, long: bool = False) -> shadow.Compared:
    return compare(as_of=NOW + timedelta(days=number), seconds=None if long else 0)


@pytest.mark.usefixtures("two_at_a_time")
def test_a_pass_that_its_night_was_too_short_for_goes_on_the_next_night(clocks: list[Clock]) -> None:
    tonight = night(0)
    assert (tonight.checked, tonight.complete) == (2, False)
    assert detail()["position"] < detail()["of"]
    tomorrow = night(1, long=True)
    assert tomorrow.checked == len(shadow_records()) >= 4
    assert (tomorrow.complete, tomorrow.since) == (True, NOW)
    again = night(2)
    assert (again.checked, again.since) == (2, NOW + timedelta(days=2))


def shadow_records() -> list[int]:
    return [ref for refs in judging.candidates(Engine()) for ref in refs]


@pytest.mark.usefixtures("two_at_a_time")
def test_what_differed_is_told_until_it_was_looked_at_again(clocks: list[Clock]) -> None:
    wrong = clocks[-1]
    Clock.objects.filter(pk=wrong.pk).update(repeats=7)
    assert night(0, long=True).different == [wrong.subject_id]
    first = night(1)
    assert (first.complete, first.different, detail()["mismatches"]) == (False, [wrong.subject_id], 1)
    judge_all(as_of=NOW + timedelta(days=1))
    assert night(2, long=True).different == []


def test_buckets_and_readings_are_compared_in_the_shortest_of_nights(clocks: list[Clock]) -> None:
    Reading.objects.update(numerator=5)
    Bucket.objects.filter(counts="clocks", minutes=15).update(met=9)
    found = night(0)
    buckets = Bucket.objects.filter(counts="clocks", minutes=15, met=9).count()
    assert [text.split()[:3] for text in found.rolled_up] == [["bucket", "inbound", "clocks"]] * buckets
    assert len(found.periods) == Reading.objects.count() > 0
    assert detail()["mismatches"] == buckets + len(found.periods)
    assert Reading.objects.filter(numerator=5).count() == Reading.objects.count()
    judge_all(as_of=NOW)
    found = night(1)
    assert (found.rolled_up, found.periods) == ([], [])
