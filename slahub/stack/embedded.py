"""A real PostgreSQL and a real Valkey for a machine without them; shared by everything under one DATA_DIR.

    with embedded.running():
        ...  # DATABASE_URL and REDIS_URL are set, here and for child processes

The first user starts them, the last one stops them, the data stays. What DATABASE_URL or REDIS_URL already
names is used as it is. Each server has a keeper process (slahub.stack.keeper); users and keepers meet in
`DATA_DIR/<server>/`:

    users.lock    shared by everybody who uses the server
    start.lock    held while somebody looks for it or starts it
    keeper.lock   held by the keeper
    server.lock   held by the server and every process of it
    running.json  where it answers
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from slahub.environment import given, secret_key
from slahub.stack.errors import StackError
from slahub.stack.locks import FileLock
from slahub.stack.servers import SERVERS, Server

__all__ = ["StackError", "Use", "data_dir", "running"]

PROJECT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 35
LOOK_SECONDS = 0.05


def data_dir() -> Path:
    """DATA_DIR of the environment, `.local` without it."""
    return Path(os.environ.get("DATA_DIR") or ".local").absolute()


class Use:
    """One user's hold on one server."""

    def __init__(self, server: Server, folder: Path, *, durable: bool) -> None:
        self.server = server
        self.home = folder / server.name
        self.durable = durable
        self.keeper: subprocess.Popen[bytes] | None = None
        server.program()  # says at once when the platform has none
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            self.lock = FileLock(self.home / "users.lock")
        except PermissionError as error:
            raise StackError(
                f"{self.home} belongs to another user. Choose a DATA_DIR of your own."
            ) from error
        self.lock.share()

    def find_or_start(self) -> str:
        """The server's address; it is started unless it runs. Call again to revive a killed keeper."""
        with (
            FileLock(self.home / "start.lock") as start,
            FileLock(self.home / "keeper.lock") as keeper,
        ):
            start.take()
            if keeper.try_share():  # nobody keeps it
                keeper.release()
                return self._start()
            return self._find()

    def leave(self) -> None:
        """Lets go; the last user waits until the server has stopped."""
        self.lock.release()
        deadline = time.monotonic() + STOP_SECONDS
        with FileLock(self.home / "keeper.lock") as keeper:
            while time.monotonic() < deadline and not keeper.try_share() and not self._used_by_others():
                time.sleep(LOOK_SECONDS)
        self.lock.close()
        if self.keeper:
            self.keeper.poll()

    def _start(self) -> str:
        command = [
            sys.executable,
            "-m",
            "slahub.stack.keeper",
            self.server.name,
            str(self.home),
        ]
        with (self.home / "keeper.log").open("ab") as log:
            self.keeper = subprocess.Popen(
                command if self.durable else [*command, "--fast"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C at the terminal is for its users, not for it
            )
        assert self.keeper.stdout is not None
        with self.keeper.stdout as pipe:
            line = pipe.readline()
        answer: dict[str, str] = json.loads(line) if line else {"error": f"see {self.home / 'keeper.log'}"}
        if "url" not in answer:
            self.keeper.wait()
            raise StackError(
                f"{answer['error']}\n(To use a {self.server.title} of your own instead: "
                f"{self.server.variable}={self.server.example})"
            )
        return answer["url"]

    def _find(self) -> str:
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
                return str(json.loads((self.home / "running.json").read_text())["url"])
            with FileLock(self.home / "keeper.lock") as keeper:
                if keeper.try_share():  # it was ending just then
                    keeper.release()
                    return self._start()
            time.sleep(LOOK_SECONDS)
        raise StackError(
            f"{self.server.title} in {self.home} neither answers nor ends. Stop it and try again."
        )

    def _used_by_others(self) -> bool:
        if self.lock.try_take():
            self.lock.release()  # nobody: the keeper is about to notice
            return False
        if self.lock.try_share():
            self.lock.release()
            return True
        return False  # the keeper has taken it: it is stopping the server


@contextlib.contextmanager
def running(folder: Path | None = None, *, durable: bool = True) -> Iterator[list[Use]]:
    """Within it DATABASE_URL, REDIS_URL and SECRET_KEY are set; yields a hold for each embedded server.

    `durable=False` trades safety on a power cut for speed (tests). Raises StackError when a server has no
    build for the platform or does not start, with what to do.
    """
    home = folder or data_dir()
    names = [*(server.variable for server in SERVERS.values()), "SECRET_KEY"]
    before = {name: os.environ.get(name) for name in names}
    uses: list[Use] = []
    try:
        for server in SERVERS.values():
            if not given(server.variable):
                uses.append(Use(server, home, durable=durable))
                os.environ[server.variable] = uses[-1].find_or_start()
                if server.variable == "DATABASE_URL" and not given("SECRET_KEY"):
                    os.environ["SECRET_KEY"] = secret_key(home)
        yield uses
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        for use in uses:
            use.leave()
