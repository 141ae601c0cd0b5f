"""What a delivery costs the database: statements, dead rows, and what two at once do to each other."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from leads.ingestion.resources import RECORDS
from leads.models import Event, Lead, RecordVersion, Ref
from tests.factories.leads import NOW, event, send


def statements(resource, rows):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        summary = send(resource, *rows)
    assert summary.rejected == 0, summary.errors
    return len(captured)


def rows_of(resource, count, salt):
    if resource == "events":
        return [
            event(f"{salt}-{n}", contact=f"{salt}-{n % 50}", actor=f"r{n % 7}", data={"n": n})
            for n in range(count)
        ]
    link = {"members": "team", "accounts": "owner", "contacts": "account"}.get(resource, "owner")
    required = {"name": "A", "email": "a{n}@x.io"}
    return [
        {
            "external_id": f"{salt}-{n}",
            link: f"r{n % 7}",
            "updated_at": "2026-04-01T00:00:00Z",
            **{name: required[name].format(n=n) for name in RECORDS[resource].required},
        }
        for n in range(count)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("resource", [*RECORDS, "events"])
def test_one_row_and_five_hundred_take_the_same_number_of_statements(resource):
    statements(resource, rows_of(resource, 1, "warm-up"))

    one, many = (
        statements(resource, rows_of(resource, 1, "a")),
        statements(resource, rows_of(resource, 500, "b")),
    )

    assert one == many
    assert statements(resource, rows_of(resource, 500, "b")) <= many


@pytest.mark.django_db
def test_five_hundred_bad_rows_take_as_many_statements_as_one():
    def refused(count):
        with CaptureQueriesContext(connection) as captured:
            assert send("events", *[{"external_id": str(n)} for n in range(count)]).rejected == count
        return len(captured)

    refused(1)
    assert refused(1) == refused(500)


@pytest.mark.django_db(transaction=True)
def test_sending_the_same_again_writes_nothing_to_the_tables_of_facts():
    for resource in ("leads", "events"):
        send(resource, *rows_of(resource, 200, "a"))
    before = written()
    for resource in ("leads", "events"):
        assert send(resource, *rows_of(resource, 200, "a"), as_of=NOW + timedelta(hours=1)).unchanged == 200

    assert written() == before


def written():
    """Rows inserted, updated and deleted so far, by table of facts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
            " WHERE relname = ANY (%s)",
            [
                [
                    "leads_event",
                    "leads_ref",
                    "leads_recordversion",
                    "leads_lead",
                    "leads_link",
                    "leads_impliedevent",
                ]
            ],
        )
        return sorted(cursor.fetchall())


def at_once(*deliveries):
    """Runs the deliveries in threads of their own; raises what any of them raised."""
    failures = []
    start = threading.Barrier(len(deliveries))

    def deliver(resource, rows):
        try:
            start.wait()
            for chunk in range(0, len(rows), 50):
                send(resource, *rows[chunk : chunk + 50])
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver, args=delivery) for delivery in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_the_same_rows_from_several_sides_at_once_are_stored_once():
    events = rows_of("events", 300, "a")
    at_once(("events", events), ("events", events[::-1]), ("events", events[150:] + events[:150]))

    assert Event.objects.count() == 300
    assert Ref.objects.filter(type="contact").count() == 50


@pytest.mark.django_db(transaction=True)
def test_updates_of_the_same_records_from_several_sides_at_once_all_count():
    def updates(hour, field, value):
        return [
            {"external_id": str(n), field: value, "updated_at": f"2026-04-01T{hour:02}:00:00Z"}
            for n in range(100)
        ]

    at_once(
        ("leads", updates(1, "status", "mql")),
        ("leads", updates(2, "origin", "web")[::-1]),
        ("leads", updates(3, "reason", "test")),
        ("leads", updates(3, "score", 7)[::-1]),
    )

    assert RecordVersion.objects.count() == 300
    shown = Lead.objects.values_list("status", "origin", "reason", "score").distinct()
    assert list(shown) == [("mql", "web", "test", 7)]


@pytest.mark.django_db(transaction=True)
def test_an_event_and_its_retraction_at_once_end_retracted():
    events = [event(n, contact="p") for n in range(200)]
    retractions = [event(f"r{n}", "event.retracted", data={"event": f"x{n}"}) for n in range(200)]

    at_once(("events", events), ("events", retractions))

    assert Event.objects.filter(kind="call.made", retracted_by__isnull=True).count() == 0
