"""Readings through the API: for whom they are, why they are what they are, baselines pinned by a program."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from agreements.models import Commitment
from core.models import AuditEntry
from measurement.models import Baseline, Reading
from people.enums import Scope
from people.tokens import create_token
from tests.factories.leads import event, send
from tests.measurement.units_company import BEFORE, EXAMPLES, agree, judge, known_since, paris, people, told

pytestmark = pytest.mark.django_db

NOW = paris("2026-04-14 12:00")
EACH = """
  - key: calls
    owner: sales
    kind: volume
    count: {event: call.made}
    per: week
    each: member
    target: ">= 2"
  - key: visits
    owner: sales
    kind: volume
    count: {event: meeting.held}
    where: {account.tier: 1}
    per: week
    each: account
    target: ">= 1"
"""


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ask(client: Any) -> Any:
    """What a token of these scopes is answered."""

    def get(path: str, *scopes: str, status: int = 200, body: Any = None) -> Any:
        _, token = create_token(name="test", scopes=list(scopes or ("read",)), as_of=NOW)
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        address = f"/api/v1/{path}"
        answer = client.post(address, body, "application/json") if body else client.get(address)
        assert answer.status_code == status, answer.content
        return answer.json()

    return get


@pytest.fixture
def each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two weeks of calls by members and of visits to accounts."""
    monkeypatch.setitem(EXAMPLES, "each", EACH)
    people()
    agree("each")
    for name, tier in (("acme", 1), ("blue", 1), ("other", 2)):
        known_since("accounts", "2020-01-01", external_id=name, name=name, tier=tier)
    known_since("contacts", "2026-01-01", external_id="c1", account="acme")
    for number, actor in enumerate(["rae", "rae", "mia", None]):
        told(f"k{number}", "call.made", f"2026-04-{number + 7:02} 10:00", contact="c1", actor=actor)
    told("v1", "meeting.held", "2026-04-08 10:00", account="acme", actor="rae")
    told("v2", "meeting.held", "2026-04-08 10:00", account="other", actor="rae")
    judge("2026-04-14 12:00")


def rows(answer: Any, start: str) -> list[tuple[Any, ...]]:
    wanted = paris(start).isoformat().replace("+00:00", "Z")
    found = [row for row in answer["results"] if row["period_start"] == wanted]
    return sorted((row["each"], row["numerator"], row["expected"], row["verdict"]) for row in found)


def test_every_member_of_the_team_has_a_row_and_others_owe_nothing(ask: Any, each: None) -> None:
    answer = ask("readings/?commitment=calls", "read", "people:read")
    assert rows(answer, "2026-04-06") == [
        ("mia@example.com", 1, None, "not_required"),
        ("nobody", 1, None, "not_required"),
        ("rae@example.com", 2, 2.0, "kept"),
        ("sam@example.com", 0, 2.0, "missed"),
    ]
    assert [row[0] for row in rows(ask("readings/?commitment=calls"), "2026-04-06")] == [
        *["member"] * 3,
        "nobody",
    ]


def test_every_account_of_the_promise_has_a_row(ask: Any, each: None) -> None:
    answer = ask("readings/?commitment=visits")
    assert rows(answer, "2026-04-06") == [("crm:acme", 1, 1.0, "kept"), ("crm:blue", 0, 1.0, "missed")]
    assert rows(answer, "2026-04-13") == [("crm:acme", 0, 1.0, "on_pace"), ("crm:blue", 0, 1.0, "on_pace")]


def test_a_person_in_two_systems_is_one_row(ask: Any, each: None) -> None:
    twin = {"external_id": "rae-2", "email": "rae@example.com", "team": "sales"}
    send("members", {**twin, "updated_at": BEFORE.isoformat()}, source="phone", as_of=NOW)
    at = paris("2026-04-10 10:00")
    send("contacts", {"external_id": "p1", "updated_at": BEFORE.isoformat()}, source="phone", as_of=NOW)
    call = event("z", "call.made", at.isoformat(), contact="p1", actor="rae-2")
    send("events", call, source="phone", as_of=NOW)
    judge("2026-04-14 12:00")
    answer = ask("readings/?commitment=calls&each=rae@example.com", "read", "people:read")
    assert rows(answer, "2026-04-06") == [("rae@example.com", 3, 2.0, "kept")]
    (row,) = [row for row in answer["results"] if row["numerator"] == 3]
    why = ask(f"readings/{row['id']}/explanation/", "read", "people:read")
    assert sorted(one["subject"] for one in why["counted"]) == ["crm:c1", "crm:c1", "phone:p1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("commitment=visits&each=crm:acme", 3),
        ("kind=volume&each=nobody", 1),
        ("kind=rate", 0),
        ("owner=sales&each=team", 0),
    ],
)
def test_readings_are_found_by_whom_they_are_for(ask: Any, each: None, query: str, found: int) -> None:
    assert len(ask(f"readings/?{query}")["results"]) == found


def test_asking_for_a_person_takes_the_right_to_names(ask: Any, each: None) -> None:
    assert ask("readings/?each=rae@example.com", status=403)["title"] == "Forbidden"
    assert "source:external_id" in ask("readings/?each=rae", status=422)["detail"]


def test_the_team_is_the_sum_of_what_its_members_did(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXAMPLES, "each", EACH)
    monkeypatch.setitem(EXAMPLES, "all", EACH.replace("calls", "all-calls").split("  - key: visits")[0])
    monkeypatch.setitem(EXAMPLES, "all", EXAMPLES["all"].replace("each: member", "each: team"))
    people(("ada", "field"))
    agree("each", "all")
    known_since("contacts", "2026-01-01", external_id="c1", owner="sam")
    for number in range(14):
        actor = ["rae", "sam", "mia", "ada", None][number % 5]
        told(f"k{number}", "call.made", f"2026-04-{number + 1:02} 10:00", contact="c1", actor=actor)
    judge("2026-04-14 12:00")
    totals: dict[tuple[str, datetime], int] = {}
    for reading in Reading.objects.all():
        place = (reading.commitment_key, reading.period_start)
        totals[place] = totals.get(place, 0) + reading.numerator
    starts = {start for key, start in totals if key == "all-calls"}
    assert len(starts) == 3
    for start in starts:
        assert totals["calls", start] == totals["all-calls", start]


def test_a_reading_is_shown_and_explained(ask: Any, each: None) -> None:
    (row,) = [one for one in ask("readings/?each=crm:acme")["results"] if one["numerator"] == 1]
    assert ask(f"readings/{row['id']}/") == row
    why = ask(f"readings/{row['id']}/explanation/?page=1&page_size=1")
    assert (why["headline"]["numerator"], why["numbers"], why["pages"]) == (
        1,
        {"counted": 1, "left_out": 0, "maturing": 0},
        1,
    )
    assert why["clause"]["commitment"] == "visits"
    assert ask(f"readings/{row['id']}/explanation/?page=0", status=422)["errors"][0]["field"] == "page"
    ask("readings/999999999/explanation/", status=404)


def test_what_no_clock_answers_has_no_compliance_but_readings(ask: Any, each: None) -> None:
    problem = ask("commitments/calls/compliance/", status=422)
    assert problem["detail"].startswith("calls is a volume")
    assert "/api/v1/readings/?commitment=calls" in problem["detail"]


def a_rate() -> None:
    people()
    agree("mql-to-meeting", "new-contacts", start="2026-01-01")
    for number in range(4):
        known_since("leads", "2025-01-01", external_id=f"l{number}", owner="rae")
        told(number, "lead.qualified", f"2025-08-0{number + 1} 10:00", lead=f"l{number}", actor="mia")
    told("met", "meeting.held", "2025-08-10 10:00", lead="l0", actor="rae")
    judge("2026-04-14 12:00")


def test_a_baseline_is_shown_pinned_and_let_go(ask: Any) -> None:
    a_rate()
    path = "commitments/mql-to-meeting/baseline/"
    sample = {"value": 0.25, "numerator": 1, "denominator": 4}
    shown = ask(path)
    assert (shown["from"], shown["to"], shown["target"]) == (
        *("2025-07-01", "2025-12-31"),
        ">= baseline + 2 points",
    )
    assert (shown["now"], shown["at_signing"], shown["pinned"], shown["counts"]) == (
        *(sample, sample),
        *(None, sample),
    )
    pinned = ask(path, "definitions:write", body={"act": "pin"})
    assert (pinned["pinned"], pinned["pinned_at"]) == (sample, NOW.astimezone(UTC).isoformat()[:19] + "Z")
    assert ask(path, "definitions:write", body={"act": "unpin"})["pinned"] is None
    assert AuditEntry.objects.filter(verb__startswith="baseline.").count() == 2


def test_a_baseline_is_pinned_by_those_who_may_and_where_there_is_one(ask: Any) -> None:
    a_rate()
    path = "commitments/mql-to-meeting/baseline/"
    ask(path, "read", "facts:write", status=403, body={"act": "pin"})
    ask(path, *[str(scope) for scope in Scope], status=422, body={"act": "forget"})
    ask("commitments/new-contacts/baseline/", status=404)
    ask("commitments/none/baseline/", status=404)
    Baseline.objects.all().delete()
    assert Commitment.objects.filter(key="mql-to-meeting").exists()


def test_a_baseline_of_nothing_cannot_be_pinned(ask: Any) -> None:
    people()
    agree("mql-to-meeting", start="2026-01-01")
    judge("2026-04-14 12:00")
    ask("commitments/mql-to-meeting/baseline/", "definitions:write", status=409, body={"act": "pin"})
