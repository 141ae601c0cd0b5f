"""A dump is one instant, and is put back whole or not at all."""

import contextlib
import io
import os
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from psycopg2.extensions import make_dsn, parse_dsn

from slahub.stack import dumping
from slahub.stack.dumping import _understood
from slahub.stack.errors import StackError
from slahub.stack.programs import Programs, clients

pytestmark = pytest.mark.processes


def execute(dsn: str, *statements: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(psycopg2.connect(dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def databases() -> Iterator[tuple[str, str]]:
    """Two databases of this test's own: one with what our migrations make, one with something else."""
    server = {**parse_dsn(settings.DATABASE_URL), "dbname": "postgres"}
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    names = (f"dump_source_{worker}", f"dump_target_{worker}")
    dsns = [make_dsn(**{**server, "dbname": name}) for name in names]
    for name in names:
        execute(make_dsn(**server), f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    execute(
        dsns[0],
        "CREATE EXTENSION btree_gist",
        "CREATE TABLE fact (id int PRIMARY KEY, said text, EXCLUDE USING gist (id WITH =))",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''final''; END'",
        "CREATE TRIGGER final BEFORE UPDATE ON fact FOR EACH ROW EXECUTE FUNCTION refuse()",
        "INSERT INTO fact SELECT n, E'\\\\.\\nSET lock_timeout = 0;' || n FROM generate_series(1, 500) n",
    )
    execute(
        dsns[1],
        "CREATE EXTENSION btree_gist",
        "CREATE TABLE older (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
        "CREATE FUNCTION older_rule() RETURNS void LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW seen AS SELECT * FROM older",
        "INSERT INTO older DEFAULT VALUES",
    )
    yield dsns[0], dsns[1]
    for name in names:
        execute(make_dsn(**server), f"DROP DATABASE {name} WITH (FORCE)")


def programs(dsn: str) -> Programs:
    return clients(at_least=dumping.major(dsn))


def dumped(dsn: str, meanwhile: str = "") -> tuple[bytes, dict[str, int]]:
    with dumping.snapshot(dsn) as taken:
        if meanwhile:
            execute(dsn, meanwhile)
        with dumping.dump(dsn, programs(dsn), taken) as stream:
            return stream.read(), taken.rows


def still_as_it_was(dsn: str) -> bool:
    return execute(dsn, "SELECT count(*) FROM seen") == [(1,)]


def test_what_is_put_back_is_the_instant_of_the_snapshot_and_nothing_else(databases) -> None:
    source, target = databases
    dump, rows = dumped(source, meanwhile="INSERT INTO fact VALUES (999, 'later')")

    dumping.load(io.BytesIO(dump), target, programs(target), rows)

    assert rows == {"fact": 500}
    assert execute(target, "SELECT id, said FROM fact ORDER BY id") == execute(
        source, "SELECT id, said FROM fact WHERE id < 999 ORDER BY id"
    )
    assert execute(target, "SELECT to_regclass('older'), to_regproc('older_rule')") == [(None, None)]
    with pytest.raises(psycopg2.errors.RaiseException, match="final"):
        execute(target, "UPDATE fact SET said = ''")


def test_a_dump_that_breaks_off_changes_nothing(databases) -> None:
    source, target = databases
    dump, rows = dumped(source)

    with pytest.raises(StackError, match=r"pg_restore|psql"):
        dumping.load(io.BytesIO(dump[: len(dump) * 2 // 3]), target, programs(target), rows)
    assert still_as_it_was(target)


def test_other_rows_than_the_manifest_names_change_nothing(databases) -> None:
    source, target = databases
    dump, rows = dumped(source)

    with pytest.raises(StackError, match="table fact has 500 rows where the backup has 501"):
        dumping.load(io.BytesIO(dump), target, programs(target), rows | {"fact": 501})
    assert still_as_it_was(target)


def test_a_database_without_the_right_to_the_extension_says_so_and_stays(databases) -> None:
    source, target = databases
    execute(target, "DROP ROLE IF EXISTS ordinary", "CREATE ROLE ordinary LOGIN")
    ordinary = make_dsn(**{**parse_dsn(target), "user": "ordinary"})
    dump, rows = dumped(source)

    try:
        with pytest.raises(StackError, match="psql failed"):
            dumping.load(io.BytesIO(dump), ordinary, programs(target), rows)
        assert still_as_it_was(target)
    finally:
        execute(target, "DROP ROLE ordinary")


@pytest.mark.parametrize(
    ("before_17", "line", "passes"),
    [
        (True, b"SET transaction_timeout = 0;\n", b""),
        (False, b"SET transaction_timeout = 0;\n", b"SET transaction_timeout = 0;\n"),
        (False, b"ALTER TABLE ONLY public.a ALTER COLUMN b SET (pg_attver=23376672);\n", b""),
        (
            False,
            b"ALTER TABLE ONLY public.a ALTER COLUMN b SET (pg_attver=7, n_distinct=5);\n",
            b"ALTER TABLE ONLY public.a ALTER COLUMN b SET (n_distinct=5);\n",
        ),
        (
            False,
            b"ALTER TABLE ONLY public.a ALTER COLUMN b SET (n_distinct=5, pg_attver=7);\n",
            b"ALTER TABLE ONLY public.a ALTER COLUMN b SET (n_distinct=5);\n",
        ),
    ],
)
def test_what_the_target_does_not_know_is_left_out(before_17, line, passes) -> None:
    assert b"".join(_understood([line], before_17=before_17)) == passes


def test_rows_of_data_pass_as_they_are() -> None:
    rows = [
        b"COPY public.fact (id, said) FROM stdin;\n",
        b"SET transaction_timeout = 0;\n",
        b"ALTER TABLE a SET (pg_attver=7);\n",
        b"\\.\n",
    ]

    assert list(_understood([*rows, b"SET transaction_timeout = 0;\n"], before_17=True)) == rows


def test_programs_too_old_for_the_server_are_named() -> None:
    with pytest.raises(StackError, match="postgresql-client-99"):
        clients(at_least=99)
