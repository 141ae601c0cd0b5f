"""Heartbeats, audit rows and the purge."""

from datetime import UTC, datetime, timedelta

import pytest

from core import audit, heartbeats, retention
from core.models import AuditEntry, Heartbeat
from core.tasks import beat_heartbeat, purge, send_outbox
from tests.factories.core import IdempotencyKeyFactory, OutboxMessageFactory
from tests.factories.people import UserFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def test_a_process_never_heard_of_has_no_last_beat():
    assert heartbeats.last("beat") is None


def test_the_last_beat_is_kept_with_its_detail():
    heartbeats.beat("crm", at=NOW, detail={"rows": 1})
    heartbeats.beat("crm", at=NOW + SECOND, detail={"rows": 2})

    beat = heartbeats.last("crm")
    assert (beat.at, beat.detail, Heartbeat.objects.count()) == (NOW + SECOND, {"rows": 2}, 1)


def test_a_beat_that_comes_late_never_turns_the_clock_back():
    heartbeats.beat("crm", at=NOW, detail={"rows": 2})
    heartbeats.beat("crm", at=NOW - SECOND, detail={"rows": 1})

    assert (heartbeats.last("crm").at, heartbeats.last("crm").detail) == (NOW, {"rows": 2})


def test_an_act_of_a_person_names_the_person():
    ada = UserFactory(email="ada@example.com")

    audit.record(
        actor=ada,
        verb="resolve",
        object_type="breach",
        object_id=7,
        before="open",
        after="resolved",
        as_of=NOW,
    )

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_label, entry.object_id) == (ada, "ada@example.com", "7")
    assert (entry.at, entry.before, entry.after) == (NOW, "open", "resolved")


def test_an_act_outlives_the_person_and_still_says_who():
    ada = UserFactory(email="ada@example.com")
    audit.record(actor=ada, verb="sign", object_type="agreement", object_id="a", as_of=NOW)

    ada.delete()

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_label) == (None, "ada@example.com")


@pytest.mark.parametrize(
    ("actor", "label"), [("token hubspot", "token hubspot"), (None, ""), ("x" * 300, "x" * 200)]
)
def test_an_act_of_no_person_keeps_the_name_of_what_acted(actor, label):
    audit.record(actor=actor, verb="load", object_type="agreement", object_id="a", as_of=NOW)

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.actor_label) == (None, label)


def test_one_purge_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    def broken(*, as_of: datetime) -> int:
        raise RuntimeError("no disk")

    monkeypatch.setattr(retention, "_purges", {})
    retention.register("a", broken)
    retention.register("b", lambda *, as_of: 3)

    assert retention.purge_all(as_of=NOW) == {"b": 3}
    assert "no disk" in caplog.text


def test_what_the_ground_keeps_for_a_time_is_purged_with_the_rest():
    IdempotencyKeyFactory(created_at=NOW - timedelta(days=40))
    OutboxMessageFactory(state="failed", created_at=NOW - timedelta(days=40))

    removed = retention.purge_all(as_of=NOW)

    assert (removed["idempotency keys"], removed["outbox bodies"]) == (1, 1)


def test_the_tasks_read_the_clock_and_do_the_work(time_machine, postman):
    time_machine.move_to(NOW, tick=False)
    old = OutboxMessageFactory(state="failed", created_at=NOW - timedelta(days=40))
    OutboxMessageFactory(next_at=NOW, created_at=NOW)

    send_outbox()
    purge()
    beat_heartbeat()

    old.refresh_from_db()
    assert (len(postman.mails), old.payload, heartbeats.last("beat").at) == (1, {}, NOW)
