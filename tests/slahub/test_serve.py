"""`manage.py serve`, as a person starts it: up, watched, refused a second time, and gone without a trace."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("serve")]
PROJECT = Path(__file__).resolve().parents[2]


class Serve:
    """One running stack with a folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / "serve.log"
        given = (
            "DATABASE_URL",
            "REDIS_URL",
            "SECRET_KEY",
            "EMAIL_URL",
            "EMAIL_HOST",
            "DJANGO_SETTINGS_MODULE",
        )
        self.environment = {name: value for name, value in os.environ.items() if name not in given}
        self.environment |= {"DATA_DIR": str(folder / "data"), "PORT": str(self.port)}
        self.start()

    def start(self) -> None:
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                self.command(),
                cwd=PROJECT,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def command(self) -> list[str]:
        return [sys.executable, "manage.py", "serve", "--no-demo"]

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def wait_until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.2)

    def processes(self) -> list[int]:
        """Every process that knows this stack's folder, by its arguments or its environment."""
        mark = self.environment["DATA_DIR"].encode()
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if mark in _known_to(path)]


def _known_to(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    stack = Serve(tmp_path)
    yield stack
    if stack.process.poll() is None:
        stack.process.send_signal(signal.SIGINT)
        stack.process.wait(40)


def test_the_stack_comes_up_is_not_started_twice_and_ends_without_a_trace(serve: Serve) -> None:
    serve.wait_until(lambda: serve.status("/readyz") == 200)

    second = subprocess.run(
        serve.command(), cwd=PROJECT, env=serve.environment, capture_output=True, text=True
    )
    assert second.returncode != 0
    assert "Another serve runs on" in second.stderr

    before = time.monotonic()
    serve.process.send_signal(signal.SIGTERM)
    assert serve.process.wait(30) == 0
    assert time.monotonic() - before < 15
    assert serve.processes() == []
    log, home = serve.log.read_text(), serve.environment["DATA_DIR"]
    assert f"Stopped; everything is kept in {home}\n" in log
    assert f"Mails are caught here: read them at http://localhost:{serve.port}/mailbox/\n" in log
    told = re.search(rf"http://localhost:{serve.port}/setup/first/ with the one-time code (\S+)\n", log)
    assert told is not None
    assert (Path(home) / "setup-code").read_text() == told[1]
    assert (Path(home) / "setup-code").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="children follow a killed parent on Linux only"
)
def test_a_killed_stack_starts_again_at_once(serve: Serve) -> None:
    serve.wait_until(lambda: serve.status("/healthz") == 200)
    serve.process.kill()
    serve.process.wait()

    serve.start()

    serve.wait_until(lambda: "SLA Hub is ready" in serve.log.read_text() and serve.status("/readyz") == 200)
