"""A hub of its own for a bench: a durable PostgreSQL in a temporary folder, and a process that uses it.

Django reads its settings once, so that a bench with a hub runs in a process of its own (``apart``), which
prints its ratios as one line of JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from bench.ratios import Ratio
from slahub.stack import embedded


def apart(module: str) -> list[Ratio]:
    """The ratios that ``python -m MODULE`` prints as its last line."""
    done = subprocess.run([sys.executable, "-m", module], stdout=subprocess.PIPE, text=True, check=True)
    return [Ratio(**ratio) for ratio in json.loads(done.stdout.splitlines()[-1])]


def tell(ratios: list[Ratio]) -> None:
    """Print them for ``apart``."""
    print(json.dumps([asdict(ratio) for ratio in ratios]))


@contextmanager
def server() -> Iterator[None]:
    """An empty PostgreSQL, named by DATABASE_URL here and in child processes."""
    with tempfile.TemporaryDirectory(prefix="slahub-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.update(
            DATA_DIR=folder, DJANGO_SETTINGS_MODULE="slahub.settings", API_RATE="1000000/second"
        )
        with embedded.running(Path(folder)):
            os.environ.setdefault("SECRET_KEY", "x" * 50)
            yield


def database(name: str) -> str:
    """Make another database on the server; its address."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    return urlunsplit(parts._replace(path=f"/{name}"))


def set_up() -> None:
    """Django ready in this process, all tables made."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)


def in_child(module: str, *arguments: str, database: str) -> str:
    """What ``python -m MODULE ARGUMENTS`` prints last, run on this database."""
    environment = {**os.environ, "DATABASE_URL": database}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1]


def medians_of(rounds: int, *sides: Callable[[], float]) -> list[float]:
    """The median of what each side returns, over alternating rounds."""
    from statistics import median

    kept: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, found in zip(sides, kept, strict=True):
            found.append(side())
    return [median(found) for found in kept]
