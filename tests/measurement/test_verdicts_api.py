"""Verdicts through the API: what is shown to whom, and precise answers to what is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from leads.models import Ref
from measurement.explaining import explained
from measurement.judging import judge_pending
from measurement.models import Clock, Reading
from people.models import User
from people.tokens import create_token
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.factories.measurement import ClockFactory
from tests.factories.people import MembershipFactory, UserFactory

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
AGREEMENT = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: 2026-01-01
calendars:
  london:
    timezone: Europe/London
    week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}
commitments:
  - key: inbound
    owner: sales
    kind: response
    start: {event: request.received}
    stop: {events: [call.made]}
    where: {account.tier: 1}
    within: 4 business hours
    per: week
"""

DECISION = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: 2026-01-01
commitments:
  - key: decision
    owner: sales
    kind: response
    start: {event: lead.qualified}
    stop: [{event: lead.accepted}, {event: lead.rejected, where: {data.reason: present}}]
    within: 1 business day
"""

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ask(api_with: Callable[[str], APIClient]) -> Callable[..., Any]:
    """Asks with a token of these scopes."""

    def get(path: str, *scopes: str, status: int = 200) -> Any:
        _, token = create_token(name="test", scopes=[*(scopes or ("read",))], as_of=NOW)
        answer = api_with(token).get(f"/api/v1/{path}")
        assert answer.status_code == status, answer.content
        return answer.json()

    return get


@pytest.fixture
def story() -> None:
    """Three requests: met, overdue, and of an account that the promise is not about; a fourth still runs."""
    signed(AGREEMENT, as_of=NOW)
    send("members", {"external_id": "r1", "email": "Rae@example.com", "name": "Rae", "team": "sales"})
    send("accounts", {"external_id": "b1", "name": "One", "tier": 1, "owner": "r1"})
    send("accounts", {"external_id": "b3", "name": "Three", "tier": 3})
    send("contacts", *[{"external_id": f"p{n}", "account": "b3" if n == 3 else "b1"} for n in (1, 2, 3, 4)])
    send(
        "events",
        event(1, "request.received", "2026-04-02T08:00:00Z", contact="p1"),
        event(2, "call.made", "2026-04-02T10:00:00Z", contact="p1", actor="r1"),
        event(3, "request.received", "2026-04-07T08:00:00Z", contact="p2"),
        event(4, "request.received", "2026-04-07T08:00:00Z", contact="p3"),
        event(5, "request.received", "2026-04-10T11:00:00Z", contact="p4"),
    )
    judge_pending(as_of=NOW)


def subjects(rows: dict[str, Any]) -> list[str]:
    return [row["subject"] for row in rows["results"]]


def test_clocks_are_listed_newest_first_with_every_field_of_the_contract(ask: Any, story: None) -> None:
    answer = ask("clocks/")
    assert subjects(answer) == ["crm:p4", "crm:p2", "crm:p1"]
    running, overdue, met = answer["results"]
    assert met == {
        "id": Clock.objects.earliest("started_at").pk,
        "commitment": "inbound",
        "version": 1,
        "subject": "crm:p1",
        "subject_type": "contact",
        "owner": None,
        "started_at": "2026-04-02T08:00:00Z",
        "due_at": "2026-04-02T12:00:00Z",
        "warn_at": "2026-04-02T11:00:00Z",
        "stopped_at": "2026-04-02T10:00:00Z",
        "ended_at": "2026-04-02T10:00:00Z",
        "state": "met",
        "reason": "",
        "origin": None,
        "allowed_seconds": 4 * 3600,
        "elapsed_seconds": 2 * 3600,
        "business_seconds": 2 * 3600,
        "paused_seconds": 0,
        "unassigned_seconds": 0,
        "repeats": 0,
    }
    assert (overdue["state"], running["state"]) == ("overdue", "running")
    assert running["elapsed_seconds"] == running["business_seconds"] == 3600


def test_an_owner_is_named_only_with_people_read(ask: Any, story: None) -> None:
    assert {row["owner"] for row in ask("clocks/")["results"]} == {None}
    assert {row["owner"] for row in ask("clocks/", "read", "people:read")["results"]} == {"Rae@example.com"}
    assert len(ask("clocks/?owner=rae@EXAMPLE.com", "read", "people:read")["results"]) == 3
    assert "people:read" in ask("clocks/?owner=rae@example.com", status=403)["detail"]
    assert ask("clocks/?owner=none")["results"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=overdue", ["crm:p2"]),
        ("state=running", ["crm:p4"]),
        ("state=met&state=overdue", ["crm:p2", "crm:p1"]),
        ("state=failed", []),
        ("commitment=inbound&subject=crm:p1", ["crm:p1"]),
        ("subject=crm:p1&subject=crm:p4", ["crm:p4", "crm:p1"]),
        ("due_after=2026-04-07T12:00:00Z", ["crm:p4", "crm:p2"]),
        ("due_before=2026-04-07T12:00:00Z", ["crm:p1"]),
        ("due_after=2026-04-01T00:00:00%2B02:00&due_before=2026-04-07T12:00:01Z", ["crm:p2", "crm:p1"]),
    ],
)
def test_clocks_are_found_by(ask: Any, story: None, query: str, found: list[str]) -> None:
    assert subjects(ask(f"clocks/?{query}")) == found


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("clocks/?state=gone", "state"),
        ("clocks/?subject=p1", "subject"),
        ("clocks/?subject=crm:%00", "subject"),
        ("clocks/?due_after=yesterday", "due_after"),
        ("clocks/?due_after=2026-04-02T10:00:00", "due_after"),
        ("clocks/?cursor=abc", "cursor"),
        ("clocks/?page_size=5000", "page_size"),
        ("clocks/?sate=met", "sate"),
        ("readings/?period_after=x", "period_after"),
        ("commitments/inbound/compliance/?by=colour", "by"),
        ("commitments/inbound/compliance/?by=day&by=week", "by"),
        ("commitments/inbound/compliance/?from=2026-13-01", "from"),
        ("commitments/inbound/compliance/?till=2026-12-01", "till"),
        ("why-not/?commitment=inbound", "subject"),
        ("why-not/?commitment=inbound&subject=x", "subject"),
        ("why-not/?commitment=inbound&subject=crm:p1&x=1", "x"),
    ],
)
def test_what_is_wrong_is_named(ask: Any, story: None, path: str, parameter: str) -> None:
    answer = ask(path, status=422)
    assert [error["field"] for error in answer["errors"]] == [parameter]


@pytest.mark.parametrize(
    "path",
    [
        "clocks/0/",
        "clocks/99999999999999999999/",
        "clocks/99999999999999999999/explanation/",
        "clocks/x/",
        "commitments/other/compliance/",
        "why-not/?commitment=other&subject=crm:p1",
        "why-not/?commitment=inbound&subject=crm:nobody",
    ],
)
def test_what_is_not_there_is_not_found(ask: Any, story: None, path: str) -> None:
    assert ask(path, status=404)["status"] == 404


def test_reading_asks_for_its_scope(ask: Any, api: APIClient) -> None:
    for path in ("clocks/", "readings/", "commitments/inbound/compliance/", "why-not/"):
        assert api.get(f"/api/v1/{path}").status_code == 401
        ask(path, "facts:write", status=403)


@pytest.mark.parametrize("path", ["clocks/", "readings/", "breaches/"])
def test_a_commitment_that_no_agreement_has_is_refused_with_the_nearest(
    ask: Any, story: None, path: str
) -> None:
    told = ask(f"{path}?commitment=inbound&commitment=inbuond", status=422)
    assert [(error["field"], error["code"]) for error in told["errors"]] == [("commitment", "invalid")]
    assert "no agreement has a commitment “inbuond”; did you mean inbound;" in told["detail"]


def test_one_clock_and_its_explanation(ask: Any, story: None) -> None:
    row = ask("clocks/?subject=crm:p1")["results"][0]
    assert ask(f"clocks/{row['id']}/") == row
    told = ask(f"clocks/{row['id']}/explanation/")
    assert set(told["sentence"]) == {"en", "fr"}
    assert {entry["name"] for entry in told["events"]} == {None}
    assert sum(owner["seconds"] for owner in told["owners"]) == row["elapsed_seconds"]
    assert "Rae" not in str(told)
    named = ask(f"clocks/{row['id']}/explanation/", "read", "people:read")
    assert named["owners"][0]["name"] == "Rae"


def test_the_events_of_an_explanation_name_the_facts_as_their_source_does(
    ask: Any, django_assert_num_queries: Any
) -> None:
    signed(DECISION, as_of=NOW)
    send("members", {"external_id": "r1", "email": "rae@example.com", "team": "sales"})
    send(
        "leads", {"external_id": "L-1", "status": "mql", "owner": "r1", "updated_at": "2026-04-10T08:00:00Z"}
    )
    rejected = event("rej", "lead.rejected", "2026-04-10T09:00:00Z", lead="L-1", actor="r1", data={})
    send("events", rejected)
    judge_pending(as_of=NOW)

    (row,) = ask("clocks/")["results"]
    events = ask(f"clocks/{row['id']}/explanation/")["events"]

    # The rejection has no reason, which the promise asks for: it is listed, and why it did not count.
    assert [(told["role"], told["kind"], told["fact"], told["note"]) for told in events] == [
        ("start", "lead.qualified", "crm:L-1", ""),
        ("ignored", "lead.rejected", "crm:xrej", "condition"),
    ]
    clock = Clock.objects.select_related("commitment__version__agreement", "commitment__calendar").get()
    with django_assert_num_queries(2):
        explained(clock, may_see=lambda user: True, as_of=NOW)


def test_a_reading_of_a_running_week_judges_only_what_is_due(ask: Any, story: None) -> None:
    this_week, week_before = ask("readings/")["results"]
    assert week_before == {
        "id": week_before["id"],
        "commitment": "inbound",
        "version": 1,
        "period_start": "2026-03-29T23:00:00Z",
        "period_end": "2026-04-05T23:00:00Z",
        "each": "team",
        "value": 1.0,
        "numerator": 1,
        "denominator": 1,
        "left_out": 0,
        "waived_at": None,
        "maturing": 0,
        "target": ">= 100%",
        "expected": 1.0,
        "detail": {},
        "verdict": "kept",
        "final_at": "2026-04-05T23:00:00Z",
    }
    counted = [this_week[name] for name in ("value", "numerator", "denominator", "verdict")]
    assert counted == [0.0, 0, 1, "at_risk"]


def test_compliance_adds_up_whatever_it_is_counted_by(ask: Any, story: None) -> None:
    weeks = ask("commitments/inbound/compliance/?by=week")
    assert [row["key"] for row in weeks["rows"]] == ["2026-W14", "2026-W15"]
    week = {"met": 0, "late": 0, "overdue": 1, "failed": 0, "running": 1, "left_out": 0, "kept_rate": 0.0}
    assert weeks["rows"][1] == {"key": "2026-W15", **week}
    total = {"met": 1, "late": 0, "overdue": 1, "failed": 0, "running": 1, "left_out": 0, "kept_rate": 0.5}
    for by in ("day", "week", "month", "owner", "team", "origin"):
        answer = ask(f"commitments/inbound/compliance/?by={by}", "read", "people:read")
        assert answer["total"] == total
        for count in ("met", "overdue", "running"):
            assert sum(row[count] for row in answer["rows"]) == total[count]
    assert [row["key"] for row in ask("commitments/inbound/compliance/?by=team")["rows"]] == ["sales"]
    assert [row["key"] for row in ask("commitments/inbound/compliance/?by=owner")["rows"]] == [None]
    by_owner = ask("commitments/inbound/compliance/?by=owner", "read", "people:read")
    assert [row["key"] for row in by_owner["rows"]] == ["Rae@example.com"]


def test_compliance_periods_are_half_open_in_the_calendars_zone(ask: Any, story: None) -> None:
    found = ask("commitments/inbound/compliance/?from=2026-04-02&to=2026-04-07&by=day")
    assert [row["key"] for row in found["rows"]] == ["2026-04-02"]
    found = ask("commitments/inbound/compliance/?from=2026-04-07T12:00:00Z&to=2026-04-07T12:00:00Z&by=day")
    assert found == {"rows": [], "total": {**found["total"], "met": 0, "kept_rate": None}}
    starts = ask("commitments/inbound/compliance/?basis=start&from=2026-04-10&by=day")
    assert [row["key"] for row in starts["rows"]] == ["2026-04-10"]


def test_why_there_is_no_clock(ask: Any, story: None) -> None:
    answer = ask("why-not/?commitment=inbound&subject=crm:p3")
    assert (answer["subject_type"], answer["clocks"]) == ("contact", [])
    (reason,) = answer["reasons"]
    assert (reason["code"], set(reason["text"])) == ("where", {"en", "fr"})
    there_is = ask("why-not/?commitment=inbound&subject=crm:p1")
    assert (len(there_is["clocks"]), there_is["reasons"]) == (1, [])
    assert [why["code"] for why in ask("why-not/?commitment=inbound&subject=crm:r1")["reasons"]] == [
        "no_start"
    ]


def test_a_person_sees_their_own_rows_and_a_manager_the_teams(client: Any, story: None) -> None:
    stranger = UserFactory()
    client.force_login(stranger)
    assert client.get("/api/v1/clocks/").json()["results"] == []
    client.force_login(User.objects.get(email="Rae@example.com"))
    assert {row["owner"] for row in client.get("/api/v1/clocks/").json()["results"]} == {"Rae@example.com"}
    sales = Clock.objects.first().commitment.owner
    MembershipFactory(user=stranger, team=sales, role="manager")
    client.force_login(stranger)
    assert len(client.get("/api/v1/clocks/").json()["results"]) == 3


@pytest.mark.parametrize("path", ["clocks/", "readings/"])
def test_a_list_takes_the_same_statements_for_one_row_and_for_three(
    ask: Any, api_with: Any, story: None, path: str
) -> None:
    _, token = create_token(name="test", scopes=["read", "people:read"], as_of=NOW)
    client = api_with(token)

    def statements() -> int:
        client.get(f"/api/v1/{path}")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(captured)

    three = statements()
    Clock.objects.exclude(pk=Clock.objects.latest("started_at").pk).delete()
    Reading.objects.exclude(pk=Reading.objects.latest("period_start").pk).delete()
    assert statements() == three


def test_a_clock_without_deadline_is_shown(ask: Any) -> None:
    send("contacts", {"external_id": "p1"})
    clock = ClockFactory(state="paused", due_at=None, subject_id=Ref.objects.get().pk)
    (row,) = ask("clocks/")["results"]
    assert (row["id"], row["due_at"]) == (clock.pk, None)
