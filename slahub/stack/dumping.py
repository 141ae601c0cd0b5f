"""A whole database as a stream: taken from one snapshot, put back in one transaction that counts its rows."""

import contextlib
import json
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Self

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, make_dsn, parse_dsn

from slahub.stack.errors import StackError
from slahub.stack.programs import Programs

CHUNK = 1024 * 1024
LAST_WORDS = 8  # lines of an error that are shown
#: What a newer pg_restore writes and a server before PostgreSQL 17 does not know.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout"
#: The minor releases of November 2026 note a version at each column. Their pg_dump leaves it out, an older
#: one writes it down, and an older server refuses it; a server that wants it makes it anew with the table.
COLUMN_VERSION = re.compile(rb"pg_attver=\d+(, )?|, pg_attver=\d+")
NO_OPTION_LEFT = b" SET ();"

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r'
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname
"""
#: Everything of the schema but what belongs to an extension; the schema may be somebody else's.
EMPTY = """
SET lock_timeout = '20s';
DO $empty$
DECLARE command text;
BEGIN
    FOR command IN
        SELECT format('DROP %s IF EXISTS %s CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW'
            WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
        FROM pg_class c
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'i', 'a'))
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE command;
    END LOOP;
END $empty$;
"""
COUNT = """
DO $count$
DECLARE expected record; found bigint;
BEGIN
    FOR expected IN SELECT * FROM json_each_text('{counts}') LOOP
        EXECUTE format('SELECT count(*) FROM public.%I', expected.key) INTO found;
        IF found <> expected.value::bigint THEN
            RAISE EXCEPTION 'table % has % rows where the backup has %', expected.key, found, expected.value;
        END IF;
    END LOOP;
END $count$;
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One instant of a database, which ``pg_dump`` reads too, and how many rows each table has in it."""

    name: str
    rows: dict[str, int]
    major: int


def connect(dsn: str) -> Any:
    """A connection of our own, outside of Django's."""
    return psycopg2.connect(dsn, application_name="slahub backup")


def major(dsn: str) -> int:
    """The major version of the server."""
    with contextlib.closing(connect(dsn)) as connection:
        return int(connection.server_version) // 10_000


def rows(cursor: Any) -> dict[str, int]:
    """Rows of every table of ours."""
    cursor.execute(TABLES)
    tables = [name for (name,) in cursor.fetchall()]
    found = {}
    for name in tables:
        cursor.execute(f'SELECT count(*) FROM public."{name}"')
        found[name] = int(cursor.fetchone()[0])
    return found


@contextlib.contextmanager
def snapshot(dsn: str) -> Iterator[Snapshot]:
    """Within it the snapshot stands: what is written meanwhile is not in it, and nobody is held up."""
    with contextlib.closing(connect(dsn)) as connection:
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
            yield Snapshot(name, rows(cursor), int(connection.server_version) // 10_000)


@contextlib.contextmanager
def dump(dsn: str, programs: Programs, taken: Snapshot) -> Iterator[IO[bytes]]:
    """The stream of ``pg_dump`` over the snapshot; raises StackError when it failed, after the last byte."""
    options = [
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--snapshot={taken.name}",
    ]
    with _Run(programs, "pg_dump", *options, dsn=dsn, stdout=subprocess.PIPE) as run:
        assert run.process.stdout is not None
        yield run.process.stdout
        run.check()


def load(stream: IO[bytes], dsn: str, programs: Programs, expected: Mapping[str, int]) -> None:
    """Put a dump in the place of everything that the database has, in one transaction.

    It fails, and the database stays as it was, unless the whole dump was read and every table ends with the
    rows that it is expected to have.

    Raises StackError with what psql or pg_restore said.
    """
    before_17 = major(dsn) < 17
    psql = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"]
    plain = ["--no-owner", "--no-privileges", "--no-comments", "--file=-"]
    with (
        _Run(programs, "psql", *psql, dsn=dsn, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as target,
        _Run(programs, "pg_restore", *plain, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader,
    ):
        sink, script, source = target.process.stdin, reader.process.stdout, reader.process.stdin
        assert sink is not None
        assert script is not None
        threading.Thread(target=_feed, args=(stream, source), daemon=True).start()
        try:
            _write(script, sink, before_17=before_17, expected=expected)
            reader.check()  # before psql commits: a dump that breaks off must change nothing
            sink.close()
        except BrokenPipeError:
            reader.end()  # psql has ended and says why
        target.check()


def _write(script: IO[bytes], sink: IO[bytes], *, before_17: bool, expected: Mapping[str, int]) -> None:
    sink.write(EMPTY.encode())
    for line in _understood(script, before_17=before_17):
        sink.write(line)
    counts = json.dumps(dict(expected)).replace("'", "''")
    sink.write(COUNT.replace("{counts}", counts).encode())
    sink.flush()


def _understood(script: Iterable[bytes], *, before_17: bool) -> Iterator[bytes]:
    """The script without what the target does not know; rows of data pass as they are."""
    in_rows = False
    for line in script:
        if in_rows:
            in_rows = line != b"\\.\n"
        elif line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            in_rows = True
        elif before_17 and line.startswith(UNKNOWN_BEFORE_17):
            continue
        elif b"pg_attver=" in line and line.startswith(b"ALTER TABLE "):
            known = COLUMN_VERSION.sub(b"", line)
            if NO_OPTION_LEFT not in known:
                yield known
            continue
        yield line


def _feed(stream: IO[bytes], sink: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), sink:  # who reads has ended: it says why
        while chunk := stream.read(CHUNK):
            sink.write(chunk)


class _Run:
    """One program of PostgreSQL that runs beside its block, and is gone after it."""

    def __init__(self, programs: Programs, name: str, *options: str, dsn: str = "", **pipes: Any) -> None:
        command, environment = [programs.path(name), *options], dict(os.environ)
        if dsn:
            parts = parse_dsn(dsn)
            environment["PGPASSWORD"] = parts.pop("password", "")  # not where other users see it
            command.append(f"--dbname={make_dsn(**parts)}")
        self.name = name
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the program)
        self.process = subprocess.Popen(command, stderr=self.said, env=environment, **pipes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.end()
        self.said.close()

    def check(self) -> None:
        """Waits for its end; raises StackError, with its last words, unless it ended well."""
        if self.process.wait():
            self.said.seek(0)
            words = self.said.read().decode(errors="replace").strip().splitlines()[-LAST_WORDS:]
            raise StackError(f"{self.name} failed:\n" + "\n".join(words))

    def end(self) -> None:
        """Whatever it does: a psql that is killed has committed nothing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
