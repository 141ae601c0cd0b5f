"""Webhooks leave at least once, under one id, signed, and nobody can make them do more than that."""

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import pytest
from django.db import connections

from core import posting, webhooks
from core.models import OutboxMessage
from core.outbox import WEBHOOK, SendResult, enqueue, send_ready
from tests.core.listener import Listener, listening
from tests.core.threads import at_once

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
BODY = {"text": "Décalé: une promesse est à risque"}
SECRET = "whsec_" + base64.b64encode(b"a key of twenty-four byte").decode()


class Board:
    """Where messages to ``board:…`` go, and what was heard of them."""

    def __init__(self) -> None:
        self.url = ""
        self.secret = ""
        self.notes: list[str] = []

    def resolve(self, _which: str) -> webhooks.Destination | None:
        return webhooks.Destination(self.url, self.secret, self.note) if self.url else None

    def note(self, *, error: str, as_of: datetime) -> None:
        self.notes.append(error)


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest) -> Board:
    found = Board()
    settings.WEBHOOK_ALLOW_PRIVATE = True
    monkeypatch.setitem(webhooks._resolvers, "board", found.resolve)
    return found


@pytest.fixture
def listener(board: Board) -> Iterator[Listener]:
    with listening() as server:
        board.url = server.url
        yield server


def put(key: str = "channel:1:a") -> OutboxMessage:
    enqueue(key=key, channel=WEBHOOK, payload={"destination": "board:1", "body": BODY}, as_of=NOW)
    return OutboxMessage.objects.get(key=key)


def send(when: datetime = NOW) -> SendResult:
    return send_ready(as_of=when, channel=WEBHOOK)


def state_of(message: OutboxMessage) -> tuple[str, int]:
    message.refresh_from_db()
    return message.state, message.attempts


@pytest.mark.django_db
def test_a_message_arrives_as_json_under_its_key(board, listener):
    message = put()

    assert send() == SendResult(sent=1)
    (path, headers, body) = listener.heard[0]
    assert (path, json.loads(body)) == ("/hook?to=sales", BODY)
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["webhook-id"] == "channel:1:a"
    assert "webhook-signature" not in headers
    assert state_of(message) == ("sent", 1)
    assert board.notes == [""]


@pytest.mark.django_db
def test_a_secret_signs_id_instant_and_body(board, listener):
    board.secret = SECRET
    put()
    send()

    (_, headers, body) = listener.heard[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.new(b"a key of twenty-four byte", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "result"),
    [
        (204, SendResult(sent=1)),
        (500, SendResult(retried=1)),
        (503, SendResult(retried=1)),
        (429, SendResult(retried=1)),
        (408, SendResult(retried=1)),
        (400, SendResult(failed=1)),
        (404, SendResult(failed=1)),
        (410, SendResult(failed=1)),
    ],
)
def test_the_answer_says_whether_to_try_again(listener, status, result):
    listener.answers = [status]
    put()

    assert send() == result


@pytest.mark.django_db
def test_it_is_tried_again_after_longer_and_longer_waits_under_the_same_id(board, listener):
    listener.answers = [500, 500, 200]
    message = put()

    assert send() == SendResult(retried=1)
    assert send(NOW + timedelta(seconds=29)) == SendResult()
    assert send(NOW + timedelta(seconds=30)) == SendResult(retried=1)
    assert send(NOW + timedelta(seconds=89)) == SendResult()
    assert send(NOW + timedelta(seconds=90)) == SendResult(sent=1)
    assert {headers["webhook-id"] for _, headers, _ in listener.heard} == {"channel:1:a"}
    assert state_of(message) == ("sent", 3)
    assert [bool(note) for note in board.notes] == [True, True, False]


@pytest.mark.django_db
def test_a_redirect_is_not_followed(board, listener):
    with listening() as other:
        listener.answers, listener.headers = [302], {"Location": other.url}
        put()

        assert send() == SendResult(failed=1)
        assert other.heard == []


@pytest.mark.django_db
def test_an_end_that_is_not_there_does_not_keep_others_waiting(board, listener):
    put("a")
    put("b")
    board.url = "http://127.0.0.1:1/"

    assert send() == SendResult(retried=2)


@pytest.mark.django_db
def test_no_mail_waits_for_a_webhook_and_no_webhook_goes_as_mail(listener):
    put()

    assert send_ready(as_of=NOW) == SendResult()
    assert listener.heard == []


@pytest.mark.django_db
def test_a_destination_that_is_gone_fails_and_names_it(board):
    message = put()

    assert send() == SendResult(failed=1)
    assert state_of(message)[0] == "failed"
    assert "board:1" in message.error


@pytest.mark.django_db
def test_a_private_address_is_asked_nothing_even_if_it_was_stored(board, listener, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = False
    put()

    assert send() == SendResult(failed=1)
    assert listener.heard == []


@pytest.mark.django_db
def test_an_end_that_drips_is_broken_off(board, listener, monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_EXCHANGE", 0.4)
    listener.drip = 0.05
    put()
    began = time.monotonic()

    assert send() == SendResult(retried=1)
    assert time.monotonic() - began < 3


@pytest.mark.django_db
def test_an_end_that_takes_all_the_time_to_be_reached_and_then_drips_is_broken_off(
    board, listener, monkeypatch
):
    monkeypatch.setattr(posting, "WHOLE_EXCHANGE", 0.4)
    reach = posting._Pinned._reach

    def slowly(connection: posting._Pinned) -> socket.socket:
        reached = reach(connection)
        time.sleep(0.6)
        return reached

    monkeypatch.setattr(posting._Pinned, "_reach", slowly)
    listener.drip = 0.05
    put()
    began = time.monotonic()

    assert send() == SendResult(retried=1)
    assert time.monotonic() - began < 3


@pytest.mark.django_db
def test_an_endless_answer_is_not_read(board, listener):
    listener.answers, listener.body = [500], b"x" * 5_000_000
    message = put()

    assert send() == SendResult(retried=1)
    message.refresh_from_db()
    assert len(message.error) < 300


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_not_sent(board, listener):
    enqueue(key="big", channel=WEBHOOK, payload={"destination": "board:1", "body": "x" * 70_000}, as_of=NOW)

    assert send() == SendResult(failed=1)
    assert listener.heard == []


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_before_it_noted_the_answer_sends_again_under_the_same_id(board, listener):
    message = put()
    connections.close_all()
    child = get_context("fork").Process(target=send)
    listener.before_answering = lambda: os.kill(child.pid, signal.SIGKILL)
    child.start()
    child.join(20)
    listener.before_answering = None

    assert child.exitcode == -signal.SIGKILL
    assert state_of(message) == ("sending", 1)
    assert send(NOW + timedelta(minutes=14)) == SendResult()
    assert send(NOW + timedelta(minutes=15)) == SendResult(retried=1, sent=1)
    assert [headers["webhook-id"] for _, headers, _ in listener.heard] == ["channel:1:a"] * 2


@pytest.mark.django_db(transaction=True)
def test_senders_at_once_share_the_messages_and_send_each_once(board, listener):
    for number in range(20):
        put(f"channel:1:{number}")

    results = at_once(lambda _: send(), times=3)

    assert sum(result.sent for result in results) == 20
    assert len({headers["webhook-id"] for _, headers, _ in listener.heard}) == len(listener.heard) == 20
