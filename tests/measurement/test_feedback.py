"""What became of marketing's leads, by hand on a small world."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from leads.models import Ref
from measurement.feedback import NONE, By, Reason, Row, fates, outcomes
from measurement.funnel import Money
from tests.factories.leads import event, send

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def handed(number: object, at: str = "2026-04-10T09:00:00Z", **more: Any) -> None:
    """A lead that was handed over at the instant."""
    row = {"external_id": f"L{number}", "created_at": "2026-04-01T09:00:00Z", "contact": f"C{number}"}
    send("leads", {**row, "status": "inquiry", "updated_at": "2026-04-01T09:00:00Z", **more})
    send("leads", {"external_id": f"L{number}", "status": "mql", "updated_at": at})


def turns(number: object, status: str, at: str, **more: Any) -> None:
    send("leads", {"external_id": f"L{number}", "status": status, "updated_at": at, **more})


@pytest.fixture
def _spring(db) -> None:
    """Six handed leads: three of a fair, two of the web, one of nobody knows where."""
    send("campaigns", {"external_id": "fair", "name": "Spring fair"})
    for number in (1, 2, 3):
        handed(number, campaign="fair", origin="fair")
    for number in (4, 5):
        handed(number, origin="web")
    handed(6)
    turns(1, "accepted", "2026-04-11T09:00:00Z")
    send("events", event(1, "meeting.held", "2026-04-20T09:00:00Z", lead="L1"))
    send("deals", {"external_id": "D1", "lead": "L1", "amount": 500, "currency": "EUR", "outcome": "won",
                   "created_at": "2026-04-21T09:00:00Z", "closed_at": "2026-05-21T09:00:00Z"})  # fmt: skip
    turns(2, "disqualified", "2026-04-11T09:00:00Z", reason="Duplicate")
    turns(3, "accepted", "2026-04-11T09:00:00Z")
    turns(3, "disqualified", "2026-04-15T09:00:00Z", reason="no_budget")
    turns(4, "recycle", "2026-04-12T09:00:00Z")
    send("events", event(2, "meeting.held", "2026-04-20T09:00:00Z", contact="C4"))
    send("events", event(3, "meeting.held", "2026-04-09T09:00:00Z", contact="C5"))  # before the handoff


@pytest.mark.usefixtures("_spring")
def test_every_handed_lead_is_waiting_accepted_rejected_or_given_back() -> None:
    rows, total = outcomes(by=By.ORIGIN, as_of=NOW)

    assert rows == [
        Row("fair", 3, 0, 1, 2, 0, 1, 1, 1, 1, (Reason("duplicate", 1, 1), Reason("no_budget", 1, 0)),
            (Money("EUR", 1, 1, 0, 0, Decimal(500), Decimal(500)),)),
        Row("web", 2, 1, 0, 0, 1, 0, 1, 0, 0),
        Row(None, 1, 1, 0, 0, 0, 0, 0, 0, 0),
    ]  # fmt: skip
    assert (total.handed, total.decided, total.waiting) == (6, 4, 2)
    assert total.reasons == rows[0].reasons
    assert total.money == rows[0].money


@pytest.mark.usefixtures("_spring")
def test_by_campaign_the_same_leads_stand_under_their_campaigns() -> None:
    rows, total = outcomes(by=By.CAMPAIGN, as_of=NOW)

    fair = str(Ref.objects.get(type="campaign", external_id="fair").pk)
    assert [(row.key, row.handed) for row in rows] == [(fair, 3), (None, 3)]
    assert total == outcomes(by=By.ORIGIN, as_of=NOW)[1]


@pytest.mark.usefixtures("_spring")
@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ({}, ["L1", "L2", "L3", "L4", "L5", "L6"]),
        ({"outcome": "rejected"}, ["L2", "L3"]),
        ({"outcome": "waiting"}, ["L5", "L6"]),
        ({"reason": "duplicate"}, ["L2"]),
        ({"reached": "meeting"}, ["L1", "L4"]),
        ({"reached": "bad_data"}, ["L2"]),
        ({"reached": "won"}, ["L1"]),
        ({"origin": "web"}, ["L4", "L5"]),
        ({"origin": NONE}, ["L6"]),
        ({"campaign": NONE}, ["L4", "L5", "L6"]),
        ({"since": datetime(2026, 4, 11, tzinfo=UTC)}, []),
    ],
)
def test_the_list_has_the_leads_behind_each_number(asked: dict[str, Any], leads: list[str]) -> None:
    found, total = fates(**asked, limit=50, as_of=NOW)

    names = dict(Ref.objects.filter(type="lead").values_list("pk", "external_id"))
    assert sorted(names[fate.lead] for fate in found) == leads
    assert total == len(leads)


@pytest.mark.usefixtures("_spring")
def test_the_list_comes_in_pages() -> None:
    first, total = fates(limit=4, as_of=NOW)
    second, _ = fates(limit=4, offset=4, as_of=NOW)

    assert total == 6
    assert (len(first), len(second)) == (4, 2)
    assert len({fate.lead for fate in first + second}) == 6


def test_a_rejection_without_a_reason_is_listed_as_such() -> None:
    handed(1)
    turns(1, "disqualified", "2026-04-12T09:00:00Z")

    rows, _ = outcomes(by=By.ORIGIN, as_of=NOW)
    assert rows[0].reasons == (Reason(None, 1, 0),)
    assert fates(reason=NONE, limit=5, as_of=NOW)[1] == 1


def test_a_decision_before_the_handoff_decides_nothing_about_it() -> None:
    handed(1, "2026-04-10T09:00:00Z")
    send("events", event(1, "lead.rejected", "2026-04-09T09:00:00Z", lead="L1", data={"reason": "test"}))

    assert outcomes(by=By.ORIGIN, as_of=NOW)[1].waiting == 1
