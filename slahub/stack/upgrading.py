"""The embedded database from one major version of PostgreSQL to the next.

A server cannot read what another major version wrote. The old programs run once more on the old data, the
whole is dumped from them into a new cluster in one transaction that counts every row, and only then the
folders change their names. The old data stays, as `data.17`, until somebody removes it.

    data            what the server uses
    upgrade/        the new cluster while it is filled; thrown away and begun again after a crash
    data.upgraded   the new cluster, complete
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slahub.stack import dumping
from slahub.stack.errors import StackError
from slahub.stack.identity import birth
from slahub.stack.locks import FileLock
from slahub.stack.places import place_of
from slahub.stack.programs import Programs, major_of, servers_in
from slahub.stack.servers import COMPLETE, Place, Postgres, written_by

READY_SECONDS = 120
STOP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which major version to which, how many rows, and where the old data is."""

    before: int
    now: int
    rows: int
    old_data: Path


class _Old(Postgres):
    """A server of another major version, from a folder that somebody named."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs

    def program(self) -> Path:
        return self.programs.folder / "postgres"


def upgrade(folder: Path, *, programs: Path) -> Upgraded:
    """Moves the database under DATA_DIR ``folder`` to the major version that the wheel has.

    ``programs`` holds the server of the version that wrote it. Nothing is changed unless all of it succeeds.

    Raises StackError where there is nothing to do, it is in use, or the programs are of another version.
    """
    home, new = folder / Postgres.name, Postgres()
    before = written_by(home / "data")
    now = major_of(new.program())
    if before in (0, now):
        raise StackError(f"There is nothing to upgrade in {folder}.")
    old = servers_in(programs)
    if old.major != before:
        raise StackError(f"{programs} holds PostgreSQL {old.major}; the data needs PostgreSQL {before}.")
    with _alone(home):
        rows = _fill(home, _Old(old), new, now)
        kept = _swap(home, before)
    return Upgraded(before, now, rows, kept)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    with FileLock(home / "start.lock") as start, FileLock(home / "server.lock") as server:
        if not (start.try_take() and server.try_take()):
            raise StackError(f"The database in {home} is in use. Stop serve first.")
        yield


def _fill(home: Path, old: Postgres, new: Postgres, now: int) -> int:
    """A new cluster with everything of the old one, stopped and complete; its rows."""
    draft = home / "upgrade"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o755)
    tools = Programs(new.program().parent, now)  # a newer pg_dump reads older servers
    with _running(old, home) as source, _running(new, draft) as target, dumping.snapshot(source) as taken:
        with dumping.dump(source, tools, taken) as dump:
            dumping.load(dump, target, tools, taken.rows)
        rows = sum(taken.rows.values())
    (draft / "data").rename(home / COMPLETE)
    shutil.rmtree(draft)
    return rows


def _swap(home: Path, before: int) -> Path:
    kept = home / f"data.{before}"
    if kept.exists():
        raise StackError(f"{kept} is there already: remove it or move it away, then upgrade again.")
    (home / "data").rename(kept)
    (home / COMPLETE).rename(home / "data")  # where this is not reached, the next start does it
    return kept


@contextlib.contextmanager
def _running(server: Postgres, home: Path) -> Iterator[str]:
    """A server on ``home`` for as long as the block; its address. It stops well, or StackError is raised."""
    place = place_of(server, home, durable=True)
    server.make_ready(place)
    log = home / "upgrade.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            server.command(place),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=birth(place.identity, server.stop_signal),
        )
    try:
        _wait(process, server, place, log)
        yield server.url(place)
    finally:
        process.send_signal(server.stop_signal)
        code = process.wait(STOP_SECONDS)
        if place.sockets.parent != home:
            shutil.rmtree(place.sockets, ignore_errors=True)
    if code:
        raise StackError(f"PostgreSQL did not stop well ({code}); {log} says why.")


def _wait(process: subprocess.Popen[bytes], server: Postgres, place: Place, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not server.answers(place):
        if process.poll() is not None or time.monotonic() > deadline:
            words = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise StackError(f"PostgreSQL does not start; {log} says:\n{words}")
        time.sleep(0.05)
