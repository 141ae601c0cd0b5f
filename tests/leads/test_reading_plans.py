"""What is read in bulk costs by what is asked for, not by how long the log is."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from leads import reading
from leads.ingestion import ingest

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
KINDS = ["call.made", "lead.assigned"]


@pytest.fixture
def near() -> dict[int, str]:
    """Five leads with four events each; two of these were withdrawn."""
    rows: list[dict[str, Any]] = [
        {
            "external_id": f"e{number}",
            "kind": "lead.assigned",
            "occurred_at": f"2026-03-02T10:{number:02}:00Z",
            "lead": f"l{number % 5}",
            "data": {"owner": "rae"},
        }
        for number in range(20)
    ]
    rows += [
        {
            "external_id": f"r{number}",
            "kind": "event.retracted",
            "occurred_at": "2026-03-03T10:00:00Z",
            "data": {"event": f"e{number}"},
        }
        for number in range(2)
    ]
    ingest(resource="events", source="crm", rows=rows, channel="test", as_of=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, type FROM leads_ref WHERE type = 'lead'")
        return dict(cursor.fetchall())


def plans_of(ask: Callable[[], Any]) -> list[dict[str, Any]]:
    """Every node of the plans of what it asks, as they ran."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    found: list[dict[str, Any]] = []
    for sql, params in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            (plan,) = cursor.fetchone()
        found += nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return found


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


@pytest.mark.parametrize("ask", ["events", "assigned", "first_named"])
def test_withdrawals_are_looked_up_for_what_was_withdrawn_alone(near: dict[int, str], ask: str) -> None:
    asks: dict[str, Callable[[], Any]] = {
        "events": lambda: reading.events(near, KINDS, NOW),
        "assigned": lambda: reading.assigned(list(near), NOW),
        "first_named": lambda: reading.first_named({"lead": list(near)}, NOW),
    }
    withdrawn = [node for node in plans_of(asks[ask]) if node.get("Alias") == "withdrawn"]
    assert [node["Actual Loops"] for node in withdrawn] == [2]


def test_events_about_types_that_are_not_asked_for_are_not_searched(near: dict[int, str]) -> None:
    conditions = json.dumps(plans_of(lambda: reading.events(near, KINDS, NOW)))
    assert {name for name in (*reading.NAMED, "actor") if f"{name}_id = ANY" in conditions} == {"lead"}
    assert plans_of(lambda: reading.events({}, KINDS, NOW)) == []


def test_members_are_found_without_reading_all_records(near: dict[int, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "ref_member" in {node.get("Index Name") for node in plans_of(reading.members)}
