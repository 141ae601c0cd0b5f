"""The demo company at several sizes, each in a database of its own.

``BENCH_DATABASES`` names databases that are there, smallest first, separated by spaces; without it they are
made, ``BENCH_SCALES`` (default ``10 100``) times the demo, whose story is played once and copied.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from bench.house import database, server, set_up

STORY = "story"


@contextmanager
def companies() -> Iterator[list[str]]:
    """Addresses of databases, the smallest company first."""
    if given := os.environ.get("BENCH_DATABASES"):
        yield given.split()
        return
    scales = [int(scale) for scale in (os.environ.get("BENCH_SCALES") or "10 100").split()]
    with server():
        story = database(STORY)
        _child(story, "1")
        yield [_copy(story, scale) for scale in sorted(scales)]


def _copy(story: str, scale: int) -> str:
    parts = urlsplit(story)
    address, name = urlunsplit(parts._replace(path="/postgres")), f"demo{scale}"
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{STORY}"')
    connection.close()
    made = urlunsplit(parts._replace(path=f"/{name}"))
    _child(made, str(scale))
    return made


def _child(address: str, scale: str) -> None:
    command = [sys.executable, "-m", "bench.databases", scale]
    subprocess.run(command, env={**os.environ, "DATABASE_URL": address}, check=True)


def _make(scale: int) -> None:
    """Play the story into an empty database, or copy the one that is there."""
    set_up()
    from django.db import connection, transaction
    from django.utils import timezone

    from demo.loading import load_demo
    from demo.multiplying import multiply
    from demo.stage import Stage

    now = timezone.now().replace(microsecond=0)
    if scale == 1:
        load_demo(Stage(now), progress=lambda instant, facts: None)
    else:
        with transaction.atomic():
            multiply(scale, as_of=now, progress=lambda what: None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    _make(int(sys.argv[1]))
