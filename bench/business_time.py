"""Business time against workclock, the fastest package found that does the whole job (zones, DST, several
windows a day, holidays, aware datetimes; its core is compiled).

Random spans of an hour to sixty days in 2024–2027 on split Paris days with French public holidays; what is
added is the open time of such a span. Both sides must give the same answers before they are timed. One call:
aware datetimes in and out, a call a question. A million: each side in the arrays it takes, epoch seconds
and ``datetime64``; workclock is given a tenth of them, for the time it takes.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import workclock

from agreements.business_time import Schedule
from agreements.public_holidays import expand
from bench.ratios import Ratio, interleaved

PACKAGES = ("numpy", "workclock", "holidays")

ONE, MANY, MANY_THEIRS = 20_000, 1_000_000, 100_000
PEER = f"workclock {workclock.__version__}"
FROM, TO = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2024, 2028))
HOUR, DAY = 3_600, 86_400


def run() -> list[Ratio]:
    """Ratios for elapsed and add: one call (in UTC, as from a database, and in Paris), and a million."""
    days = expand("FR", None, range(2023, 2030))
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-12:30", "13:30-18:00"))
    ours = Schedule("Europe/Paris", week, holidays=days)
    shifts = [workclock.WorkDay(time(9), time(12, 30)), workclock.WorkDay(time(13, 30), time(18))]
    theirs = workclock.Schedule([*shifts, workclock.Holidays(days)], time_zone=ZoneInfo("Europe/Paris"))
    one_call = [ratio for zone in (UTC, ZoneInfo("Europe/Paris")) for ratio in _one_call(ours, theirs, zone)]
    return one_call + _a_million(ours, theirs)


def _one_call(ours: Schedule, theirs: workclock.Schedule, zone: tzinfo) -> list[Ratio]:
    starts, ends = _spans(ONE)
    pairs = [
        (datetime.fromtimestamp(a, zone), datetime.fromtimestamp(b, zone))
        for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    add, elapsed = ours.add, ours.elapsed
    steps = [(a, s, timedelta(seconds=s)) for a, b in pairs if (s := elapsed(a, b))]
    short = [(a, s % (8 * HOUR) + 60, timedelta(seconds=s % (8 * HOUR) + 60)) for a, s, _ in steps]
    _same([elapsed(a, b) for a, b in pairs], [theirs.between(a, b).total_seconds() for a, b in pairs])
    _same([add(a, s) for a, s, _ in steps + short], [theirs.add(a, d) for a, _, d in steps + short])
    return [
        _ratio(
            f"elapsed, one call, {zone}",
            (lambda: [elapsed(a, b) for a, b in pairs], len(pairs)),
            (lambda: [theirs.between(a, b) for a, b in pairs], len(pairs)),
            at_least=7,
            reach=12,
            row=1,
        ),
        _ratio(
            f"add, one call, {zone}",
            (lambda: [add(a, s) for a, s, _ in steps], len(steps)),
            (lambda: [theirs.add(a, d) for a, _, d in steps], len(steps)),
            at_least=7,
            reach=12,
            row=1,
        ),
        _ratio(
            f"add, one call, {zone}, at most 8 hours",
            (lambda: [add(a, s) for a, s, _ in short], len(short)),
            (lambda: [theirs.add(a, d) for a, _, d in short], len(short)),
        ),
    ]


def _a_million(ours: Schedule, theirs: workclock.Schedule) -> list[Ratio]:
    starts, ends = _spans(MANY)
    amounts = np.maximum(ours.elapsed_many(starts, ends), 60)
    few = slice(0, MANY_THEIRS)
    their_starts, their_ends = starts[few].astype("datetime64[s]"), ends[few].astype("datetime64[s]")
    their_amounts = amounts[few].astype("timedelta64[s]")
    spans = theirs.between_many(their_starts, their_ends).astype("timedelta64[s]").astype(np.int64)
    _same(ours.elapsed_many(starts, ends)[few].tolist(), spans.tolist())
    instants = theirs.add_many(their_starts, their_amounts).astype("datetime64[s]").astype(np.int64)
    _same(ours.add_many(starts, amounts)[few].tolist(), instants.tolist())
    return [
        _ratio(
            "elapsed, 1,000,000 at once",
            (lambda: ours.elapsed_many(starts, ends), MANY),
            (lambda: theirs.between_many(their_starts, their_ends), MANY_THEIRS),
            at_least=250,
            reach=1000,
            row=2,
        ),
        _ratio(
            "add, 1,000,000 at once",
            (lambda: ours.add_many(starts, amounts), MANY),
            (lambda: theirs.add_many(their_starts, their_amounts), MANY_THEIRS),
            at_least=250,
            reach=1000,
            row=2,
        ),
    ]


Side = tuple[Callable[[], object], int]


def _ratio(what: str, ours: Side, theirs: Side, **asked: Any) -> Ratio:
    rates = interleaved(ours[0], theirs[0], ours_count=ours[1], theirs_count=theirs[1])
    return Ratio(f"business time: {what}", *rates, against=PEER, **asked)


def _spans(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Random starts, unsorted, and ends an hour to sixty days later, in epoch seconds."""
    random = np.random.default_rng(20_260_101)
    starts = random.integers(FROM, TO - 60 * DAY, size)
    return starts, starts + random.integers(HOUR, 60 * DAY, size)


def _same(ours: list[object], theirs: list[object]) -> None:
    different = sum(a != b for a, b in zip(ours, theirs, strict=True))
    if different:
        raise AssertionError(f"{different} of {len(ours)} answers differ: not comparable")
