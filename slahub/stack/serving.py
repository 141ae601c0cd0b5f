"""The whole installation on one machine: servers, then web, worker, beat and a mailbox as children."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from slahub.stack import embedded
from slahub.stack.identity import birth
from slahub.stack.locks import FileLock
from slahub.stack.pasteable import near
from slahub.stack.processes import Child, Log, Supervisor

PROJECT = Path(__file__).resolve().parents[2]
STOP_ORDER = ("beat", "web", "worker", "mailbox")
NAMES = ("setup", "mailbox", "web", "worker", "beat")
PORT_SECONDS = 15  # what a killed predecessor left may need to let go of the port
REVIVE_SECONDS = 5
HOST = "127.0.0.1"
WORKER = ("--worker-class", "slahub.stack.web_worker.ImpatientThreads")


def serve(*, port: int, demo: bool, folder: Path) -> None:
    """Runs everything until SIGINT or SIGTERM.

    Raises StackError when another `serve` runs on the same folder, the port is taken, a server does not
    start, or the set-up (migrations, demo) fails.
    """
    log = Log(sys.stdout, NAMES)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # during the set-up too both end us alike
    with _only_one(folder), _environment(port=port, demo=demo, folder=folder):
        _wait_for_port(port)
        with embedded.running(folder) as uses:
            _set_up(log, demo=demo)
            watch = Watch(log, port=port, uses=uses, folder=folder)
            Supervisor(children(port), log=log, stop_order=STOP_ORDER).run(watch.look)
    log.say("setup", f"Stopped; everything is kept in {near(folder, Path.cwd())}")


def children(port: int) -> list[Child]:
    """The processes, in the order in which they start; the mailbox only where no mail server is named."""
    celery = [
        sys.executable,
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "--quiet",
        "-A",
        "slahub.celery",
    ]
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    web = ["gunicorn", "slahub.wsgi", "--bind", f"{HOST}:{port}", "--preload", *WORKER]
    sizes = [
        "--workers",
        "2",
        "--threads",
        "4",
        "--graceful-timeout",
        "3",
        "--timeout",
        "120",
        "--no-control-socket",
    ]
    beat = ["beat", "--pidfile=", "--loglevel", "INFO"]
    found = [
        Child("web", [sys.executable, "-m", *web, *sizes]),
        Child("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", *lean]),
        Child("beat", [*celery, *beat], stop_seconds=2),
    ]
    if os.environ.get("LOCAL_MAILBOX"):
        mailbox_port = os.environ["EMAIL_URL"].rpartition(":")[2]
        found.insert(0, Child("mailbox", [*_manage("mailbox"), "--port", mailbox_port], stop_seconds=2))
    return found


class Watch:
    """Says once where the hub answers; brings back an embedded server whose keeper was killed."""

    def __init__(self, log: Log, *, port: int, uses: Sequence[embedded.Use], folder: Path) -> None:
        self.log = log
        self.port = port
        self.uses = uses
        self.notes = folder / "demo-logins"
        self.code = folder / "setup-code"
        self.announced = False
        self.next_revival = time.monotonic() + REVIVE_SECONDS

    def look(self) -> None:
        if not self.announced and _answers(self.port):
            self.announced = True
            self._announce()
        if time.monotonic() >= self.next_revival:
            for use in self.uses:
                use.find_or_start()
            self.next_revival = time.monotonic() + REVIVE_SECONDS

    def _announce(self) -> None:
        lines = ["", f"  SLA Hub is ready: http://localhost:{self.port}/"]
        if self.notes.exists():
            lines += [f"  {line}" for line in self.notes.read_text().splitlines()]
        if self.code.exists():
            lines.append(
                f"  The first administrator comes in at http://localhost:{self.port}/setup/first/"
                f" with the one-time code {self.code.read_text()}"
            )
        if os.environ.get("LOCAL_MAILBOX"):
            lines.append(f"  Mails are caught here: read them at http://localhost:{self.port}/mailbox/")
        lines += ["  Ctrl-C stops everything; the data stays.", ""]
        for line in lines:
            self.log.say("setup", line)


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "serve.lock") as lock:
        if not lock.try_take():
            raise embedded.StackError(
                f"Another serve runs on {folder}. Stop it first, or give this one its own DATA_DIR and PORT."
            )
        yield


@contextlib.contextmanager
def _environment(*, port: int, demo: bool, folder: Path) -> Iterator[None]:
    """What children read: where they are, whose data, and a mailbox where no mail server is named."""
    ours = {"PORT": str(port), "DATA_DIR": str(folder), "DEMO": "yes" if demo else "no"}
    if not {"EMAIL_URL", "EMAIL_URL_FILE", "EMAIL_HOST"} & {
        name for name, value in os.environ.items() if value
    }:
        ours |= {"EMAIL_URL": f"smtp://{HOST}:{_free_port()}", "LOCAL_MAILBOX": "yes"}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "port").write_text(str(port))  # for commands that run beside us: environment.served_port
    try:
        yield
    finally:
        (folder / "port").unlink(missing_ok=True)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _set_up(log: Log, *, demo: bool) -> None:
    command = [*_manage("prepare"), *(["--demo"] if demo else [])]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=birth(None, signal.SIGTERM)
    )
    assert process.stdout is not None
    try:
        log.copy("setup", process.stdout)
    except BaseException:
        process.terminate()
        raise
    finally:
        process.wait()
    if process.returncode:
        raise embedded.StackError("The set-up failed; its messages are above.")


def _manage(command: str) -> list[str]:
    return [sys.executable, str(PROJECT / "manage.py"), command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + PORT_SECONDS
    while not _is_free(port):
        if time.monotonic() > deadline:
            raise embedded.StackError(
                f"Port {port} is taken by another program: choose one with PORT or --port."
            )
        time.sleep(0.5)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0
