"""Facts in, clocks out: what is judged when, and what is left when somebody is killed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import ChangeMark
from measurement import judging
from measurement.enums import ClockState
from measurement.judging import Judged, backlog, judge_all, judge_pending, judgements_afresh
from measurement.models import Clock, Reading, TouchedSubject
from measurement.shadow import compare
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.measurement.requests_and_calls import (
    AGREEMENT,
    NOW,
    agree,
    call,
    judged,
    records,
    request,
    states,
)

pytestmark = pytest.mark.django_db


def test_a_request_that_was_answered_in_time_is_met() -> None:
    agree()
    records()
    request()
    call()
    assert judged() == [("p1", "met")]
    clock = Clock.objects.get()
    assert clock.due_at == datetime(2026, 4, 7, 12, tzinfo=UTC)
    assert clock.stopped_at == datetime(2026, 4, 7, 9, tzinfo=UTC)


def test_an_open_clock_is_stored_running_and_overdue_by_the_moment_alone() -> None:
    agree()
    as_of = datetime(2026, 4, 7, 13, tzinfo=UTC)
    records(as_of)
    request(as_of=as_of)
    assert judged(as_of) == [("p1", "running")]
    assert Clock.objects.overdue(as_of).count() == 1
    assert Clock.objects.in_state([ClockState.RUNNING], as_of).count() == 0
    assert Clock.objects.with_state(as_of).get().state_now == "overdue"
    assert judge_pending(as_of=as_of + timedelta(days=1)) == Judged()


def test_waiting_alone_ends_a_clock_whose_time_to_be_done_at_all_is_over() -> None:
    agree()
    as_of = datetime(2026, 4, 7, 13, tzinfo=UTC)
    records(as_of)
    request(as_of=as_of)
    judge_pending(as_of=as_of)
    assert judged(datetime(2026, 4, 10, 12, 0, 0, tzinfo=UTC)) == [("p1", "running")]
    assert judged(datetime(2026, 4, 10, 12, 0, 1, tzinfo=UTC)) == [("p1", "overdue")]
    assert Clock.objects.get().reason == "gave_up"


def test_a_withdrawn_request_leaves_no_clock_and_says_so() -> None:
    agree()
    records()
    request()
    judge_pending(as_of=NOW)
    ChangeMark.objects.all().delete()
    clock = Clock.objects.get()
    send("events", event("r", "event.retracted", "2026-04-07T10:00:00Z", data={"event": "x1"}))
    assert judged() == []
    assert list(ChangeMark.objects.values_list("kind", "ref_id")) == [("verdict", clock.id)]


def test_a_fact_dated_ahead_counts_from_its_instant() -> None:
    agree()
    records()
    early = datetime(2026, 4, 7, 8, 30, tzinfo=UTC)
    send("events", event(1, "request.received", "2026-04-07T09:00:00Z", contact="p1"), as_of=early)
    assert judged(early) == []
    assert backlog(as_of=early) == 0
    assert judged(datetime(2026, 4, 7, 9, tzinfo=UTC)) == [("p1", "running")]


def test_an_agreement_signed_after_the_facts_finds_them() -> None:
    records()
    request()
    judge_pending(as_of=NOW)
    agree()
    assert judged() == [("p1", "running")]


def test_a_start_belongs_to_the_version_in_force_at_its_instant() -> None:
    records()
    request(1, "2026-04-06T08:00:00Z")
    call(2, "2026-04-06T15:00:00Z")
    request(3, "2026-04-08T08:00:00Z")
    agree()
    judge_pending(as_of=NOW)
    agree(start="2026-04-08", within="1 hour")
    judge_pending(as_of=NOW)
    due = list(Clock.objects.order_by("started_at").values_list("commitment__version__number", "due_at"))
    assert due == [(1, datetime(2026, 4, 6, 12, tzinfo=UTC)), (2, datetime(2026, 4, 8, 9, tzinfo=UTC))]


def test_judging_the_same_again_changes_no_row_and_marks_nothing() -> None:
    agree()
    records()
    request()
    judge_pending(as_of=NOW)
    before = list(Clock.objects.values())
    marks = ChangeMark.objects.count()
    assert judge_all(as_of=NOW).written == 0
    assert list(Clock.objects.values()) == before
    assert ChangeMark.objects.count() == marks


def test_judging_everything_repairs_what_is_wrong_and_the_shadow_pass_reports_it() -> None:
    agree()
    records()
    request()
    judge_pending(as_of=NOW)
    right = list(Clock.objects.values())
    Clock.objects.update(due_at=NOW)
    subject = right[0]["subject_id"]
    Clock.objects.create(**{**right[0], "id": right[0]["id"] + 1, "start_key": "e:0"})
    assert compare(as_of=NOW).different == [subject]
    done = judge_all(as_of=NOW)
    assert (done.written, done.removed) == (1, 1)
    assert [{**row, "changed_at": None} for row in Clock.objects.values()] == [
        {**row, "changed_at": None} for row in right
    ]
    assert compare(as_of=NOW).different == []


def test_as_of_an_earlier_instant_later_facts_are_not_known_and_nothing_is_stored() -> None:
    agree()
    records()
    request()
    call()
    judge_pending(as_of=NOW)
    before = list(Clock.objects.values())
    ((clock,),) = [one.clocks for one in judgements_afresh(as_of=datetime(2026, 4, 7, 8, 30, tzinfo=UTC))]
    assert (clock.state, clock.stopped_at) == (ClockState.RUNNING, None)
    assert [one.clocks for one in judgements_afresh(as_of=datetime(2026, 4, 7, 7, tzinfo=UTC))] == [[]]
    assert list(Clock.objects.values()) == before


def test_what_is_killed_between_batches_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    agree()
    records()
    for number in range(5):
        send("contacts", {"external_id": f"q{number}", "account": "b1"})
        request(f"q{number}", contact=f"q{number}")
    write = judging.write
    written = []

    def dies_at_the_second(*args: Any, **more: Any) -> Judged:
        written.append(write(*args, **more))
        if len(written) == 2:
            raise KeyboardInterrupt
        return written[-1]

    monkeypatch.setattr(judging, "write", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        judge_pending(as_of=NOW, limit=2)
    assert backlog(as_of=NOW) > 0
    monkeypatch.undo()
    assert judged() == [(f"q{number}", "running") for number in range(5)]
    assert (backlog(as_of=NOW), TouchedSubject.objects.count()) == (0, 0)


def test_a_batch_takes_the_same_statements_for_one_record_and_for_many() -> None:
    agree()
    records()
    judge_pending(as_of=NOW)

    def statements(numbers: range) -> int:
        send("contacts", *[{"external_id": f"q{number}", "account": "b1"} for number in numbers])
        requests = [
            event(number, "request.received", "2026-04-07T08:00:00Z", contact=f"q{number}")
            for number in numbers
        ]
        send("events", *requests)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            judge_pending(as_of=NOW)
        return len(captured)

    assert statements(range(10, 11)) == statements(range(20, 60))


def test_a_sweep_leaves_what_somebody_else_is_judging(transactional_db: None) -> None:
    agree()
    records()
    request()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [judging._LOCK])
            assert judge_pending(as_of=NOW, wait=False) == Judged(complete=False)
            assert states() == []
            other.rollback()
    finally:
        other.close()
    assert judge_pending(as_of=NOW, wait=False).complete
    assert states() == [("p1", "running")]


def test_marks_of_a_transaction_that_rolls_back_do_not_count() -> None:
    agree()
    records()
    judge_pending(as_of=NOW)
    with transaction.atomic():
        request()
        transaction.set_rollback(True)
    assert judge_pending(as_of=NOW) == Judged()


def test_another_version_counts_the_clocks_by_its_own_periods_at_once() -> None:
    records()
    agree(within="5 days")
    request(1, "2026-04-09T08:00:00Z")
    judge_pending(as_of=NOW)
    weekly = AGREEMENT.format(start="2026-04-13", within="5 days") + "    per: week\n"
    signed(weekly, as_of=NOW)
    judge_pending(as_of=NOW)
    columns = ("period_start", "period_end", "denominator", "target", "commitment_id")
    change_by_change = list(Reading.objects.order_by("id").values_list(*columns))
    judge_all(as_of=NOW)
    assert list(Reading.objects.order_by("id").values_list(*columns)) == change_by_change
    assert Reading.objects.filter(period_start=datetime(2026, 4, 12, 23, tzinfo=UTC)).exists()
