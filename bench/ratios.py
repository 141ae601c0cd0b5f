"""What a bench module gives to the runner: two sides of a ratio, measured in turns."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Ratio:
    """Operations a second of ours and of the other side, and what we ask of ours ÷ theirs (None: nothing)."""

    what: str
    ours: float
    theirs: float
    against: str
    unit: str = "operations/s"
    at_least: float | None = None

    @property
    def value(self) -> float:
        """How many times the other side's rate ours is."""
        return self.ours / self.theirs


def interleaved(
    ours: Callable[[], object], theirs: Callable[[], object], *, ours_count: int, theirs_count: int
) -> tuple[float, float]:
    """Median rates of both sides over alternating rounds, so that a slow minute of the machine meets both.

    ``…_count`` is the number of operations that one call does. Both are called once before, to warm up.
    """
    sides = ((ours, ours_count), (theirs, theirs_count))
    for run, _ in sides:
        run()
    rates: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for (run, count), kept in zip(sides, rates, strict=True):
            kept.append(count / _seconds(run))
    return median(rates[0]), median(rates[1])


def _seconds(run: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        started = perf_counter()
        run()
        return perf_counter() - started
    finally:
        gc.enable()
