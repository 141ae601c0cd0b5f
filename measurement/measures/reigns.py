"""When which version of a rate or a volume counts, and in which period an instant lies."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agreements.terms.kinds import RateTerms
from agreements.terms.values import Promise
from measurement.in_force import runs
from measurement.periods import Span, midnight, period_of


@dataclass(frozen=True, slots=True)
class Reign:
    """From ``start`` until ``end`` (None: still), units are judged by the terms of this version."""

    start: datetime
    end: datetime | None
    promise: Promise


class Reigns:
    """The versions of one commitment that one measure looks at, and the time of each.

    A unit belongs to the version in force at its instant. Before the first of them there are units only
    inside a baseline window of any, by the terms of the first.
    """

    def __init__(
        self, promises: Iterable[Promise], versions: Iterable[Promise], *, fiscal_year_start: int
    ) -> None:
        """``promises`` are all of the commitment, which decide its periods; ``versions`` those measured."""
        self._promises = sorted(promises, key=lambda promise: promise.starts_at)
        self._fiscal_year_start = fiscal_year_start
        self.versions = tuple(sorted(versions, key=lambda promise: promise.starts_at))
        self.all = (*_windows(self.versions), *(_reign(promise) for promise in self.versions))
        runs_of_all = list(runs(self._promises))
        ends = (run[-1].ends_at for run in runs_of_all)
        self._cuts = [*(run[0].starts_at for run in runs_of_all), *(end for end in ends if end is not None)]
        self._begins = [reign.start for reign in self.all]
        self._spans: list[Span] = []
        self._ends: list[datetime] = []

    def at(self, instant: datetime) -> Promise | None:
        """The version that judges the instant, None where nothing was promised."""
        place = bisect_right(self._begins, instant)
        if not place:
            return None
        reign = self.all[place - 1]
        return reign.promise if reign.end is None or instant < reign.end else None

    def period(self, instant: datetime) -> Span:
        """The period that the instant lies in; cut where nothing is promised before, or after."""
        place = bisect_right(self._ends, instant)
        if place == len(self._spans) or self._spans[place].start > instant:
            span = self._period(instant)
            self._spans.insert(place, span)
            self._ends.insert(place, span.end)
        return self._spans[place]

    def _period(self, instant: datetime) -> Span:
        span = period_of(self._promises, instant, fiscal_year_start=self._fiscal_year_start)
        return Span(
            max([span.start, *(cut for cut in self._cuts if cut <= instant)]),
            min([span.end, *(cut for cut in self._cuts if cut > instant)]),
        )


def _reign(promise: Promise) -> Reign:
    return Reign(promise.starts_at, promise.ends_at, promise)


def _windows(versions: Sequence[Promise]) -> list[Reign]:
    """The baseline windows before the first version, none twice; both days of a window belong to it."""
    if not versions:
        return []
    first = versions[0]
    found: list[Reign] = []
    for since, until in sorted(window for promise in versions for window in _window(promise)):
        start = max([since, *(reign.end for reign in found if reign.end)])
        if start < min(until, first.starts_at):
            found.append(Reign(start, min(until, first.starts_at), first))
    return found


def _window(promise: Promise) -> list[tuple[datetime, datetime]]:
    terms = promise.terms
    if not isinstance(terms, RateTerms) or terms.baseline is None:
        return []
    since, until = terms.baseline
    return [(midnight(since, promise.timezone), midnight(until + timedelta(days=1), promise.timezone))]
