"""Processes that work side by side and are killed now and then, in the middle of whatever they do."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from random import Random
from typing import Any

from django.db import OperationalError, connections

from core.retrying import is_collision

#: Does the work from a step on, and tells each step that it begins.
Work = Callable[[int, Callable[[int], None]], None]

FORK = get_context("fork")
LATEST = 0.06
LONGEST = 300


@dataclass(slots=True)
class Worker:
    """One place of work; whoever is killed there is followed by another, who goes on with the step begun."""

    work: Work
    process: Any = None
    pipe: Connection | None = None
    step: int = 0
    kills: int = 0
    kill_at: float | None = None
    finished: bool = field(default=False)

    def start(self) -> None:
        """A new process, from the last step on that was begun."""
        here, there = FORK.Pipe(duplex=False)
        self.process = FORK.Process(target=_run, args=(self.work, self.step, there))
        self.process.start()
        there.close()
        self.pipe, self.kill_at = here, None

    def hear(self, chance: Random, killed: float) -> None:
        """What the process tells: a step, or that it has ended."""
        assert self.pipe is not None
        try:
            self.step = self.pipe.recv()
        except EOFError:
            self._ended()
            return
        if self.kill_at is None and chance.random() < killed:
            self.kill_at = time.monotonic() + chance.uniform(0, LATEST)

    def kill_in_time(self) -> None:
        """Kill the process when its time has come."""
        if self.kill_at is not None and time.monotonic() >= self.kill_at and self.process.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)
            self.kill_at = None

    def stop(self) -> None:
        """For good."""
        self.process.kill()
        self.process.join()

    def _ended(self) -> None:
        self.process.join()
        if self.process.exitcode == -signal.SIGKILL:
            self.kills += 1
            self.start()
            return
        assert self.process.exitcode == 0, f"ended with {self.process.exitcode}"
        self.finished = True


def side_by_side(
    work: Sequence[Work], beside: Sequence[Work], *, killed: float, chance: Random
) -> tuple[int, int]:
    """Until all ``work`` is done, with ``beside`` that never ends; how often each kind was killed."""
    connections.close_all()
    workers, others = [Worker(each) for each in work], [Worker(each) for each in beside]
    deadline = time.monotonic() + LONGEST
    try:
        for each in (*workers, *others):
            each.start()
        while not all(each.finished for each in workers):
            assert time.monotonic() < deadline, "not done in time"
            running = {each.pipe: each for each in (*workers, *others) if not each.finished}
            for pipe in wait(list(running), timeout=0.005):
                running[pipe].hear(chance, killed)  # type: ignore[index]
            for each in running.values():
                each.kill_in_time()
    finally:
        for each in (*workers, *others):
            each.stop()
    return sum(each.kills for each in workers), sum(each.kills for each in others)


def again_if_collided(perform: Callable[[], Any]) -> Any:
    """What a client and a worker do where others were writing the same."""
    while True:
        try:
            return perform()
        except OperationalError as error:
            if not is_collision(error):
                raise


def _run(work: Work, step: int, pipe: Connection) -> None:
    try:
        work(step, pipe.send)
    finally:
        connections.close_all()
