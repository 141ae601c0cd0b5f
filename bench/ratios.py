"""What a bench module gives to the runner: two sides of a ratio, measured in turns."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours ÷ the other side, both in ``unit``.

    ``at_least`` or ``at_most``: what we ask of it (neither: nothing); ``reach``: what would be better still.
    ``row``: of the table in docs/performance.md, which it belongs to.
    """

    what: str
    ours: float
    theirs: float
    against: str
    unit: str = "operations/s"
    at_least: float | None = None
    at_most: float | None = None
    reach: float | None = None
    row: int | None = None

    @property
    def value(self) -> float:
        """How many times the other side ours is."""
        return self.ours / self.theirs

    @property
    def missed(self) -> bool:
        """Whether it is not what we ask of it."""
        too_little = self.at_least is not None and self.value < self.at_least
        return too_little or (self.at_most is not None and self.value > self.at_most)

    @property
    def asked(self) -> str:
        """What we ask, in signs."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return "" if self.at_most is None else f"≤ {self.at_most:g}"


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


def seconds(run: Callable[[], object]) -> float:
    """How long one call takes."""
    started = perf_counter()
    run()
    return perf_counter() - started


def _seconds(run: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        return seconds(run)
    finally:
        gc.enable()
