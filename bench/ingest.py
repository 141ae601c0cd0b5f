"""POST /api/v1/sync/events/ end to end against raw binary COPY into the same table with the same indexes.

Ours: JSON over HTTP through gunicorn with two workers, 5,000 rows a request, from one client and from two at
once; four events a contact; every row validated, new contacts and members made, change marks written,
    committed.
COPY: ready binary rows on one connection, one commit. Both into empty tables of one durable PostgreSQL, in
    turns;
then the same requests again.
"""

import http.client
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

import django

from bench.ratios import Ratio
from slahub.stack import embedded

PACKAGES = ("msgspec", "psycopg2-binary", "gunicorn")

ROUNDS = 5
REQUESTS, ROWS = 8, 5_000
ASKED = {("first load", 2): 0.5, ("the same again", 2): 1.0}
START = datetime(2026, 1, 1, tzinfo=UTC)
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FACTS = "leads_event, leads_ref, leads_batch, leads_quarantinedrow, core_changemark"
COLUMNS = "source, external_id, kind, occurred_at, received_at, contact_id, actor_id, data"
PATH = "/api/v1/sync/events/"


def run() -> list[Ratio]:
    """Ratios of the first load and of the same again, from one client and from two."""
    with tempfile.TemporaryDirectory(prefix="slahub-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.update(DATA_DIR=folder, API_RATE="1000000/second")
        os.environ["DJANGO_SETTINGS_MODULE"] = "slahub.settings"
        with embedded.running(Path(folder)):
            os.environ.setdefault("SECRET_KEY", "x" * 50)
            django.setup()
            token = _prepare()
            with _served() as port:
                return _measure(lambda body: _post(port, token, body))


def _prepare() -> str:
    """Tables, and a token to come in with."""
    from django.core.management import call_command

    from people.tokens import create_token

    call_command("migrate", verbosity=0, skip_checks=True)
    with _cursor() as cursor:
        cursor.execute("CREATE TABLE bench_event (LIKE leads_event INCLUDING ALL)")
    return create_token(name="bench", scopes=["facts:write"], as_of=START + timedelta(days=365))[1]


def _measure(post: Callable[[bytes], Any]) -> list[Ratio]:
    bodies = [_body(request) for request in range(REQUESTS)]
    ready = _binary()
    _send(post, bodies[:4], 2)  # both workers awake
    copies, seconds = [], {}
    for _ in range(ROUNDS):
        for clients in (1, 2):
            _empty()
            copies.append(_timed(lambda: _copy(ready)))
            for what in ("first load", "the same again"):
                spent = _timed(lambda clients=clients: _send(post, bodies, clients))
                seconds.setdefault((what, clients), []).append(spent)
    count = REQUESTS * ROWS
    theirs = count / median(copies)
    return [
        Ratio(
            f"sync/events, {what}, {clients} client{'s' * (clients > 1)}",
            count / median(spent),
            theirs,
            against="binary COPY",
            unit="rows/s",
            at_least=ASKED.get((what, clients)),
        )
        for (what, clients), spent in sorted(seconds.items())
    ]


def _send(post: Callable[[bytes], Any], bodies: list[bytes], clients: int) -> None:
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(post, bodies))


def _post(port: int, token: str, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", PATH, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        sys.exit(f"{PATH} answered {answer.status}: {text[:500]!r}")


def _rows() -> Iterator[tuple[int, datetime]]:
    for number in range(REQUESTS * ROWS):
        yield number, START + timedelta(seconds=number * 37)


def _body(request: int) -> bytes:
    every = list(_rows())[request * ROWS : (request + 1) * ROWS]
    records = [
        {
            "external_id": f"evt-{number:08}",
            "kind": "email.sent",
            "occurred_at": at.isoformat(),
            "contact": f"contact-{number // 4}",
            "actor": f"rep-{number % 40}",
            "data": {"subject": "Your request", "minutes": number % 60},
        }
        for number, at in every
    ]
    return json.dumps({"source": "crm", "records": records}).encode()


def _binary() -> bytes:
    """The same rows as COPY's binary format has them."""
    out = bytearray(b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0))
    received = _instant(START)
    for number, at in _rows():
        data = b"\x01" + json.dumps({"subject": "Your request", "minutes": number % 60}).encode()
        cells = (
            *(b"crm", f"evt-{number:08}".encode(), b"email.sent", _instant(at), received),
            *(struct.pack("!q", number // 4), struct.pack("!q", number % 40), data),
        )
        out += struct.pack("!h", len(cells)) + b"".join(struct.pack("!i", len(cell)) + cell for cell in cells)
    return bytes(out + struct.pack("!h", -1))


def _instant(at: datetime) -> bytes:
    return struct.pack("!q", (at - POSTGRES_EPOCH) // timedelta(microseconds=1))


def _copy(ready: bytes) -> None:
    with _cursor() as cursor:
        cursor.copy_expert(f"COPY bench_event ({COLUMNS}) FROM STDIN (FORMAT binary)", BytesIO(ready))


def _empty() -> None:
    """Nothing stored, and nothing left to write for the other side."""
    with _cursor() as cursor:
        cursor.execute(f"TRUNCATE {FACTS}, bench_event CASCADE")
        cursor.execute("CHECKPOINT")


@contextmanager
def _cursor() -> Iterator[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        yield cursor


@contextmanager
def _served() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--workers", "2", "--bind", f"127.0.0.1:{port}", "--timeout", "120", "--log-level", "warning"]
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "slahub.wsgi", *options], env=os.environ)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("gunicorn did not start")


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
