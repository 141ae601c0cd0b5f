"""Waivers as they are judged: change by change, everything afresh, and beside what is stored."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.models import AuditEntry, ChangeMark
from measurement.excluding import ExcludedAlreadyError, exclude_clock, exclude_period, take_back
from measurement.judging import backlog, judge_all, judge_pending
from measurement.models import Clock, Exclusion, Reading
from measurement.reading_explanation import explain_reading
from measurement.shadow import compare
from measurement.why_not import why_not
from tests.factories.leads import event, send
from tests.factories.people import UserFactory
from tests.measurement.requests_and_calls import agree, call, judged, records, request, states

pytestmark = pytest.mark.django_db

EARLIER = datetime(2026, 4, 7, 7, tzinfo=UTC)  # a Tuesday; the request comes at 8, due at 12
WAIVED = datetime(2026, 4, 8, 9, tzinfo=UTC)
UNTIL = datetime(2026, 4, 9, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    """Overdue since Tuesday noon."""
    agree()
    records(EARLIER)
    request(as_of=EARLIER + HOUR)
    judge_pending(as_of=WAIVED)
    return Clock.objects.get()


def waive(clock: Clock, *, until: datetime | None = None, as_of: datetime = WAIVED) -> Exclusion:
    return exclude_clock(**of(clock), by=None, why="The form was broken", until=until, as_of=as_of)


def of(clock: Clock) -> dict[str, Any]:
    return {
        "commitment_key": clock.commitment_key,
        "subject_id": clock.subject_id,
        "start_key": clock.start_key,
    }


def agrees(as_of: datetime) -> None:
    """Judging everything, and the shadow pass, say what is stored."""
    assert backlog(as_of=as_of) == 0
    before = list(Clock.objects.values())
    found = compare(as_of=as_of)
    assert (found.different, found.periods) == ([], [])
    assert judge_all(as_of=as_of).written == 0
    assert list(Clock.objects.values()) == before


def done(at: datetime, as_of: datetime) -> None:
    row = event("done", "call.made", at.isoformat(), contact="p1", actor="r1")
    send("events", row, as_of=as_of)
    judge_pending(as_of=as_of)


def test_a_waived_miss_does_not_count_however_it_is_judged(clock: Clock) -> None:
    waive(clock)
    assert judged(WAIVED) == [("p1", "excluded")]

    clock.refresh_from_db()
    assert (clock.reason, clock.ended_at) == ("waived", WAIVED)
    reading = Reading.objects.get()
    assert (reading.denominator, reading.left_out, reading.running) == (0, 1, 0)
    agrees(WAIVED)


def test_done_late_it_stays_waived_and_ends_when_it_was_done(clock: Clock) -> None:
    waive(clock)
    judge_pending(as_of=WAIVED)
    done(WAIVED + HOUR, as_of=WAIVED + 2 * HOUR)

    clock.refresh_from_db()
    assert (clock.state, clock.ended_at, clock.stopped_at) == ("excluded", WAIVED + HOUR, WAIVED + HOUR)
    agrees(WAIVED + 2 * HOUR)


def test_facts_that_undo_the_miss_win_over_the_waiver(clock: Clock) -> None:
    waive(clock)
    judge_pending(as_of=WAIVED)
    done(datetime(2026, 4, 7, 9, tzinfo=UTC), as_of=WAIVED + HOUR)

    assert states() == [("p1", "met")]
    agrees(WAIVED + HOUR)


def test_what_is_not_done_by_then_counts_again_from_then_on(clock: Clock) -> None:
    waive(clock, until=UNTIL)
    assert judged(UNTIL - timedelta(seconds=1)) == [("p1", "excluded")]
    agrees(UNTIL - timedelta(seconds=1))

    assert judged(UNTIL) == [("p1", "running")]
    assert Clock.objects.overdue(UNTIL).count() == 1
    agrees(UNTIL)


def test_what_was_done_by_then_is_forgiven_for_good_also_when_that_becomes_known_late(clock: Clock) -> None:
    waive(clock, until=UNTIL)
    judge_pending(as_of=UNTIL + HOUR)
    done(UNTIL, as_of=UNTIL + 2 * HOUR)

    assert states() == [("p1", "excluded")]
    agrees(UNTIL + 2 * HOUR)


def test_what_was_done_only_after_counts_as_late(clock: Clock) -> None:
    waive(clock, until=UNTIL)
    done(UNTIL + HOUR, as_of=UNTIL + 2 * HOUR)

    assert states() == [("p1", "late")]
    agrees(UNTIL + 2 * HOUR)


def test_waiting_ends_a_waived_clock_too_once_its_time_to_be_done_is_over(clock: Clock) -> None:
    waive(clock)
    judge_pending(as_of=WAIVED)
    given_up = datetime(2026, 4, 10, 12, 0, 1, tzinfo=UTC)
    judge_pending(as_of=given_up)

    clock.refresh_from_db()
    assert (clock.state, clock.ended_at) == ("excluded", given_up - timedelta(seconds=1))
    agrees(given_up)


def test_a_waiver_follows_the_record_that_survives_a_merge(clock: Clock) -> None:
    waive(clock)
    judge_pending(as_of=WAIVED)
    send("contacts", {"external_id": "p2", "account": "b1"}, as_of=WAIVED)
    send("contacts", {"external_id": "p1", "merged_into": "p2"}, as_of=WAIVED)

    assert judged(WAIVED) == [("p2", "excluded")]
    agrees(WAIVED)


def test_taken_back_it_counts_again_and_may_be_waived_anew(clock: Clock) -> None:
    first = waive(clock)
    judge_pending(as_of=WAIVED)

    assert take_back([first], by="test", as_of=WAIVED + HOUR) == 1
    assert take_back([first], by="test", as_of=WAIVED + HOUR) == 0
    assert judged(WAIVED + HOUR) == [("p1", "running")]
    waive(clock, as_of=WAIVED + 2 * HOUR)
    assert judged(WAIVED + 2 * HOUR) == [("p1", "excluded")]
    agrees(WAIVED + 2 * HOUR)


def test_it_is_waived_once_at_a_time_and_again_once_the_time_is_over(clock: Clock) -> None:
    waive(clock, until=UNTIL)
    with pytest.raises(ExcludedAlreadyError):
        waive(clock, as_of=UNTIL - HOUR)

    waive(clock, as_of=UNTIL)
    assert judged(UNTIL) == [("p1", "excluded")]
    assert Exclusion.objects.filter(ended_at__isnull=True).count() == 1


def test_who_agreed_to_what_is_kept(clock: Clock) -> None:
    manager = UserFactory(email="max@example.com")
    made = exclude_clock(**of(clock), by=manager, why="Broken form", until=UNTIL, as_of=WAIVED)

    assert (made.by, made.by_label, made.at, made.until) == (manager, "max@example.com", WAIVED, UNTIL)
    entry = AuditEntry.objects.get(verb="exclusion.begin")
    assert (entry.actor, entry.object_id, entry.after["why"]) == (manager, str(made.pk), "Broken form")
    marks = ChangeMark.objects.filter(kind="exclusion").order_by("ready_at")
    assert [mark.ready_at for mark in marks] == [WAIVED, UNTIL]


def test_a_waived_period_keeps_its_figures_and_is_no_miss(clock: Clock) -> None:
    over = datetime(2026, 5, 2, 9, tzinfo=UTC)
    judge_pending(as_of=over)
    before = Reading.objects.get()
    assert before.verdict == "missed"
    exclude = {"commitment_key": "inbound", "period_start": before.period_start, "each": "team"}
    made = exclude_period(**exclude, by="test", why="The feed was down", as_of=over)
    judge_pending(as_of=over)

    after = Reading.objects.get()
    assert after.verdict == "not_required"
    assert after.detail["waived"] == {"at": "2026-05-02T09:00:00Z", "verdict": "missed"}
    assert figures(after) == figures(before)
    assert "Missed, and waived" in told(after, over)
    agrees(over)

    take_back([made], by="test", as_of=over + HOUR)
    judge_pending(as_of=over + HOUR)
    assert Reading.objects.get().verdict == "missed"
    agrees(over + HOUR)


def test_a_waived_period_that_was_kept_after_all_is_kept(clock: Clock) -> None:
    over = datetime(2026, 5, 2, 9, tzinfo=UTC)
    judge_pending(as_of=over)
    start = Reading.objects.get().period_start
    exclude_period(
        commitment_key="inbound", period_start=start, each="team", by="test", why="Feed", as_of=over
    )
    call(as_of=over)
    judge_pending(as_of=over)

    assert (Reading.objects.get().verdict, Reading.objects.get().detail) == ("kept", {})
    agrees(over)


def figures(reading: Reading) -> tuple[Any, ...]:
    return (reading.value, reading.numerator, reading.denominator, reading.left_out, reading.expected)


def told(reading: Reading, as_of: datetime) -> str:
    sentence: dict[str, str] = explain_reading(reading, as_of=as_of)["sentence"]
    return sentence["en"]


def test_a_start_after_a_waiver_for_good_is_a_promise_of_its_own(clock: Clock) -> None:
    waive(clock)
    judge_pending(as_of=WAIVED)
    later = WAIVED + timedelta(days=1)
    row = event("again", "request.received", later.isoformat(), contact="p1")
    send("events", row, as_of=later)
    judge_pending(as_of=later + HOUR)

    assert list(Clock.objects.order_by("started_at").values_list("state", "repeats")) == [
        ("excluded", 0),
        ("running", 0),
    ]
    assert why_not("inbound", source="crm", external_id="p1", as_of=later + HOUR).reasons == []
    agrees(later + HOUR)
    take_back(Exclusion.objects.all(), by=None, as_of=later + HOUR)
    assert judged(later + HOUR) == [("p1", "running")]
    agrees(later + HOUR)


def test_while_it_may_count_again_a_start_is_a_repeat(clock: Clock) -> None:
    waive(clock, until=UNTIL)
    row = event("again", "request.received", (WAIVED + HOUR).isoformat(), contact="p1")
    send("events", row, as_of=WAIVED + HOUR)

    assert judged(WAIVED + HOUR) == [("p1", "excluded")]
    agrees(WAIVED + HOUR)
