"""The embedded servers start, are found again, are shared, and stop with their last user, however it ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from slahub.stack import embedded, servers
from slahub.stack.identity import Identity, birth

pytestmark = pytest.mark.processes
PROJECT = Path(__file__).resolve().parents[2]
USER = """
import os, sys
from pathlib import Path
from slahub.stack import embedded
with embedded.running(Path(sys.argv[1]), durable=False):
    print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def without_given_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@contextlib.contextmanager
def another_user(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A second process that uses the servers under `folder`, and the addresses that it got."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield process, process.stdout.readline().split()
    finally:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait(40)
        process.stdout.close()


def keeper_pid(folder: Path, server: str) -> int:
    return int(json.loads((folder / server / "running.json").read_text())["pid"])


def server_pid(folder: Path) -> int:
    return int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def answers(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def count_visits(url: str) -> int:
    with (
        contextlib.closing(psycopg2.connect(url)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE IF NOT EXISTS visit (at int); INSERT INTO visit VALUES (1)")
        cursor.execute("SELECT count(*) FROM visit")
        return int(cursor.fetchone()[0])


def test_data_survives_a_restart_and_nothing_stays_running(folder: Path) -> None:
    visits = []
    for _ in range(2):
        with embedded.running(folder):
            url = os.environ["DATABASE_URL"]
            client = redis.from_url(os.environ["REDIS_URL"])
            visits.append((count_visits(url), client.incr("visits")))
            client.close()
        assert not answers(url)

    assert visits == [(1, 1), (2, 2)]


def test_two_processes_share_one_server_and_the_last_one_stops_it(folder: Path) -> None:
    with another_user(folder) as (first, addresses), another_user(folder) as (_second, same_addresses):
        first.stdin.close()
        first.wait(20)
        assert same_addresses == addresses
        assert answers(addresses[0])
    assert not answers(addresses[0])


def test_a_user_that_is_killed_leaves_nothing_running(folder: Path) -> None:
    with another_user(folder) as (process, addresses):
        process.kill()

    assert eventually(lambda: not answers(addresses[0]))
    assert eventually(lambda: not (folder / "postgres" / "running.json").exists())


def test_a_server_that_is_killed_comes_back_under_its_address(folder: Path) -> None:
    with embedded.running(folder):
        url = os.environ["DATABASE_URL"]
        count_visits(url)
        os.kill(server_pid(folder), signal.SIGKILL)
        assert eventually(lambda: not answers(url))
        assert eventually(lambda: answers(url))
        assert count_visits(url) == 2


def test_when_keeper_and_server_are_killed_the_next_start_recovers(
    folder: Path,
) -> None:
    with embedded.running(folder) as uses:
        assert count_visits(os.environ["DATABASE_URL"]) == 1
        postmaster = server_pid(folder)
        os.kill(keeper_pid(folder, "postgres"), signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(postmaster, signal.SIGKILL)
        assert uses[0].keeper
        uses[0].keeper.wait(10)
        url = uses[0].find_or_start()
        assert count_visits(url) == 2


def test_a_stale_note_of_a_process_number_in_use_does_not_block_the_start(
    folder: Path,
) -> None:
    with embedded.running(folder):
        notes = (folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    stale = folder / "postgres" / "data" / "postmaster.pid"
    stale.write_text("\n".join([str(os.getppid()), *notes[1:]]) + "\n")

    with embedded.running(folder):
        assert answers(os.environ["DATABASE_URL"])


def test_an_interrupted_first_start_is_begun_afresh(folder: Path) -> None:
    half = folder / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    with embedded.running(folder):
        assert answers(os.environ["DATABASE_URL"])


def test_a_path_too_long_for_a_socket_still_works(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)

    with embedded.running(folder):
        url = os.environ["DATABASE_URL"]
        assert answers(url)
        sockets = Path(json.loads((folder / "postgres" / "running.json").read_text())["sockets"])
    assert not sockets.exists()


def test_a_folder_closed_to_others_still_works(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with embedded.running(closed / "data"):
        assert answers(os.environ["DATABASE_URL"])
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_starts_them_as_itself(tmp_path: Path) -> None:
    folder = Path("/tmp") / f"slahub-ordinary-{os.getpid()}"
    folder.mkdir(mode=0o755)
    os.chown(folder, 65534, 65534)
    done = subprocess.run(
        [sys.executable, "-c", USER, folder / "data"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=PROJECT,
        preexec_fn=birth(Identity(65534, 65534, passes=True)),  # the interpreter may lie in a closed folder
    )
    subprocess.run(["rm", "-rf", folder], check=True)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("postgresql://")


def test_what_the_environment_names_is_used_as_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.com/sla")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example.com/0")

    with embedded.running(folder) as uses:
        assert uses == []
        assert os.environ["DATABASE_URL"] == "postgresql://db.example.com/sla"
    assert not folder.exists()


def test_a_platform_without_a_build_is_told_what_to_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers.Valkey, "package", "no_such_wheel")

    with (
        pytest.raises(embedded.StackError, match="REDIS_URL=redis://"),
        embedded.running(folder),
    ):
        pass


def test_the_environment_is_as_before_afterwards(folder: Path) -> None:
    with embedded.running(folder):
        assert len(os.environ["SECRET_KEY"]) >= 50

    assert not {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"} & set(os.environ)
