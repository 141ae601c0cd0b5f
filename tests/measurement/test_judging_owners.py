"""An assignment of a lead, and everything that the lead's owner answers for: deals, contacts, calls."""

from typing import Any

import pytest

from leads.models import Ref
from measurement.judging import judge_pending
from measurement.models import Clock
from measurement.shadow import compare
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.measurement.requests_and_calls import NOW

pytestmark = pytest.mark.django_db

AGREEMENT = """
agreement: owners
title: Owners
parties: [marketing, sales]
effective_from: 2026-01-01
commitments:
  - {key: deal, owner: sales, kind: response, start: {event: deal.won}, stop: {event: meeting.booked}, within: 9 days}
  - {key: contact, owner: sales, kind: response, start: {event: request.received}, stop: {event: meeting.booked}, within: 9 days}
  - {key: call, owner: sales, kind: response, start: {event: call.received}, stop: {event: call.answered}, within: 9 days}
"""  # noqa: E501 - as people write it

NOBODY = {"deal": None, "contact": None, "call": None}
RAE = {"deal": "rae", "contact": "rae", "call": "rae"}


@pytest.fixture
def unowned() -> None:
    """A contact with a lead with a deal, none of them anybody's; each has a clock that runs."""
    signed(AGREEMENT)
    send("contacts", {"external_id": "p1"})
    send("leads", {"external_id": "l1", "contact": "p1", "updated_at": "2026-04-01T08:00:00Z"})
    send("deals", {"external_id": "d1", "lead": "l1", "updated_at": "2026-04-01T08:00:00Z"})
    send(
        "events",
        event("won", "deal.won", "2026-04-07T08:00:00Z", deal="d1"),
        event("asked", "request.received", "2026-04-07T08:00:00Z", contact="p1"),
        event("rang", "call.received", "2026-04-07T08:00:00Z", contact="p1", data={"call": "k1"}),
    )


def assign(to: str | None, at: str = "2026-04-07T09:00:00Z", **more: Any) -> None:
    send("events", event(f"assigned-{at}", "lead.assigned", at, lead="l1", data={"owner": to}, **more))


def rae() -> None:
    send("members", {"external_id": "rae", "email": "rae@example.com", "team": "sales"})


def owners() -> dict[str, str | None]:
    """Judges what changed; the owner by commitment, which judging everything would give as well."""
    judge_pending(as_of=NOW)
    assert compare(as_of=NOW).different == []
    names = {ref.id: ref.external_id for ref in Ref.objects.all()}
    return {clock.commitment_key: names.get(clock.owner_id) for clock in Clock.objects.all()}


@pytest.mark.usefixtures("unowned")
def test_an_assignment_gives_the_lead_s_deal_contact_and_call_their_owner() -> None:
    rae()
    assert owners() == NOBODY
    assign("rae")
    assert owners() == RAE
    (deal,) = Clock.objects.for_commitment("deal")
    assert [span["from"] for span in deal.owners] == ["2026-04-07T08:00:00Z", "2026-04-07T09:00:00Z"]


@pytest.mark.usefixtures("unowned")
def test_an_assignment_counts_for_a_deal_that_is_told_its_lead_later() -> None:
    rae()
    send("events", event("a", "lead.assigned", "2026-04-07T09:00:00Z", lead="l2", data={"owner": "rae"}))
    assert owners() == NOBODY
    send("deals", {"external_id": "d1", "lead": "l2", "updated_at": "2026-04-08T08:00:00Z"})
    assert owners() == {**NOBODY, "deal": "rae"}


@pytest.mark.usefixtures("unowned")
def test_an_assignment_that_is_withdrawn_or_taken_back_leaves_no_owner() -> None:
    rae()
    assign("rae")
    assert owners() == RAE
    retracted = {"event": "xassigned-2026-04-07T09:00:00Z"}
    send("events", event("r", "event.retracted", "2026-04-07T10:00:00Z", data=retracted))
    assert owners() == NOBODY
    assign("rae", "2026-04-07T11:00:00Z")
    assert owners() == RAE
    assign(None, "2026-04-07T12:00:00Z")
    assert owners() == NOBODY


@pytest.mark.usefixtures("unowned")
def test_an_assignment_of_a_lead_that_was_merged_away_is_the_survivor_s() -> None:
    rae()
    assign("rae")
    assert owners() == RAE
    send("leads", {"external_id": "l2", "contact": "p1", "updated_at": "2026-04-01T08:00:00Z"})
    send("leads", {"external_id": "l1", "merged_into": "l2", "updated_at": "2026-04-08T08:00:00Z"})
    assert owners() == RAE


@pytest.mark.usefixtures("unowned")
def test_an_assignment_to_a_member_who_is_then_merged_twice_is_the_last_survivor_s() -> None:
    rae()
    assign("rae")
    assert owners() == RAE
    for name, into in (("rae", "rachel"), ("rachel", "rae-jones")):
        send("members", {"external_id": into, "email": f"{into}@example.com", "team": "sales"})
        send("members", {"external_id": name, "email": f"{name}@example.com", "merged_into": into})
        assert owners() == dict.fromkeys(RAE, into)
