"""The supervisor keeps children alive, says what happens, and ends them in order; with real processes."""

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from slahub.stack import processes
from slahub.stack.processes import Child, Log, Supervisor

pytestmark = pytest.mark.processes

WAITS = """
import pathlib, signal, sys, time
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
def leave(*_):
    with (folder / "order").open("a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
with (folder / (name + ".starts")).open("a") as file:
    file.write("x")
print("hello from", name)
time.sleep(60)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


def waiting(name: str, folder: Path) -> Child:
    return Child(name, [sys.executable, "-c", WAITS, name, str(folder)])


def starts(folder: Path, name: str) -> int:
    path = folder / f"{name}.starts"
    return len(path.read_text()) if path.exists() else 0


def supervise(children: list[Child], until: Callable[[str], bool], stop_order: list[str]) -> str:
    """Runs them in this process until `until(log)`, then asks as Ctrl-C does; returns the log."""
    out = io.StringIO()
    deadline = time.monotonic() + 20

    def look() -> None:
        if until(out.getvalue()) or time.monotonic() > deadline:
            os.kill(os.getpid(), signal.SIGINT)

    log = Log(out, [child.name for child in children])
    Supervisor(children, log=log, stop_order=stop_order).run(look)
    assert time.monotonic() < deadline, out.getvalue()
    return out.getvalue()


@pytest.fixture(autouse=True)
def in_the_main_thread() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.fail("signals reach only the main thread")


def test_each_line_of_a_child_carries_its_name(tmp_path: Path) -> None:
    log = supervise([waiting("web", tmp_path)], lambda log: "hello" in log, ["web"])

    assert log == "web | hello from web\n"


def test_children_end_in_the_order_asked_for(tmp_path: Path) -> None:
    names = ["mailbox", "web", "worker", "beat"]
    order = ["beat", "web", "worker", "mailbox"]

    supervise([waiting(name, tmp_path) for name in names], lambda log: log.count("hello") == 4, order)

    assert (tmp_path / "order").read_text().split() == order


def test_a_crashed_child_is_started_again_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "FIRST_DELAY", 0.1)
    crashes = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    log = supervise(
        [waiting("web", tmp_path), Child("worker", [sys.executable, "-c", crashes])],
        lambda log: log.count("SIGKILL") == 3,
        ["worker", "web"],
    )

    assert "worker | ended by itself (SIGKILL); it is started again in 0 s" in log
    assert starts(tmp_path, "web") == 1


def test_a_child_that_will_not_end_is_killed(tmp_path: Path) -> None:
    deaf = Child("deaf", [sys.executable, "-c", DEAF], stop_seconds=0.5)
    before = time.monotonic()

    log = supervise([deaf], lambda log: "deaf | deaf" in log, ["deaf"])

    assert "did not end within" in log
    assert time.monotonic() - before < 10


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="children follow a killed parent on Linux only"
)
def test_children_of_a_killed_supervisor_end_too(tmp_path: Path) -> None:
    parent = os.fork()
    if parent == 0:
        log = Log(io.StringIO(), ["web"])
        Supervisor([waiting("web", tmp_path)], log=log, stop_order=["web"]).run()
        os._exit(0)
    while starts(tmp_path, "web") == 0:
        time.sleep(0.05)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)

    end = time.monotonic() + 10
    while not (tmp_path / "order").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert (tmp_path / "order").read_text() == "web\n"
