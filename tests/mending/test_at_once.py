"""What is erased or corrected while a delivery is on its way stays so."""

import json
from threading import Event as Signal
from typing import Any

import pytest

from leads.correcting import correct
from leads.erasing import erase
from leads.ingestion import merge_records, staging, store_events
from leads.models import Contact, Event, RecordVersion, Ref
from tests.core.threads import at_once
from tests.factories.leads import event, send
from tests.pages.story import NOW

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = {"external_id": "c1", "name": "Léa Petit", "updated_at": "2026-03-02T08:00:00Z"}
LATER = {"external_id": "c1", "name": "Léa Petit-Roy", "updated_at": "2026-03-03T08:00:00Z"}
ASKED = event("r", "request.received", "2026-03-02T09:00:00Z", contact="c1", data={"message": "Call Léa"})


@pytest.fixture
def contact(db: Any) -> Ref:
    """Known before."""
    send("contacts", PERSON, as_of=NOW)
    return Ref.objects.get(type="contact", external_id="c1")


@pytest.fixture
def on_the_way(contact: Ref, monkeypatch: pytest.MonkeyPatch) -> Signal:
    """Set once a delivery has read what was erased and corrected; it stores a moment later."""
    reached = Signal()
    copy = staging.copy

    def slowly(table: str, *more: Any) -> None:
        copy(table, *more)
        if table in ("staged_version", "leads_event") and not reached.is_set():
            reached.set()
            Signal().wait(0.5)

    for module in (merge_records, store_events):
        monkeypatch.setattr(module.staging, "copy", slowly)
    return reached


@pytest.mark.parametrize(("resource", "row"), [("contacts", LATER), ("events", ASKED)])
def test_an_erased_person_stays_erased(
    contact: Ref, on_the_way: Signal, resource: str, row: dict[str, Any]
) -> None:

    def work(number: int) -> None:
        if number == 0:
            send(resource, row, as_of=NOW)
        else:
            on_the_way.wait(10)
            erase(contact, by="test", as_of=NOW)

    at_once(work)
    kept = [*RecordVersion.objects.values_list("fields"), *Contact.objects.values_list("name")]
    assert "Léa" not in json.dumps([*kept, *Event.objects.values_list("data")], ensure_ascii=False)


def test_a_corrected_field_stays_corrected(contact: Ref, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge_records, "CORRECT", merge_records.CORRECT + "; SELECT pg_sleep(1)")

    def work(number: int) -> None:
        if number == 0:
            send("contacts", PERSON | {"job_title": "Buyer"}, as_of=NOW)
        else:
            Signal().wait(0.4)
            correct(contact, field="name", value="Anna Petit", by="test", as_of=NOW)

    at_once(work)
    assert Contact.objects.values_list("name", "job_title").get() == ("Anna Petit", "Buyer")
