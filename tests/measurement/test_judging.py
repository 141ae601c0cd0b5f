"""Facts in, clocks out: what is judged when, by whom, and what is left when somebody is killed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.enums import MarkKind
from core.marks import mark
from core.models import ChangeMark
from leads.models import Ref
from measurement import judging
from measurement.enums import ClockState
from measurement.judging import Judged, afresh, backlog, judge_all, judge_pending
from measurement.models import Clock, TouchedSubject
from measurement.shadow import compare
from people.models import Membership
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.factories.people import MembershipFactory, TeamFactory

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)

AGREEMENT = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: {start}
calendars:
  london:
    timezone: Europe/London
    week: {{mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"]}}
commitments:
  - key: inbound
    owner: sales
    kind: response
    start: {{event: request.received}}
    stop: {{events: [call.made, meeting.booked]}}
    where: {{account.tier: [1, 2]}}
    within: {within}
    give_up: 3 days
"""

pytestmark = pytest.mark.django_db


def agree(*, start: str = "2026-01-01", within: str = "4 business hours") -> None:
    signed(AGREEMENT.format(start=start, within=within), as_of=NOW)


def records(as_of: datetime = NOW) -> None:
    send("members", {"external_id": "r1", "email": "r1@example.com", "team": "sales"}, as_of=as_of)
    send("accounts", {"external_id": "b1", "name": "Two", "tier": 2, "owner": "r1"}, as_of=as_of)
    send("contacts", {"external_id": "p1", "account": "b1"}, as_of=as_of)


def request(
    number: object = 1, at: str = "2026-04-07T08:00:00Z", *, as_of: datetime = NOW, **more: Any
) -> None:
    send("events", event(number, "request.received", at, **{"contact": "p1", **more}), as_of=as_of)


def call(number: object = 2, at: str = "2026-04-07T09:00:00Z", **more: Any) -> None:
    send("events", event(number, "call.made", at, **{"contact": "p1", "actor": "r1", **more}))


def judged(as_of: datetime = NOW, **more: Any) -> list[tuple[str, str]]:
    judge_pending(as_of=as_of, **more)
    return states()


def states() -> list[tuple[str, str]]:
    names = {ref.id: ref.external_id for ref in Ref.objects.all()}
    return [
        (names[clock.subject_id], clock.state) for clock in Clock.objects.order_by("started_at", "subject_id")
    ]


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


def test_an_account_that_arrives_last_starts_the_clocks_of_its_contacts() -> None:
    agree()
    send("contacts", {"external_id": "p1", "account": "b1"})
    request()
    assert judged() == []
    send("accounts", {"external_id": "b1", "name": "Two", "tier": 2})
    assert judged() == [("p1", "running")]


def test_a_member_record_that_arrives_last_makes_the_call_one_of_the_team() -> None:
    agree()
    send("accounts", {"external_id": "b1", "name": "Two", "tier": 2})
    send("contacts", {"external_id": "p1", "account": "b1"})
    request()
    call()
    assert judged() == [("p1", "running")]
    send("members", {"external_id": "r1", "email": "r1@example.com", "team": "sales"})
    assert judged() == [("p1", "met")]


def test_a_membership_entered_by_hand_counts_as_soon_as_it_is_marked() -> None:
    agree()
    records()
    request()
    call()
    membership = Membership.objects.get()
    Membership.objects.all().delete()
    mark(MarkKind.PEOPLE, [membership.user_id], as_of=NOW)
    assert judged() == [("p1", "running")]
    team = TeamFactory(parent=membership.team)
    MembershipFactory(user=membership.user, team=team)
    mark(MarkKind.PEOPLE, [0], as_of=NOW)
    assert judged() == [("p1", "met")]


def test_an_event_about_a_lead_stops_the_clock_of_its_contact_through_the_link_of_that_time() -> None:
    agree()
    records()
    request()
    call(contact=None, lead="l1")
    assert judged() == [("p1", "running")]
    send("leads", {"external_id": "l1", "contact": "p1", "updated_at": "2026-04-01T00:00:00Z"})
    assert judged() == [("p1", "met")]
    send("leads", {"external_id": "l1", "contact": "p2", "updated_at": "2026-04-07T08:30:00Z"})
    assert judged() == [("p1", "running")]


def test_a_request_that_names_only_a_lead_starts_the_clock_of_its_contact() -> None:
    agree()
    records()
    send("leads", {"external_id": "l1", "contact": "p1"})
    request(contact=None, lead="l1")
    assert judged() == [("p1", "running")]


def test_a_call_to_one_lead_says_nothing_about_its_sibling() -> None:
    signed(
        AGREEMENT.format(start="2026-01-01", within="4 business hours").replace(
            "request.received", "lead.qualified"
        ),
        as_of=NOW,
    )
    records()
    for lead in ("l1", "l2"):
        send("leads", {"external_id": lead, "contact": "p1", "account": "b1"})
        send("events", event(lead, "lead.qualified", "2026-04-07T08:00:00Z", lead=lead))
    call(lead="l1")
    assert judged() == [("l1", "met"), ("l2", "running")]
    call("more", contact="p1")
    assert judged() == [("l1", "met"), ("l2", "met")]


def test_a_merge_moves_the_clocks_to_the_survivor() -> None:
    agree()
    records()
    send("contacts", {"external_id": "p2", "account": "b1"})
    request()
    assert judged() == [("p1", "running")]
    send("contacts", {"external_id": "p1", "merged_into": "p2"}, as_of=NOW + timedelta(minutes=1))
    call(contact="p2")
    assert judged(NOW + timedelta(minutes=2)) == [("p2", "met")]


def test_a_deletion_cancels_the_open_clock() -> None:
    agree()
    records()
    request()
    judge_pending(as_of=NOW)
    send("contacts", {"external_id": "p1", "deleted_at": "2026-04-07T09:00:00Z"})
    assert judged() == [("p1", "cancelled")]
    assert Clock.objects.get().reason == "deleted"


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
    (clock,) = afresh(as_of=datetime(2026, 4, 7, 8, 30, tzinfo=UTC))
    assert (clock.state, clock.stopped_at) == (ClockState.RUNNING, None)
    assert list(afresh(as_of=datetime(2026, 4, 7, 7, tzinfo=UTC))) == []
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
