"""POST /api/v1/sync/events/ end to end against raw binary COPY into the same table with the same indexes.

Ours: JSON over HTTP through gunicorn with two workers, 5,000 rows a request, from one client and from two at
once; four events a contact; every row validated, new contacts and members made, change marks written,
committed. COPY: ready binary rows on one connection, one commit. Both into empty tables of one durable
PostgreSQL, in turns; then the same requests again.
"""

import json
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from statistics import median
from typing import Any

from bench.house import apart, server, set_up, tell
from bench.ratios import Ratio, seconds
from bench.serving import Delivery, body, send, served, token

PACKAGES = ("msgspec", "psycopg2-binary", "gunicorn")

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
REQUESTS, ROWS = 8, 5_000
ASKED: dict[tuple[str, int], dict[str, Any]] = {
    ("first load", 2): {"at_least": 0.5, "reach": 0.75, "row": 3},
    ("the same again", 2): {"at_least": 1.0, "reach": 1.5, "row": 4},
}
START = datetime(2026, 1, 1, tzinfo=UTC)
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FACTS = "leads_event, leads_ref, leads_batch, leads_quarantinedrow, core_changemark"
COLUMNS = "source, external_id, kind, occurred_at, received_at, contact_id, actor_id, data, fingerprint"

Post = Callable[[list[Delivery], int], None]


def run() -> list[Ratio]:
    """Ratios of the first load and of the same again, from one client and from two."""
    return apart("bench.ingest")


def _measure(post: Post) -> list[Ratio]:
    deliveries = [("events", body(list(_records(request)))) for request in range(REQUESTS)]
    ready = _binary()
    post(deliveries[:4], 2)  # both workers awake
    copies: list[float] = []
    spent: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):
        for clients in (1, 2):
            _empty()
            copies.append(seconds(lambda: _copy(ready)))
            for what in ("first load", "the same again"):
                taken = seconds(lambda clients=clients: post(deliveries, clients))  # type: ignore[misc]
                spent.setdefault((what, clients), []).append(taken)
    return [_ratio(what, clients, taken, copies) for (what, clients), taken in sorted(spent.items())]


def _ratio(what: str, clients: int, taken: list[float], copies: list[float]) -> Ratio:
    count = REQUESTS * ROWS
    return Ratio(
        f"sync/events, {what}, {clients} client{'s' * (clients > 1)}",
        count / median(taken),
        count / median(copies),
        against="binary COPY",
        unit="rows/s",
        **ASKED.get((what, clients), {}),
    )


def _rows(first: int, count: int) -> Iterator[tuple[int, datetime]]:
    for number in range(first, first + count):
        yield number, START + timedelta(seconds=number * 37)


def _records(request: int) -> Iterator[dict[str, Any]]:
    for number, at in _rows(request * ROWS, ROWS):
        yield {
            "external_id": f"evt-{number:08}",
            "kind": "email.sent",
            "occurred_at": at.isoformat(),
            "contact": f"contact-{number // 4}",
            "actor": f"rep-{number % 40}",
            "data": {"subject": "Your request", "minutes": number % 60},
        }


def _binary() -> bytes:
    """The same rows as COPY's binary format has them."""
    out = bytearray(b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0))
    received = _instant(START)
    for number, at in _rows(0, REQUESTS * ROWS):
        data = b"\x01" + json.dumps({"subject": "Your request", "minutes": number % 60}).encode()
        cells = (
            *(b"crm", f"evt-{number:08}".encode(), b"email.sent", _instant(at), received),
            *(_number(number // 4), _number(number % 40), data, _number(number * 7919)),
        )
        out += struct.pack("!h", len(cells)) + b"".join(struct.pack("!i", len(cell)) + cell for cell in cells)
    return bytes(out + struct.pack("!h", -1))


def _number(number: int) -> bytes:
    return struct.pack("!q", number)


def _instant(at: datetime) -> bytes:
    return _number((at - POSTGRES_EPOCH) // timedelta(microseconds=1))


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


def main() -> None:
    """Measure, and print for ``apart``."""
    with server():
        set_up()
        with _cursor() as cursor:
            cursor.execute("CREATE TABLE bench_event (LIKE leads_event INCLUDING ALL)")
        key = token(as_of=START + timedelta(days=365))
        with served() as port:
            tell(_measure(lambda deliveries, clients: send(port, key, deliveries, clients=clients)))


if __name__ == "__main__":
    main()
