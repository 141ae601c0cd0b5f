"""Whatever dies or hangs up in between: no mail is lost, and none is sent twice."""

import os
import signal
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import pytest
from django.db import connections, transaction

from core import outbox
from core.models import OutboxMessage
from core.outbox import SendResult, resend, send_ready
from tests.core.threads import at_once
from tests.factories.core import OutboxMessageFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)


def put(key: str = "digest:1", subject: str = "Hello") -> OutboxMessage:
    payload = {"to": ["ada@example.com"], "subject": subject, "text": "Good news."}
    return OutboxMessageFactory(key=key, payload=payload, next_at=NOW, created_at=NOW)


def state_of(message: OutboxMessage) -> tuple[str, int, datetime]:
    message.refresh_from_db()
    return message.state, message.attempts, message.next_at


class HangingUp(socketserver.StreamRequestHandler):
    """Speaks SMTP until the command at which it closes the connection without a word."""

    at: str

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        answers = {"DATA": b"354 go on\r\n", ".": b"250 OK\r\n"}
        in_body = False
        for line in self.rfile:
            word = line.decode().strip().split(" ")[0].upper()
            if in_body and word != ".":
                continue
            if word == self.at:
                return
            in_body = word == "DATA"
            self.wfile.write(answers.get(word, b"250 OK\r\n"))


@pytest.fixture
def hanging_up(settings: pytest.FixtureRequest) -> Iterator[Callable[[str], None]]:
    """Sends mails to a server that hangs up at the given command."""
    servers = []

    def start(at: str) -> None:
        handler = type("Handler", (HangingUp,), {"at": at})
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        servers.append(server)
        settings.EMAIL_BACKEND = "core.mail.PhasedBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = 5

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT"])
def test_a_connection_lost_before_the_body_certainly_left_nothing_there(hanging_up, command):
    hanging_up(command)
    message = put()

    assert send_ready(as_of=NOW) == SendResult(retried=1)
    assert state_of(message) == ("ready", 1, NOW + timedelta(seconds=30))


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["DATA", "."])
def test_a_connection_lost_from_the_body_on_leaves_the_mail_unknown(hanging_up, command):
    hanging_up(command)
    message = put()

    assert send_ready(as_of=NOW) == SendResult(unknown=1)
    assert send_ready(as_of=NOW + timedelta(days=1)) == SendResult()
    assert state_of(message)[0] == "unknown"
    assert "SMTPServerDisconnected" in message.error


@pytest.mark.django_db
def test_after_a_lost_connection_the_next_mail_gets_a_new_one(hanging_up):
    hanging_up(".")
    put("a")
    put("b")

    assert send_ready(as_of=NOW) == SendResult(unknown=2)


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_before_it_noted_the_answer_leaves_an_unknown_mail_that_is_never_sent_twice(postman):
    message = put()
    connections.close_all()
    child = get_context("fork").Process(target=send_ready, kwargs={"as_of": NOW})

    def kill_the_sender() -> str:
        os.kill(child.pid, signal.SIGKILL)
        return "250 OK"

    postman.on_data = kill_the_sender
    child.start()
    child.join(20)

    assert child.exitcode == -signal.SIGKILL
    assert len(postman.mails) == 1
    assert state_of(message)[:2] == ("sending", 1)
    assert send_ready(as_of=NOW + timedelta(minutes=14)) == SendResult()
    assert send_ready(as_of=NOW + timedelta(minutes=15)) == SendResult(unknown=1)
    assert send_ready(as_of=NOW + timedelta(days=1)) == SendResult()
    assert state_of(message)[0] == "unknown"
    assert len(postman.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_senders_at_once_share_the_mails_and_send_each_once(postman):
    for number in range(40):
        put(f"digest:{number}", subject=str(number))

    results = at_once(lambda _: send_ready(as_of=NOW), times=3)

    assert sorted(int(mail["Subject"]) for mail in postman.mails) == list(range(40))
    assert sum(result.sent for result in results) == 40


@pytest.mark.django_db(transaction=True)
def test_sending_inside_a_transaction_is_refused(postman):
    put()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send_ready(as_of=NOW)

    assert postman.mails == []


@pytest.mark.django_db
def test_a_sender_that_was_only_slow_still_notes_that_it_sent():
    message = put()
    claimed = outbox._claim(NOW)
    outbox._give_up_the_dead(NOW + timedelta(minutes=15))
    outbox._settle(claimed, state="sent", sent_at=NOW, error="")

    assert state_of(message)[0] == "sent"


@pytest.mark.django_db
def test_a_late_answer_does_not_undo_that_a_person_sends_again():
    message = put()
    claimed = outbox._claim(NOW)
    outbox._give_up_the_dead(NOW + timedelta(minutes=15))
    message.refresh_from_db()
    resend(message, by=None, as_of=NOW + timedelta(minutes=20))
    outbox._settle(claimed, state="sent", sent_at=NOW, error="")

    assert state_of(message) == ("ready", 0, NOW + timedelta(minutes=20))


@pytest.mark.django_db
def test_an_error_that_nobody_foresaw_leaves_the_mail_unknown_and_ends_the_run(settings):
    settings.EMAIL_BACKEND = "tests.core.broken_mail.Backend"
    first, second = put("a"), put("b")

    with pytest.raises(RuntimeError, match="half-way"):
        send_ready(as_of=NOW)

    assert (state_of(first)[0], state_of(second)[0]) == ("unknown", "ready")
    assert "half-way" in first.error
