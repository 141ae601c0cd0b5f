"""Records that arrive late, are linked, merged or deleted, and people who join: the clocks follow."""

from datetime import timedelta

import pytest

from core.enums import MarkKind
from core.marks import mark
from measurement.judging import judge_pending
from measurement.models import Clock
from people.models import Membership
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.factories.people import MembershipFactory, TeamFactory
from tests.measurement.requests_and_calls import AGREEMENT, NOW, agree, call, judged, records, request

pytestmark = pytest.mark.django_db


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


def test_a_deletion_dated_ahead_cancels_the_open_clock_from_its_instant() -> None:
    agree()
    records()
    request(at="2026-04-09T14:00:00Z")
    send("contacts", {"external_id": "p1", "deleted_at": "2026-04-10T12:30:00Z"})
    assert judged() == [("p1", "running")]
    assert judged(NOW + timedelta(minutes=29)) == [("p1", "running")]
    assert judged(NOW + timedelta(minutes=30)) == [("p1", "cancelled")]
    assert Clock.objects.get().reason == "deleted"


def test_what_befell_one_of_two_merged_leads_is_not_told_by_an_event_of_the_other() -> None:
    signed(
        AGREEMENT.format(start="2026-01-01", within="2 days")
        .replace("request.received", "lead.qualified")
        .replace("where: {account.tier: [1, 2]}", "per: month")
    )
    send(
        "leads",
        *[{"external_id": name, "status": "raw", "updated_at": "2026-03-02T08:00:00Z"} for name in "ab"],
    )
    send("leads", {"external_id": "a", "status": "mql", "updated_at": "2026-03-03T08:00:00Z"})
    send("events", event(1, "lead.qualified", "2026-04-09T08:00:00Z", lead="b"))
    assert judged() == [("a", "overdue"), ("b", "running")]
    send("leads", {"external_id": "b", "merged_into": "a", "updated_at": "2026-04-09T09:00:00Z"})
    assert judged() == [("a", "overdue"), ("a", "running")]
