"""Runs a list of child processes until it is told to stop: prefixed logs, restarts, an ordered end."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TextIO

from slahub.stack.identity import birth

FIRST_DELAY = 1.0  # seconds before a crashed child is started again; doubles up to LONGEST_DELAY
LONGEST_DELAY = 30.0
STEADY_SECONDS = 60.0  # a child that lived so long starts again with FIRST_DELAY
LOOK_SECONDS = 0.2
COLOURS = (36, 32, 35, 33, 34)


@dataclass(frozen=True)
class Child:
    """What to run, and how long it may take to end once asked (SIGTERM) before it is killed."""

    name: str
    command: Sequence[str]
    stop_seconds: float = 4.0
    environment: Mapping[str, str] = field(default_factory=dict)


class Log:
    """Writes whole lines, each with its author's name; several threads at once."""

    def __init__(self, out: TextIO, names: Sequence[str]) -> None:
        self.out = out
        self.width = max(map(len, names), default=0)
        self.colours = dict(zip(names, COLOURS * len(names), strict=False)) if out.isatty() else {}
        self.lock = threading.Lock()

    def say(self, name: str, line: str) -> None:
        colour = self.colours.get(name)
        label = f"{name:<{self.width}} |"
        with self.lock, contextlib.suppress(BrokenPipeError):
            print(
                f"\x1b[{colour}m{label}\x1b[0m {line}" if colour else f"{label} {line}",
                file=self.out,
                flush=True,
            )

    def copy(self, name: str, stream: IO[bytes]) -> None:
        """Every line of `stream` until its end."""
        with stream:
            for line in stream:
                self.say(name, line.decode(errors="replace").rstrip())


class Running:
    """One child over its restarts."""

    def __init__(self, child: Child, log: Log) -> None:
        self.child = child
        self.log = log
        self.delay = FIRST_DELAY
        self.start_again_at: float | None = None
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.start_again_at = None
        self.process = subprocess.Popen(
            self.child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.child.environment},
            start_new_session=True,  # Ctrl-C reaches us only: the end has an order
            preexec_fn=birth(None, signal.SIGTERM),  # and if we are killed, it ends too
        )
        assert self.process.stdout is not None
        self.reader = threading.Thread(
            target=self.log.copy, args=(self.child.name, self.process.stdout), daemon=True
        )
        self.reader.start()

    def look(self, now: float) -> None:
        """Starts it again when it has ended by itself and its delay is over."""
        if self.start_again_at is not None:
            if now >= self.start_again_at:
                self.start()
        elif self.process.poll() is not None:
            self._clear_group()
            if now - self.started_at > STEADY_SECONDS:
                self.delay = FIRST_DELAY
            self.log.say(
                self.child.name, f"ended by itself ({self._how()}); it is started again in {self.delay:.0f} s"
            )
            self.start_again_at = now + self.delay
            self.delay = min(self.delay * 2, LONGEST_DELAY)

    def stop(self) -> None:
        """Asks it to end, waits, kills what is left of it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(self.child.stop_seconds)
            except subprocess.TimeoutExpired:
                self.log.say(
                    self.child.name, f"did not end within {self.child.stop_seconds:.0f} s and is killed"
                )
        self._clear_group()
        self.process.wait()
        self.reader.join(1)

    def _clear_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _how(self) -> str:
        code = self.process.returncode
        return signal.Signals(-code).name if code < 0 else f"status {code}"


class Supervisor:
    """Starts children in the given order, keeps them alive, stops them in the order of `stop_order`.

    `every_look` is called a few times a second; it may raise to end everything.
    """

    def __init__(self, children: Sequence[Child], *, log: Log, stop_order: Sequence[str]) -> None:
        self.children = children
        self.log = log
        self.stop_order = stop_order
        self.signals: list[int] = []

    def run(self, every_look: Callable[[], None] = lambda: None) -> None:
        """Returns after SIGINT or SIGTERM, when every child has ended. Call it in the main thread."""
        before = {
            number: signal.signal(number, self._note)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        running: dict[str, Running] = {}
        try:
            for child in self.children:
                running[child.name] = Running(child, self.log)
            while not self.signals:
                every_look()
                for one in running.values():
                    one.look(time.monotonic())
                time.sleep(LOOK_SECONDS)
        finally:
            for name in self.stop_order:
                if name in running:
                    running[name].stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: object) -> None:
        self.signals.append(number)
