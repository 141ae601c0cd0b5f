"""A real streaming replica of the server on which the tests run, for the time of a test."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection

from slahub.stack.identity import birth
from slahub.stack.places import place_of
from slahub.stack.servers import Place, Postgres

READY_SECONDS = 60


class Standby:
    """The replica: where it answers, and what may befall it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.host = str(place.sockets)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Streams from now on; waits until it answers."""
        self._process = subprocess.Popen(
            [*Postgres().command(self.place), "-c", "hot_standby_feedback=on"],
            stdout=subprocess.DEVNULL,
            stderr=(self.place.home / "log").open("wb"),
            preexec_fn=birth(self.place.identity, signal.SIGKILL),  # noqa: PLW1509 (no thread lives yet)
            cwd="/",
        )
        ends = time.monotonic() + READY_SECONDS
        while not self._answers():
            assert time.monotonic() < ends, (self.place.home / "log").read_text()[-2000:]
            time.sleep(0.1)

    def stop(self) -> None:
        """It breaks down."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)

    def hold(self) -> None:
        """It receives what the primary writes, and does not show it."""
        self._say("SELECT pg_wal_replay_pause()")
        while self._say("SELECT pg_get_wal_replay_pause_state()") != "paused":
            time.sleep(0.05)

    def go_on(self) -> None:
        """It shows everything that was written by now."""
        self._say("SELECT pg_wal_replay_resume()")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            (end,) = cursor.fetchone()
        ends = time.monotonic() + READY_SECONDS
        while not self._say(f"SELECT pg_last_wal_replay_lsn() >= '{end}'"):
            assert time.monotonic() < ends
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return bool(self._say("SELECT pg_is_in_recovery()"))
        except psycopg2.OperationalError:
            return False

    def _say(self, statement: str) -> Any:
        with psycopg2.connect(host=self.host, user="slahub", dbname="postgres") as asking:
            asking.autocommit = True
            with asking.cursor() as cursor:
                cursor.execute(statement)
                (said,) = cursor.fetchone() or (None,)
                return said


@contextmanager
def standby() -> Iterator[Standby]:
    """Copies the server by pg_basebackup, and streams what is written from then on."""
    home = Path(tempfile.mkdtemp(prefix="slahub-standby-"))
    home.chmod(0o755)
    place = place_of(Postgres(), home, durable=False)
    if place.identity:
        place.identity.own(home)
    known = connection.settings_dict
    try:
        subprocess.run(
            [
                *(Postgres().program().with_name("pg_basebackup"), "-h", known["HOST"], "-U", known["USER"]),
                *("-D", place.data, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast"),
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            preexec_fn=birth(place.identity),
            cwd="/",
        )
        copy = Standby(place)
        copy.start()
        yield copy
        copy.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(place.sockets, ignore_errors=True)
