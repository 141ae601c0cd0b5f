"""The API as a client of the CRM meets it: gunicorn with two workers on loopback, requests over HTTP."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

SECONDS = 120
Delivery = tuple[str, bytes]  # resource, body


def token(*, as_of: datetime) -> str:
    """A token to come in with."""
    from people.tokens import create_token

    return create_token(name="bench", scopes=["facts:write"], as_of=as_of)[1]


def body(rows: list[dict[str, Any]]) -> bytes:
    """A request's body."""
    return json.dumps({"source": "crm", "records": rows}).encode()


@contextmanager
def served(workers: int = 2) -> Iterator[int]:
    """The application in so many processes; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    options = ["--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--timeout", str(SECONDS)]
    command = [sys.executable, "-m", "gunicorn", "slahub.wsgi", *options, "--log-level", "warning"]
    process = subprocess.Popen(command, env=os.environ)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def send(port: int, token: str, deliveries: Iterable[Delivery], *, clients: int = 2) -> None:
    """POST them all, so many at once; stops the bench at anything but 200."""
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda delivery: _post(port, token, *delivery), deliveries))


def _post(port: int, token: str, resource: str, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", f"/api/v1/sync/{resource}/", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        sys.exit(f"sync/{resource}/ answered {answer.status}: {text[:500]!r}")


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("gunicorn did not start")
