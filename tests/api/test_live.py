"""Against a real server with real connections: what only happens between requests that meet."""

import http.client
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from leads.models import Event
from people.enums import Scope
from people.tokens import create_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token(live_server: Any) -> str:
    return create_token(name="live", scopes=[*Scope], as_of=datetime.now(UTC))[1]


def ask(
    server: Any, token: str, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    given = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    connection.request(method, f"/api/v1/{path}", body, given)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content


def events(*ids: str) -> bytes:
    rows = [
        {"external_id": i, "kind": "call.made", "occurred_at": "2026-04-07T09:00:00Z", "contact": "p1"}
        for i in ids
    ]
    return json.dumps({"source": "crm", "records": rows}).encode()


def test_one_key_sent_by_many_at_once_is_performed_once(live_server: Any, token: str) -> None:
    def send(_: int) -> tuple[int, dict[str, str], bytes]:
        return ask(live_server, token, "POST", "sync/events/", events("x1", "x2"), **{"Idempotency-Key": "k"})

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(send, range(16)))

    statuses = {status for status, _, _ in answers}
    assert statuses <= {200, 409}
    told = {content for status, _, content in answers if status == 200}
    assert [json.loads(content)["created"] for content in told] == [2]
    assert all("retry-after" in headers for status, headers, _ in answers if status == 409)
    assert Event.objects.count() == 2


def test_the_same_facts_sent_by_many_at_once_are_stored_once(live_server: Any, token: str) -> None:
    def send(_: int) -> dict[str, int]:
        status, _, content = ask(
            live_server, token, "POST", "sync/events/", events(*(f"x{n}" for n in range(50)))
        )
        assert status == 200, content
        return json.loads(content)

    with ThreadPoolExecutor(8) as people:
        told = list(people.map(send, range(8)))

    assert sum(summary["created"] for summary in told) == 50
    assert sum(summary["unchanged"] for summary in told) == 350
    assert Event.objects.count() == 50


def test_records_updated_by_many_at_once_end_at_the_latest(live_server: Any, token: str) -> None:
    def send(minute: int) -> None:
        rows = [
            {
                "external_id": f"l{n}",
                "score": minute,
                "contact": f"p{n}",
                "updated_at": f"2026-04-07T09:{minute:02}:00Z",
            }
            for n in (range(20) if minute % 2 else reversed(range(20)))
        ]
        body = json.dumps({"source": "crm", "records": rows}).encode()
        status, _, content = ask(live_server, token, "POST", "sync/leads/", body)
        assert status == 200, content

    with ThreadPoolExecutor(8) as people:
        list(people.map(send, range(16)))

    _, _, content = ask(live_server, token, "GET", "leads/?page_size=1000")
    assert {float(row["score"]) for row in json.loads(content)["results"]} == {15}


@pytest.mark.parametrize("declared", [21 * 1024 * 1024, 10**15])
def test_a_body_that_is_declared_too_large_is_refused_before_it_is_sent(
    live_server: Any, token: str, declared: int
) -> None:
    host, port = live_server.thread.host, live_server.thread.port
    with socket.create_connection((host, port), timeout=30) as wire:
        wire.sendall(
            f"POST /api/v1/sync/events/ HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {declared}\r\n\r\n".encode()
        )
        began = time.monotonic()
        answer = wire.recv(4096)

    assert b" 413 " in answer.split(b"\r\n")[0]
    assert time.monotonic() - began < 10


def test_20_mib_of_rows_are_taken(live_server: Any, token: str) -> None:
    rows = [
        {
            "external_id": f"x{n}",
            "kind": "email.sent",
            "occurred_at": "2026-04-07T09:00:00Z",
            "data": {"text": "é" * 9_000},
        }
        for n in range(1_000)
    ]
    body = json.dumps({"source": "crm", "records": rows}, ensure_ascii=False).encode()
    assert 17 * 1024 * 1024 < len(body) < 20 * 1024 * 1024
    status, _, content = ask(live_server, token, "POST", "sync/events/", body)

    assert (status, json.loads(content)["created"]) == (200, 1000)


def test_half_a_body_is_no_crash(live_server: Any, token: str) -> None:
    host, port = live_server.thread.host, live_server.thread.port
    with socket.create_connection((host, port), timeout=30) as wire:
        wire.sendall(
            f"POST /api/v1/sync/events/ HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{".encode()
        )
    status, _, _ = ask(live_server, token, "GET", "events/")
    assert status == 200
