"""What a delivery reads is the sum of its rows and, at most, of small tables: never one times the other.

A planner that thinks a table empty likes to begin there, and to read the whole delivery for each of its rows.
"""

from typing import Any

import pytest
from django.db import connection, transaction

from leads.ingestion.resources import RECORDS
from leads.models import Event
from tests.factories.leads import send

pytestmark = pytest.mark.django_db(transaction=True)

STORED, SENT = 1_200, 200
#: In a table of very few pages a look into an index may cost more than a look at all of it. Begun at the
#: wrong end it was six times the one by the other, and grew.
FEW_LOOKS = 4
# In this order: current records have foreign keys to references.
TABLES = ("leads_ref", "leads_recordversion", "leads_link", "leads_impliedevent", "leads_event")
#: Staging tables included, and what transactions just before this one read.
READ = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"


@pytest.mark.parametrize("resource", ["members", "contacts", "leads", "deals", "events"])
def test_a_delivery_is_not_read_again_for_each_row_where_the_planner_thinks_that_there_are_none(
    resource: str,
) -> None:
    think_that_nothing_is_stored(resource)
    for first in range(0, STORED, 400):
        send(resource, *rows(resource, first, 400))

    with transaction.atomic():
        before = rows_read()
        assert send(resource, *rows(resource, STORED, SENT)).created == SENT
        assert send(resource, *rows(resource, STORED, SENT)).unchanged == SENT
        assert rows_read() - before < FEW_LOOKS * STORED * SENT


def think_that_nothing_is_stored(resource: str) -> None:
    """Tables with pages but, when somebody looked last, without rows."""
    send(resource, *rows(resource, 0, 400))
    with connection.cursor() as cursor:
        for table in [_own(resource), *TABLES]:
            cursor.execute(f"DELETE FROM {table}")
        for table in [_own(resource), *TABLES]:
            cursor.execute(f"VACUUM (TRUNCATE OFF) {table}")
        cursor.execute("SELECT reltuples, relpages > 0 FROM pg_class WHERE relname = 'leads_ref'")
        assert cursor.fetchone() == (0, True)


def rows(resource: str, first: int, count: int) -> list[dict[str, Any]]:
    return [_row(resource, number) for number in range(first, first + count)]


def _row(resource: str, number: int) -> dict[str, Any]:
    if resource == "events":
        at = "2026-04-01T00:00:00Z"
        return {"external_id": f"e{number}", "kind": "call.made", "occurred_at": at, "contact": f"c{number}"}
    every: dict[str, Any] = {
        **dict.fromkeys(("account", "contact", "lead"), f"n{number}"),
        "owner": f"r{number % 5}",
        "status": "mql",
        "stage": "one",
        "created_at": "2026-03-01T00:00:00Z",
        "email": f"p{number}@example.com",
        "team": "sales",
    }
    said = {name: value for name, value in every.items() if name in RECORDS[resource].fields}
    return {"external_id": f"x{number}", "updated_at": "2026-04-01T00:00:00Z", **said}


def _own(resource: str) -> str:
    return Event._meta.db_table if resource == "events" else RECORDS[resource].table


def rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return int(cursor.fetchone()[0])
