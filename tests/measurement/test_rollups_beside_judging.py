"""What is rolled up while others judge by a younger clock; what the night finds and ``judge --all`` mends."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from measurement import kept, shadow
from measurement.judging import judge_pending
from measurement.kept import keeping
from measurement.models import Clock, DayTally, Journey, JourneyMark, JourneyState
from tests.factories.leads import event, send
from tests.measurement.requests_and_calls import NOW, agree, records

START = datetime(2026, 1, 10, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)

pytestmark = pytest.mark.django_db


def a_lead() -> None:
    at = START.isoformat()
    send("leads", {"external_id": "L1", "created_at": at, "updated_at": at}, as_of=NOW)
    judge_pending(as_of=NOW)
    kept.keep(as_of=NOW)


def qualified_meanwhile() -> None:
    """Somebody judges a fact that happened after the keeper had read its clock."""
    row = event("late", "lead.qualified", (NOW + timedelta(seconds=20)).isoformat(), lead="L1")
    send("events", row, as_of=LATER)
    judge_pending(as_of=LATER)


def test_a_fact_that_is_younger_than_the_clock_of_who_keeps_journeys_is_in_them() -> None:
    a_lead()
    qualified_meanwhile()
    kept.keep(as_of=NOW)
    assert Journey.objects.get().mql_at == NOW + timedelta(seconds=20)
    assert kept.differing(as_of=LATER) == []


def test_so_it_is_when_all_are_made_afresh() -> None:
    a_lead()
    qualified_meanwhile()
    kept.rebuild(as_of=NOW)
    assert Journey.objects.get().mql_at == NOW + timedelta(seconds=20)


def test_making_all_journeys_afresh_holds_no_note_that_judging_would_wait_for() -> None:
    a_lead()
    qualified_meanwhile()
    keeping._make_afresh(as_of=LATER, wait=True)
    assert JourneyMark.objects.exists()
    kept.rebuild(as_of=LATER)
    assert not JourneyMark.objects.exists()


def test_nobody_waits_for_who_adds_up_another_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    JourneyState.objects.create(zone="UTC", as_of=NOW)
    monkeypatch.setattr(keeping, "zone_of_company", lambda **_: "Europe/Paris")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_advisory_xact_lock(%s)", [keeping._LOCK])
            with connection.cursor() as mine:
                mine.execute("SET LOCAL lock_timeout = '2s'")
            assert kept.keep(as_of=NOW, wait=False) == kept.Kept(0, complete=False)
    finally:
        other.close()
    kept.keep(as_of=NOW, wait=False)
    assert JourneyState.objects.get().zone == "Europe/Paris"


def a_clock() -> None:
    agree()
    records()
    send("contacts", {"external_id": "n1", "account": "b1"}, as_of=NOW)
    asks = event(1, "request.received", "2026-04-07T09:00:00Z", contact="n1", account="b1")
    send("events", asks, as_of=NOW)
    judge_pending(as_of=NOW)


def test_a_tally_of_a_day_that_is_wrong_is_told_at_night_and_mended_by_judging_everything() -> None:
    a_clock()
    call_command("judge", "--all")
    DayTally.objects.update(number=7)
    assert [one for one in shadow.compare(as_of=NOW + timedelta(days=9)).rolled_up if one.startswith("day ")]

    call_command("judge", "--all")
    assert shadow.compare(as_of=NOW + timedelta(days=9)).rolled_up == []


def test_an_origin_may_hold_any_character() -> None:
    agree()
    records()
    odd = "fa\x1fir\\N\t\x1e"
    send("contacts", {"external_id": "n1", "account": "b1"}, as_of=NOW)
    send(
        "leads",
        {"external_id": "L1", "contact": "n1", "origin": odd, "created_at": START.isoformat()},
        as_of=NOW,
    )
    asks = event(1, "request.received", "2026-04-07T09:00:00Z", contact="n1", account="b1")
    send("events", asks, as_of=NOW)
    judge_pending(as_of=NOW)
    assert {clock.origin for clock in Clock.objects.all()} == {odd}
    assert shadow.compare(as_of=NOW).different == []
