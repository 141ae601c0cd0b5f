"""A small process that runs one embedded server for as long as somebody uses it.

Users hold a shared lock (slahub.stack.embedded); the kernel lets go of it even when they are killed. Once
nobody holds it, the keeper stops the server and ends. The server inherits a lock of its own, so that whoever
gets it knows that no process of an earlier server is left: nothing is ever guessed from a process number.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from slahub.stack import identity
from slahub.stack.errors import StackError
from slahub.stack.locks import FileLock
from slahub.stack.places import place_of
from slahub.stack.servers import SERVERS, Place, Server

READY_SECONDS = 120  # recovery after a crash takes its time
STOP_SECONDS = 30
LOCK_SECONDS = 30
LOOK_SECONDS = 0.2
LOG_BYTES = 5_000_000


class Keeper:
    """Starts the server, restarts it when it crashes, stops it when the last user has gone."""

    def __init__(self, server: Server, home: Path, *, durable: bool) -> None:
        self.server = server
        self.home = home
        self.lock = FileLock(home / "keeper.lock")
        self.users = FileLock(home / "users.lock")
        self.note = home / "running.json"
        self.durable = durable
        self.stopping = False
        self.child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Keeps the server until it is not needed; prints its address as one line when it is ready."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        self._succeed()
        place = place_of(self.server, self.home, durable=self.durable)
        try:
            self._start(place)
            url = self.server.url(place)
            self.note.write_text(json.dumps({"url": url, "sockets": str(place.sockets), "pid": os.getpid()}))
            _say({"url": url})
            self._stay(place)
        finally:
            self.note.unlink(missing_ok=True)
            self._stop()
            if place.sockets.parent != self.home:
                shutil.rmtree(place.sockets, ignore_errors=True)

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def _succeed(self) -> None:
        self._get(self.lock)
        self.note.unlink(missing_ok=True)  # what a killed keeper left

    def _get(self, lock: FileLock) -> None:
        deadline = time.monotonic() + LOCK_SECONDS
        while not lock.try_take():
            if time.monotonic() > deadline:
                raise StackError(
                    f"An earlier {self.server.title} still runs in {self.home}. Stop it and try again."
                )
            time.sleep(LOOK_SECONDS)

    def _start(self, place: Place) -> None:
        with (
            FileLock(self.home / "server.lock") as lock,
            self._log().open("ab") as output,
        ):
            self._get(lock)
            self.server.prepare(place)
            self.child = subprocess.Popen(
                self.server.command(place),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                pass_fds=(
                    lock.fd,
                ),  # ours is closed now: it stays locked as long as the server has a process
                preexec_fn=identity.birth(place.identity, self.server.stop_signal),
            )
        deadline = time.monotonic() + READY_SECONDS
        while not self.server.answers(place):
            if self.child.poll() is not None or time.monotonic() > deadline:
                tail = self._log().read_text(errors="replace").splitlines()[-8:]
                raise StackError(
                    f"{self.server.title} does not start; {self._log()} says:\n" + "\n".join(tail)
                )
            time.sleep(0.03)

    def _log(self) -> Path:
        log = self.home / "server.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log

    def _stay(self, place: Place) -> None:
        while not self.stopping and not self.users.try_take():
            if self.child and self.child.poll() is not None:
                print(
                    f"{self.server.title} ended with {self.child.returncode}: starting it again",
                    file=sys.stderr,
                )
                time.sleep(1)
                self._start(place)
            time.sleep(LOOK_SECONDS)

    def _stop(self) -> None:
        if self.child is None or self.child.poll() is not None:
            return
        self.child.send_signal(self.server.stop_signal)
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def _say(answer: dict[str, str]) -> None:
    """Answers whoever started us, and lets go of the pipe: we outlive them."""
    print(json.dumps(answer), flush=True)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def main() -> int:
    parser = argparse.ArgumentParser(prog="keeper")
    parser.add_argument("server", choices=SERVERS)
    parser.add_argument("home", type=Path)
    parser.add_argument("--fast", action="store_true", help="nothing is forced to disk (tests)")
    options = parser.parse_args()
    try:
        Keeper(SERVERS[options.server], options.home, durable=not options.fast).run()
    except (StackError, OSError, subprocess.SubprocessError) as error:
        _say({"error": str(error)})
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
