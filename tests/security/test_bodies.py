"""Bodies that are too large are refused before they are read; those that never end are not waited for."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client

from slahub.stack.web_worker import ImpatientThreads

TOO_LARGE = 21 * 1024 * 1024 + 1


class Unread(BytesIO):
    """A body of which nobody may read a byte."""

    def read(self, *args: object) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/data/imports/", "/nowhere/"])
def test_a_page_refuses_a_body_that_is_too_large_unread(path):
    form = "multipart/form-data; boundary=x"
    answer = Client(enforce_csrf_checks=True).generic(
        "POST", path, b"", content_type=form, CONTENT_LENGTH=str(TOO_LARGE), **{"wsgi.input": Unread()}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("length", [str(TOO_LARGE), "-1", "many"])
def test_the_api_says_so_as_a_problem(api_with, token, length):
    answer = api_with(token).generic(
        "POST", "/api/v1/sync/contacts/", b"", content_type="application/json", CONTENT_LENGTH=length
    )

    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


class Impatient(ImpatientThreads):
    """Gunicorn's worker of the application, for a test that does not last a minute."""

    within = 1.5


def application(environ, start_response):
    """Says how much of the body came."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{len(body)} bytes".encode()]


@pytest.fixture
def port() -> Iterator[int]:
    """A real gunicorn with two threads."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    here = "tests.security.test_bodies"
    command = [sys.executable, "-m", "gunicorn", f"{here}:application", "--bind", f"127.0.0.1:{number}"]
    command += ["--worker-class", f"{here}.Impatient", "--threads", "2", "--no-control-socket"]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL)
    try:
        _wait_for(number)
        yield number
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("gunicorn did not start")


def _begin(port: int, text: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(text)
    return connection


@pytest.mark.processes
def test_clients_that_never_finish_do_not_keep_others_waiting(port):
    header = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"
    slow = [_begin(port, header), _begin(port, b"GET / HTTP/1.1\r\nHos")]  # both threads are theirs
    time.sleep(0.3)
    began = time.monotonic()

    with closing(_begin(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) as other:
        answer = other.recv(1000)

    waited = time.monotonic() - began
    assert answer.startswith(b"HTTP/1.1 200")
    assert waited < 10
    for connection in slow:
        connection.settimeout(5)
        assert b"1000 bytes" not in connection.recv(1000)
        connection.close()
