"""Refused rows, mended and sent again."""

import json

import pytest

from core.models import AuditEntry
from leads.mending import UnreadableRowError, mend, row_of, send_again
from leads.models import Contact, QuarantinedRow
from tests.factories.leads import NOW, send
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def refused(**row: object) -> QuarantinedRow:
    send("contacts", {"external_id": "c1", "created_at": "someday", **row})
    return QuarantinedRow.objects.latest("pk")


def test_a_mended_row_is_stored_and_leaves_quarantine() -> None:
    row = refused(email="a@example.com")
    again = mend(row, raw=row.raw | {"created_at": "2026-03-02T09:00:00Z"}, by=UserFactory(), as_of=NOW)

    assert again is None
    assert Contact.objects.get().email == "a@example.com"
    assert not QuarantinedRow.objects.exists()
    entry = AuditEntry.objects.get(verb="quarantine.mend")
    assert entry.after == {"fields": ["created_at"], "rejected": 0}


def test_a_row_that_is_still_wrong_is_refused_anew_as_it_was_mended() -> None:
    row = refused()
    again = mend(row, raw=row.raw | {"created_at": "soon"}, by=UserFactory(), as_of=NOW)

    assert again is not None
    assert again.pk != row.pk
    assert again.raw["created_at"] == "soon"
    assert QuarantinedRow.objects.count() == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "1", '"text"', "[" * 100_000])
def test_what_is_no_object_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(UnreadableRowError):
        row_of(text)


def test_rows_are_sent_again_once_what_they_lacked_is_there() -> None:
    send(
        "events",
        {"external_id": "e1", "kind": "demo.seen", "occurred_at": "2026-03-02T09:00:00Z", "contact": "c"},
    )
    send("events", {"external_id": "e2", "kind": "other.kind", "occurred_at": "2026-03-02T09:00:00Z"})
    from leads.models import EventKind

    EventKind.objects.create(name="demo.seen", subject="contact")
    sent = send_again(QuarantinedRow.objects.select_related("batch"), by=UserFactory(), as_of=NOW)

    assert (sent.stored, sent.refused) == (1, 1)
    assert json.dumps(AuditEntry.objects.get().after) == '{"stored": 1, "refused": 1}'
