"""Points and criteria: rule by rule on real facts, and the lists that come of them."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from agreements.loading import load
from leads.models import Ref
from measurement.scored_leads import ScoredLead, scored_leads, scoring_in_force
from measurement.scoring import Answer
from tests.factories.leads import event, send

NOW = datetime(2026, 4, 17, 12, tzinfo=UTC)
AGREEMENT = """
agreement: a
parties: [marketing, sales]
effective_from: 2026-01-01
mql:
  threshold: 60
  criteria:
    - {text: Works in France, where: {account.country: FR}}
    - {text: Runs a plant, persona: Plant manager, where: {contact.job_title: present}}
    - {text: Is serious}
  scoring:
    - {when: Asked for a demo, points: 40, because: Half of our orders began so, event: request.received}
    - when: Read a page lately
      points: 15
      event: {event: page.viewed, where: {data.page: pricing}}
      within: 7 days
    - {when: Named account, points: 25, where: {account.named: true}}
    - {when: Free address, points: -15.5, where: {contact.email: "x@free.example"}}
    - {when: Has budget, points: 20, because: They told us}
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(db) -> Any:
    load(AGREEMENT, by="test", as_of=NOW, sign=True)
    at = {"updated_at": "2026-01-01T00:00:00Z"}
    send("accounts", {"external_id": "A", "name": "Acme", "named": True, "country": "FR", **at})
    send("accounts", {"external_id": "B", "name": "Big", "country": "GB", **at})

    def make(name: str, *, account: str = "A", handed: str | None = None, **contact: Any) -> None:
        created = "2026-04-01T09:00:00Z"
        send("contacts", {"external_id": f"C{name}", "account": account, **at, **contact})
        row = {"external_id": name, "contact": f"C{name}", "account": account, "created_at": created}
        send("leads", {**row, "status": "inquiry", "updated_at": created})
        if handed:
            send("leads", {"external_id": name, "status": "mql", "updated_at": handed})

    return make


def scored(**asked: Any) -> dict[str, ScoredLead]:
    found = scoring_in_force(as_of=NOW)
    assert found is not None
    names = dict(Ref.objects.filter(type="lead").values_list("pk", "external_id"))
    return {names[one.lead]: one for one in scored_leads(found[1], as_of=NOW, **asked)[0]}


def test_each_rule_gives_its_points_with_its_reason_or_says_what_is_missing(lead) -> None:
    lead("L1", email="x@free.example")
    send("events", event(1, "request.received", "2026-04-02T09:00:00Z", contact="CL1"))
    send("events", event(2, "page.viewed", "2026-04-15T09:00:00Z", contact="CL1", data={"page": "home"}))

    one = scored()["L1"].scored

    assert one.points == 40 + 25 - Fraction("15.5")
    assert [(line.answer, line.points, line.missing) for line in one.rules] == [
        (Answer.YES, 40, None),
        (Answer.NO, 0, None),
        (Answer.YES, 25, None),
        (Answer.YES, Fraction("-15.5"), None),
        (Answer.PEOPLE, 0, None),
    ]
    assert one.rules[0].fact is not None
    assert (one.enough_points, one.qualifies) == (False, False)


@pytest.mark.parametrize(
    ("viewed", "points"),
    [("2026-04-10T12:00:00Z", 40), ("2026-04-10T11:59:59Z", 25), ("2026-04-17T12:00:01Z", 25)],
)
def test_an_event_counts_only_so_long(lead, viewed: str, points: int) -> None:
    lead("L1")
    send("events", event(1, "page.viewed", viewed, contact="CL1", data={"page": "pricing"}))

    assert scored()["L1"].scored.points == points


@pytest.mark.parametrize(
    ("account", "contact", "answers", "qualifies"),
    [
        ("A", {}, ["yes", "people"], True),
        ("A", {"persona": "plant manager"}, ["yes", "no", "people"], False),
        ("A", {"persona": "Plant manager", "job_title": "Director"}, ["yes", "yes", "people"], True),
        ("A", {"persona": "Engineer"}, ["yes", "people"], True),
    ],
)
def test_criteria_are_asked_of_their_personas_and_all_must_hold(
    lead, account: str, contact: dict[str, str], answers: list[str], qualifies: bool
) -> None:
    lead("L1", account=account, **contact)
    send("events", event(1, "request.received", "2026-04-02T09:00:00Z", contact="CL1"))

    one = scored()["L1"].scored
    assert [line.answer for line in one.criteria] == answers
    assert one.qualifies is qualifies


def test_points_without_the_criteria_do_not_qualify(lead) -> None:
    lead("L1", account="B")
    send("accounts", {"external_id": "B", "named": True, "updated_at": "2026-02-01T00:00:00Z"})
    send("events", event(1, "request.received", "2026-04-02T09:00:00Z", contact="CL1"))

    one = scored()["L1"].scored
    assert (one.points, one.enough_points, one.qualifies) == (65, True, False)
    assert one.criteria[0].missing == "account.country"


def test_leads_are_overlooked_or_handed_over_too_early_as_judged_at_the_handoff(lead) -> None:
    lead("hot")
    lead("cold")
    lead("early", handed="2026-04-05T09:00:00Z")
    lead("right", handed="2026-04-05T09:00:00Z")
    send(
        "events",
        event(1, "request.received", "2026-04-02T09:00:00Z", contact="Chot"),
        event(2, "request.received", "2026-04-06T09:00:00Z", contact="Cearly"),
        event(3, "request.received", "2026-04-05T09:00:00Z", contact="Cright"),
    )

    found = scored()

    assert {name for name, one in found.items() if one.overlooked} == {"hot"}
    assert {name for name, one in found.items() if one.too_early} == {"early"}
    assert list(found)[-1] in {"cold", "early"}
    assert found["early"].scored.points == 25


def test_one_lead_alone_and_only_what_the_agreement_in_force_says(lead) -> None:
    lead("L1")
    lead("L2")
    ref = Ref.objects.get(type="lead", external_id="L2").pk

    assert list(scored(lead=ref)) == ["L2"]
    assert scoring_in_force(as_of=datetime(2025, 12, 1, tzinfo=UTC)) is None
