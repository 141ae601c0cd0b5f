import socket
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from core import outbox
from core.models import AuditEntry, OutboxMessage
from core.outbox import SendResult, enqueue, purge_bodies, resend, send_ready
from tests.factories.core import OutboxMessageFactory
from tests.factories.people import UserFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
MAIL = {
    "to": ["ada@example.com"],
    "subject": "Décalé",
    "text": "Bonjour",
    "html": "<p>Bonjour</p>",
    "from": "SLA Hub <hub@example.com>",
    "headers": {"X-Report": "2026-04-03"},
}


def put(key: str = "digest:1", **changes: object) -> OutboxMessage:
    enqueue(key=key, channel="mail", payload=MAIL | changes, as_of=NOW)
    return OutboxMessage.objects.get(key=key)


def state_of(message: OutboxMessage) -> tuple[str, int, datetime]:
    message.refresh_from_db()
    return message.state, message.attempts, message.next_at


@pytest.mark.django_db
def test_the_same_key_is_put_in_once():
    assert enqueue(key="a", channel="mail", payload=MAIL, as_of=NOW) is True
    assert enqueue(key="a", channel="mail", payload={}, as_of=NOW) is False
    assert OutboxMessage.objects.get().payload == MAIL


@pytest.mark.django_db
def test_an_unknown_channel_is_refused():
    with pytest.raises(ValueError, match="choose from mail, webhook"):
        enqueue(key="a", channel="pigeon", payload={}, as_of=NOW)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_sent(postman):
    with transaction.atomic():
        put()
        transaction.set_rollback(True)

    assert send_ready(as_of=NOW) == SendResult()


@pytest.mark.django_db
def test_a_mail_arrives_as_it_was_written(postman):
    message = put()

    assert send_ready(as_of=NOW) == SendResult(sent=1)

    (mail,) = postman.mails
    text, html = mail.get_payload()
    assert (mail["To"], mail["From"], mail["X-Report"]) == (
        "ada@example.com",
        "SLA Hub <hub@example.com>",
        "2026-04-03",
    )
    assert text.get_payload(decode=True).decode().strip() == "Bonjour"
    assert html.get_payload(decode=True).decode().strip() == "<p>Bonjour</p>"
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.error) == ("sent", NOW, "")


@pytest.mark.django_db
def test_a_sent_mail_is_not_sent_again(postman):
    put()
    send_ready(as_of=NOW)

    assert send_ready(as_of=NOW + timedelta(days=1)) == SendResult()
    assert len(postman.mails) == 1


@pytest.mark.django_db
def test_many_mails_go_over_one_connection(postman):
    for number in range(5):
        put(f"digest:{number}")

    assert send_ready(as_of=NOW, limit=4) == SendResult(sent=4)
    assert (len(postman.mails), len(postman.sessions)) == (4, 1)


@pytest.mark.django_db
def test_a_mail_waits_for_its_time(postman):
    OutboxMessageFactory(next_at=NOW + timedelta(seconds=1))

    assert send_ready(as_of=NOW) == SendResult()
    assert send_ready(as_of=NOW + timedelta(seconds=1)) == SendResult(sent=1)


@pytest.mark.django_db
def test_a_busy_server_is_tried_again_later_and_later(postman):
    postman.on_data = lambda: "451 try again"
    message = put()

    waits = []
    at = NOW
    for _ in range(3):
        assert send_ready(as_of=at) == SendResult(retried=1)
        assert send_ready(as_of=at) == SendResult()
        waits.append(state_of(message)[2] - at)
        at = message.next_at
    postman.on_data = lambda: "250 OK"

    assert send_ready(as_of=at) == SendResult(sent=1)
    assert waits == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert len(postman.mails) == 1


@pytest.mark.django_db
def test_a_mail_that_the_server_will_never_take_fails_at_once(postman):
    postman.on_rcpt = lambda address: "550 no such mailbox"
    message = put()

    assert send_ready(as_of=NOW) == SendResult(failed=1)
    assert state_of(message)[0] == "failed"
    assert "no such mailbox" in message.error


@pytest.mark.django_db
def test_one_refused_mail_does_not_stop_the_next(postman):
    postman.on_rcpt = lambda address: "450 later" if address.startswith("grey") else "250 OK"
    put("a", to=["grey@example.com"])
    put("b")

    assert send_ready(as_of=NOW) == SendResult(sent=1, retried=1)


@pytest.mark.django_db
def test_a_mail_taken_for_some_recipients_says_for_whom_not(postman):
    postman.on_rcpt = lambda address: "550 unknown" if address.startswith("bob") else "250 OK"
    message = put(to=["ada@example.com", "bob@example.com"])

    assert send_ready(as_of=NOW) == SendResult(sent=1)
    message.refresh_from_db()
    assert message.error == "refused for bob@example.com"


@pytest.mark.django_db
def test_what_is_no_mail_fails_with_the_reason_and_the_rest_goes_on(postman):
    bad = put("a", subject="two\nlines")
    nobody = put("b", to=[])
    put("c")

    assert send_ready(as_of=NOW) == SendResult(sent=1, failed=2)
    bad.refresh_from_db(), nobody.refresh_from_db()
    assert "newlines" in bad.error
    assert "no recipient" in nobody.error


@pytest.mark.django_db
def test_a_server_that_is_down_ends_the_run_and_costs_one_attempt(postman, settings):
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody_listens.getsockname()[1]
        first, second = put("a"), put("b")

        assert send_ready(as_of=NOW) == SendResult(retried=1)

    assert state_of(first) == ("ready", 1, NOW + timedelta(seconds=30))
    assert state_of(second) == ("ready", 0, NOW)


@pytest.mark.django_db
def test_after_many_attempts_a_mail_fails_and_waits_for_a_person(postman, settings):
    postman.on_data = lambda: "451 try again"
    message = OutboxMessageFactory(attempts=outbox.MAX_ATTEMPTS - 1)

    assert send_ready(as_of=NOW) == SendResult(failed=1)
    assert state_of(message)[0] == "failed"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["unknown", "failed"])
def test_a_person_sends_again_what_is_stuck_and_is_named_for_it(postman, state):
    message = OutboxMessageFactory(state=state, error="gone")
    ada = UserFactory()

    resend(message, by=ada, as_of=NOW)

    assert send_ready(as_of=NOW) == SendResult(sent=1)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.before) == (ada, "resend", {"state": state, "error": "gone"})


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["ready", "sending", "sent"])
def test_nothing_else_is_sent_again(state):
    message = OutboxMessageFactory(state=state, sent_at=NOW if state == "sent" else None)

    with pytest.raises(ValueError, match="only an unknown or failed"):
        resend(message, by=None, as_of=NOW)

    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db
def test_bodies_are_emptied_after_thirty_days_and_keys_stay():
    day = timedelta(days=1)
    old = OutboxMessageFactory(state="sent", sent_at=NOW, created_at=NOW - 30 * day)
    young = OutboxMessageFactory(state="sent", sent_at=NOW, created_at=NOW - 29 * day)
    waiting = OutboxMessageFactory(state="ready", created_at=NOW - 30 * day)
    stuck = OutboxMessageFactory(state="failed", created_at=NOW - 30 * day)

    assert purge_bodies(as_of=NOW) == 2
    assert purge_bodies(as_of=NOW) == 0

    for message in (old, young, waiting, stuck):
        message.refresh_from_db()
    assert (old.payload, stuck.payload) == ({}, {})
    assert "to" in young.payload
    assert "to" in waiting.payload
    with pytest.raises(ValueError, match="still has its body"):
        resend(stuck, by=None, as_of=NOW)


@pytest.mark.django_db
def test_a_sweep_over_an_empty_outbox_opens_no_connection_to_the_mail_server(settings):
    settings.EMAIL_BACKEND = "core.mail.PhasedBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = 1

    assert send_ready(as_of=NOW) == SendResult()
