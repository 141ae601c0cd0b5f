"""When a commitment binds, and the periods of that time; pure.

A commitment that rates, volumes or coverage measure is read for every period from its first version's start
on, whether or not anything happened. What lies before that start, or in a gap between two versions that have
it, was not promised: the periods around are cut there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from agreements.terms import Promise
from measurement.periods import Span, period_of, version_at


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a period that one version governs: [start, end)."""

    promise: Promise
    start: datetime
    end: datetime


def runs(versions: Sequence[Promise]) -> Iterator[list[Promise]]:
    """Versions that follow each other without a gap; ``versions`` are all of one key, the earliest first."""
    run: list[Promise] = []
    for promise in versions:
        last = run[-1].ends_at if run else None
        if last is not None and last < promise.starts_at:
            yield run
            run = []
        run.append(promise)
    if run:
        yield run


def spans(
    versions: Sequence[Promise], start: datetime, end: datetime, *, fiscal_year_start: int
) -> Iterator[Span]:
    """The periods in force that overlap [start, end], the earliest first."""
    for run in runs(versions):
        at, over = max(start, run[0].starts_at), run[-1].ends_at
        while at <= end and (over is None or at < over):
            whole = period_of(run, at, fiscal_year_start=fiscal_year_start)
            yield Span(
                max(whole.start, run[0].starts_at), whole.end if over is None else min(whole.end, over)
            )
            at = whole.end


def parts(versions: Sequence[Promise], span: Span) -> list[Part]:
    """The period cut where one version follows another."""
    cuts = [span.start, *(p.starts_at for p in versions if span.start < p.starts_at < span.end), span.end]
    return [Part(version_at(versions, start), start, end) for start, end in pairwise(cuts)]


def by_key(promises: Iterable[Promise]) -> dict[str, list[Promise]]:
    """All versions of each key, the earliest first."""
    found: dict[str, list[Promise]] = {}
    for promise in sorted(promises, key=lambda promise: promise.starts_at):
        found.setdefault(promise.key, []).append(promise)
    return found
