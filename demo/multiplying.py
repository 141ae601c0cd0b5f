"""Makes a company many times as large as the story: further copies of it, written by COPY.

What judging, reports and people made of the story is copied with it, so that nothing waits to be judged and
judging everything afresh would change no row.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from demo.copied import TABLES, Copied
from demo.renaming import NUMBER, ORDINAL, Ids, Rename, Renaming
from measurement import day_tallies, kept, readings
from measurement.engine import Engine
from measurement.judging import be_the_only_one

#: From so many copies on, indexes are dropped and made again: building one is cheaper than filling it.
MANY = 12
MEMORY = "256MB"  # for building an index
CHUNK = 1 << 18  # bytes

Progress = Callable[[str], None]

INDEXES = """
SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = %s::regclass AND NOT x.indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid AND c.conrelid = x.indrelid)
"""
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype DESC, conname
"""
#: What a baseline was at its signing is shown beside it; other copies had as many.
BASELINES = "UPDATE measurement_baseline SET numerator = numerator * %(n)s, denominator = denominator * %(n)s"


def multiply(times: int, *, as_of: datetime, progress: Progress, many: int = MANY) -> None:
    """Make the company so many times as large, in the caller's transaction; memory does not grow with it.

    ``many``: from so many copies on, indexes are dropped and made again.
    """
    if times == 1:
        return
    be_the_only_one()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        renaming = _choose(cursor)
        with _without_triggers(cursor), _without_indexes(cursor, progress) if times >= many else _as_is():
            for table, copied in TABLES.items():
                progress(f"{table}, {times} times")
                _copy(cursor, table, copied, renaming, times)
        for table, copied in TABLES.items():
            if copied.has_id:
                _advance(cursor, table)
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(BASELINES, {"n": times})
    progress("readings")
    readings.rebuild(Engine().promises, as_of=as_of)
    progress("journeys and tallies of days")
    kept.rebuild(as_of=as_of)
    day_tallies.rebuild(as_of=as_of)


def _choose(cursor: Any) -> Renaming:
    """Which rows are copied: a temporary table of ids for each table, for this transaction."""
    ids = {}
    for table, copied in TABLES.items():
        if copied.has_id:
            chosen = f"CREATE TEMPORARY TABLE copied_{table} ON COMMIT DROP AS SELECT id FROM {table}"
            cursor.execute(f"{chosen} WHERE {copied.rows}")
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
            (highest,) = cursor.fetchone()
            cursor.execute(f"SELECT id FROM copied_{table}")
            ids[table] = Ids.of({number for (number,) in cursor.fetchall()}, highest=highest)
    cursor.execute("SELECT external_id FROM leads_event WHERE id IN (SELECT id FROM copied_leads_event)")
    mentioned = {name for (name,) in cursor.fetchall()}
    cursor.execute("SELECT external_id FROM leads_ref WHERE type = 'call'")
    return Renaming(ids, mentioned.union(name for (name,) in cursor.fetchall()))


def _copy(cursor: Any, table: str, copied: Copied, renaming: Renaming, times: int) -> None:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    columns = [column.name for column in cursor.description]
    template = _template(cursor, table, copied, renaming, columns)
    if template:
        listed = ", ".join(map(connection.ops.quote_name, columns))
        cursor.copy_expert(f"COPY {table} ({listed}) FROM STDIN", _Stream(_copies(template, times)), CHUNK)


def _template(cursor: Any, table: str, copied: Copied, renaming: Renaming, columns: Sequence[str]) -> bytes:
    """The copied rows of the story as COPY reads them, with marks where the copy's number belongs."""
    rows = f"id IN (SELECT id FROM copied_{table})" if copied.has_id else copied.rows
    listed = ", ".join(f"{connection.ops.quote_name(column)}::text" for column in columns)
    cursor.execute(f"SELECT {listed} FROM {table} WHERE {rows} ORDER BY 1")
    known = copied.columns(renaming)
    renames = [known.get(column) for column in columns]
    fixed = [copied.fixed.get(column) for column in columns]
    lines = []
    for row in cursor.fetchall():
        values = (
            _said(value, rename) if once is None else once
            for value, rename, once in zip(row, renames, fixed, strict=True)
        )
        lines.append("\t".join(values) + "\n")
    return "".join(lines).encode()


def _said(value: str | None, rename: Rename | None) -> str:
    """A value as COPY reads it."""
    if value is None:
        return r"\N"
    value = value if rename is None else rename(value)
    if "\\" in value:
        value = value.replace("\\", r"\\")
    return value.replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")


def _copies(template: bytes, times: int) -> Iterator[bytes]:
    number, ordinal = NUMBER.encode(), ORDINAL.encode()
    for copy in range(1, times):
        yield template.replace(number, b"%d" % copy).replace(ordinal, b"%d" % (copy + 1))


class _Stream:
    """A file that is made while it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._part = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._part:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._part = memoryview(part)
        chunk, self._part = self._part[:size], self._part[size:]
        return bytes(chunk)


def _advance(cursor: Any, table: str) -> None:
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


@contextmanager
def _as_is() -> Iterator[None]:
    yield


@contextmanager
def _without_triggers(cursor: Any) -> Iterator[None]:
    """What they keep in step with these tables is made anew afterwards."""
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def _without_indexes(cursor: Any, progress: Progress) -> Iterator[None]:
    """Without secondary indexes and foreign keys; they are made again as they were."""
    again: list[tuple[str, str]] = []
    for table in TABLES:
        cursor.execute(INDEXES, [table])
        indexes = cursor.fetchall()
        cursor.execute(CONSTRAINTS, [table])
        constraints = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for name, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        again += [(table, definition) for _, definition in indexes]
        again += [
            (table, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {said}') for name, said in constraints
        ]
    yield
    cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
    for table, statement in again:
        progress(f"indexes of {table}")
        cursor.execute(statement)
