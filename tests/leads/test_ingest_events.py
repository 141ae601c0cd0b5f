"""Events come in once, whatever is sent how often and in which order."""

from datetime import UTC, datetime

import pytest

from core.models import ChangeMark
from leads.ingestion import ingest
from leads.models import Event, Ref

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def send(*rows, resource="events", source="crm", as_of=NOW):
    return ingest(resource=resource, source=source, rows=rows, channel="api", as_of=as_of)


def call(number=1, **more):
    return {"external_id": f"x{number}", "kind": "call.made", "occurred_at": "2026-04-02T15:30:00Z", **more}


def test_an_event_is_stored_once_and_the_same_again_is_unchanged():
    first, again = send(call(contact="p1", actor="r1")), send(call(contact="p1", actor="r1"))

    assert (first.created, again.created, again.unchanged) == (1, 0, 1)
    event = Event.objects.get()
    assert event.occurred_at == datetime(2026, 4, 2, 15, 30, tzinfo=UTC)
    assert Ref.objects.get(id=event.contact_id).external_id == "p1"
    assert Ref.objects.get(id=event.actor_id).type == "member"
    assert list(ChangeMark.objects.values_list("ref_id", flat=True)) == [event.contact_id]
