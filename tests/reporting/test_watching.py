"""Breaches follow the verdicts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry, ChangeMark
from leads.models import Ref
from measurement.models import Clock
from reporting.acting import acknowledge, resolve
from reporting.models import Breach
from reporting.watching import sync_breaches
from tests.reporting.company import AGREEMENT, Company, at

pytestmark = pytest.mark.django_db

ASKED = at("02 09:00")  # Monday, 10:00 in Paris
DUE = at("02 11:00")


@pytest.fixture
def company() -> Company:
    return Company()


def test_nothing_is_opened_at_the_deadline_itself(company):
    company.request("alice", ASKED)

    assert company.sweep(DUE).opened == 0
    assert company.sweep(DUE + timedelta(seconds=1)).opened == 1


def test_a_breach_says_who_owed_it_since_when_and_whose_it_is_now(company):
    company.request("alice", ASKED)
    company.sweep(DUE + timedelta(minutes=1))

    breach = company.breach()
    assert (breach.type, breach.state, breach.historic) == ("clock", "open", False)
    assert (breach.missed_at, breach.told_at) == (DUE, DUE)
    assert breach.opened_at == DUE + timedelta(minutes=1)
    assert (breach.team, breach.owner_id, breach.assignee) == (
        company.sales,
        company.member("marie"),
        company.marie,
    )


def test_the_owner_is_the_one_at_the_miss_not_a_later_one(company):
    company.request("alice", ASKED)
    change = {"external_id": "alice", "owner": "paul", "updated_at": "2026-03-02T15:00:00Z"}
    company.tell("contacts", change, as_of=at("02 15:00"))
    company.sweep(at("02 16:00"))

    assert company.clock().owner_id == company.member("paul")
    assert company.breach().owner_id == company.member("marie")


def test_a_miss_that_nobody_owned_is_assigned_to_nobody(company):
    company.request("alice", ASKED, owner=None)
    company.sweep(at("02 12:00"))

    assert (company.breach().owner_id, company.breach().assignee) == (None, None)


def test_sweeping_again_changes_nothing_and_costs_the_same_whatever_lies_behind(company):
    for number in range(3):
        company.request(f"contact{number}", ASKED)
    company.sweep(at("02 12:00"))

    with CaptureQueriesContext(
        connection,
    ) as few:
        assert sync_breaches(as_of=at("02 12:01")).opened == 0
    for number in range(3, 30):
        company.request(f"contact{number}", ASKED)
    company.sweep(at("02 12:02"))
    with CaptureQueriesContext(connection) as many:
        assert sync_breaches(as_of=at("02 12:03")).opened == 0

    assert Breach.objects.count() == 30
    assert len(many) == len(few)


def test_opening_many_takes_as_many_statements_as_opening_one(company):
    company.request("alice", ASKED)
    company.sweep(at("02 10:00"))
    with CaptureQueriesContext(connection) as one:
        assert sync_breaches(as_of=at("02 12:00")).opened == 1
    for number in range(20):
        company.request(f"contact{number}", at("03 09:00"))
    company.sweep(at("03 10:00"))
    with CaptureQueriesContext(connection) as twenty:
        assert sync_breaches(as_of=at("03 12:00")).opened == 20

    assert len(twenty) == len(one)


def test_the_sweep_reads_the_partial_index_of_open_deadlines():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        due = Clock.objects.fell_due(since=at("02 09:00"), before=at("02 12:00"))
        assert "clock_open_due" in due.explain()


def test_a_miss_waits_for_the_promises_settle_time():
    company = Company(terms="settle: 4 business hours")
    company.request("alice", ASKED)

    assert company.sweep(at("02 12:00")).waiting == 1
    assert not Breach.objects.exists()
    assert ChangeMark.objects.get(kind="verdict").ready_at == at("02 15:00")
    assert company.sweep(at("02 15:00")).opened == 1
    assert (company.breach().missed_at, company.breach().told_at) == (DUE, at("02 15:00"))


def test_a_call_that_arrives_within_the_settle_time_leaves_no_breach():
    company = Company(terms="settle: 4 business hours")
    company.request("alice", ASKED)
    company.sweep(at("02 12:00"))
    company.call("alice", at("02 10:30"), as_of=at("02 13:00"))

    company.sweep(at("02 16:00"))

    assert not Breach.objects.exists()


def test_late_facts_withdraw_a_breach_and_say_so_in_its_history(company):
    company.request("alice", ASKED)
    company.sweep(at("02 12:00"))
    company.call("alice", at("02 10:30"), as_of=at("02 13:00"))

    assert company.sweep(at("02 13:01")).withdrawn == 1

    breach = company.breach()
    assert (breach.state, breach.closed_at) == ("withdrawn", at("02 13:01"))
    entry = AuditEntry.objects.get(object_type="reporting.breach", object_id=str(breach.pk))
    assert (entry.verb, entry.actor_label) == ("breach.withdraw", "")
    assert (entry.before["state"], entry.after["state"]) == ("open", "withdrawn")


def test_a_withdrawn_miss_that_comes_back_is_reopened(company):
    company.request("alice", ASKED)
    company.sweep(at("02 12:00"))
    call = company.call("alice", at("02 10:30"), as_of=at("02 13:00"))
    company.sweep(at("02 13:01"))
    company.retract(call, at("02 14:00"))

    assert company.sweep(at("02 14:01")).reopened == 1
    assert (company.breach().state, company.breach().closed_at) == ("open", None)


def test_an_overdue_clock_that_is_done_late_keeps_its_breach(company):
    company.request("alice", ASKED)
    company.sweep(at("02 12:00"))
    company.call("alice", at("02 14:00"))
    company.sweep(at("02 14:01"))

    assert company.clock().state == "late"
    assert (company.breach().state, company.breach().missed_at) == ("open", DUE)


def test_a_resolved_breach_is_withdrawn_when_there_was_no_miss(company):
    company.request("alice", ASKED)
    company.sweep(at("02 12:00"))
    resolve(company.breach(), by=company.marie, as_of=at("02 12:30"), root_cause="overlooked")
    company.call("alice", at("02 10:30"), as_of=at("02 13:00"))
    company.sweep(at("02 13:01"))

    assert company.breach().state == "withdrawn"


def test_a_start_that_is_retracted_withdraws_the_breach_of_the_vanished_clock(company):
    request = company.request("alice", ASKED)
    company.sweep(at("02 12:00"))
    company.retract(request, at("02 13:00"))
    company.sweep(at("02 13:01"))

    assert not Clock.objects.exists()
    assert company.breach().state == "withdrawn"


def test_an_acknowledged_breach_survives_the_merge_of_its_contact(company):
    company.request("alice", ASKED)
    company.contact("alice-again")
    company.sweep(at("02 12:00"))
    acknowledge(company.breach(), by=company.marie, as_of=at("02 12:30"))
    merge = {"external_id": "alice", "merged_into": "alice-again", "updated_at": "2026-03-02T13:00:00Z"}
    company.tell("contacts", merge, as_of=at("02 13:00"))
    company.sweep(at("02 13:01"))

    survivor = Ref.objects.get(type="contact", external_id="alice-again")
    assert (company.breach().subject_id, company.breach().state) == (survivor.id, "acknowledged")


def test_what_was_due_before_signing_is_historic(company):
    company.request("alice", at("02 09:00").replace(month=1, day=12), as_of=at("02 12:00"))
    company.sweep(at("02 12:01"))

    assert company.breach().historic


def test_what_becomes_known_one_report_late_is_still_told(company):
    company.publish(at("03 08:00"))
    company.request("alice", ASKED, as_of=at("03 10:00"))
    company.sweep(at("03 10:01"))

    assert not company.breach().historic


def test_what_becomes_known_more_than_one_report_late_is_historic(company):
    company.publish(at("03 08:00"))
    company.publish(at("04 08:00"))
    company.request("alice", ASKED, as_of=at("04 10:00"))
    company.sweep(at("04 10:01"))

    assert company.breach().historic


def test_misses_of_an_outage_in_which_no_report_was_read_are_no_history(company):
    company.request("alice", ASKED)
    company.sweep(at("06 10:00"))

    assert not company.breach().historic


def test_importing_last_year_opens_only_historic_breaches():
    company = Company(agreement=AGREEMENT.replace("effective_from: 2026-01-01", "effective_from: 2025-01-01"))
    for day in range(1, 28):
        asked = datetime(2025, 3, day, 9, tzinfo=UTC)
        company.request(f"contact{day}", asked, as_of=at("02 12:00"))

    swept = company.sweep(at("02 12:01"))

    assert (swept.opened, swept.historic) == (27, 27)


def test_two_sweeps_at_once_open_one_breach(company):
    company.request("alice", ASKED)
    company.sweep(at("02 12:00"))
    Clock.objects.update(changed_at=at("02 12:00"))

    company.sweep(at("02 12:00"))

    assert Breach.objects.count() == 1


def test_a_slow_sweep_that_began_before_the_deadline_undoes_nothing(company):
    company.request("alice", ASKED)
    company.sweep(DUE - timedelta(minutes=1))
    company.request("alice", ASKED + timedelta(minutes=30), as_of=DUE - timedelta(seconds=30))
    sync_breaches(as_of=DUE + timedelta(seconds=20))
    assert company.breach().state == "open"

    company.sweep(DUE - timedelta(seconds=10))

    assert company.breach().state == "open"
