"""Promises held against facts of the past, promise by promise."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

from django.conf import settings

from agreements.enums import Kind
from agreements.terms import Promise
from measurement.account_contacts import account_conditions, candidates
from measurement.engine import Engine, Judgements
from measurement.preview.figures import (
    Clocks,
    PeriodFigures,
    Window,
    as_if_in_force,
    baseline_window,
    count_clocks,
    count_coverage,
    count_rate,
    count_volume,
    window_of,
)
from measurement.preview.records import Looked, records, thinned
from measurement.rooms import rooms_left
from measurement.targets import Sample

DAYS = 90
LIMIT = 1_000
"""Records looked at for one promise: a share of so many is known to within three points."""
ACCOUNTS = 2_000
"""Accounts of a promise looked at for the room that they leave."""
STAYED = timedelta(days=31)
"""Presence is looked for so long before: whoever came online then may still be there."""
BY_CLOCKS = (Kind.RESPONSE, Kind.CHECKLIST)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a promise would have given between ``since`` and ``until``.

    ``clocks`` of a response or a checklist, ``periods`` of the other kinds, oldest first. ``looked_at`` of
    ``records`` were judged: fewer mean a sample. ``baseline`` is what the window of a rate comes to.
    """

    promise: Promise
    since: datetime
    until: datetime
    looked_at: int
    records: int
    clocks: Clocks | None = None
    periods: tuple[PeriodFigures, ...] = field(default_factory=tuple)
    baseline: Sample | None = None

    @property
    def is_sample(self) -> bool:
        """Whether only some of the records were looked at."""
        return self.looked_at < self.records

    @property
    def is_empty(self) -> bool:
        """Whether no fact of that time has anything to do with the promise."""
        if self.clocks is not None:
            return self.clocks == Clocks()
        return not any(period.numerator or period.denominator for period in self.periods)


def preview(
    promises: Iterable[Promise],
    *,
    days: int = DAYS,
    as_of: datetime,
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> list[Preview]:
    """What the last ``days`` days would have given for each of these promises, signed or not, in their order.

    Clocks are those that would have started in that time; periods are the complete ones in it, and the last
    complete one at least. At most ``limit`` records are looked at for each promise. ``progress`` is called
    with (promises done, promises).
    """
    listed = list(promises)
    found = []
    for number, promise in enumerate(listed, start=1):
        found.append(_preview(promise, days=days, as_of=as_of, limit=limit))
        if progress:
            progress(number, len(listed))
    return found


def _preview(promise: Promise, *, days: int, as_of: datetime, limit: int) -> Preview:
    fiscal = settings.FISCAL_YEAR_START
    window = window_of(promise, days=days, as_of=as_of, fiscal_year_start=fiscal)
    if promise.kind in BY_CLOCKS:
        window = Window(as_of - timedelta(days=days), as_of, ())
    return held_against(promise, window, as_of=as_of, limit=limit)[0]


def held_against(
    promise: Promise, window: Window, *, as_of: datetime, limit: int | None = LIMIT
) -> tuple[Preview, Judgements]:
    """A promise as if it had been in force in this time, and the clocks and units that it would have had.

    ``limit``: how many records are looked at; None: all of them, and all accounts.
    """
    tried = as_if_in_force(promise, window, by_clocks=promise.kind in BY_CLOCKS)
    engine = Engine([tried])
    looked = records(engine.interest, since=_since(tried, window), until=as_of, limit=limit)
    judged = _judge(engine, looked, as_of=as_of)
    about = Preview(promise, window.start, window.end, len(looked.refs), looked.of)
    accounts = None if limit is None else ACCOUNTS
    return _counted(about, tried, window, judged, as_of=as_of, accounts=accounts), judged


def _since(promise: Promise, window: Window) -> datetime:
    """From when on events matter: the window, the baseline before it, people who came online before it."""
    baseline = baseline_window(promise)
    start = window.start - STAYED if promise.kind is Kind.COVERAGE else window.start
    return start if baseline is None else min(start, baseline.start)


def _judge(engine: Engine, looked: Looked, *, as_of: datetime) -> Judgements:
    found = Judgements()
    for refs in looked.batches():
        some = engine.judgements(refs, as_of=as_of)
        found.clocks += some.clocks
        found.units += some.units
    return found


def _counted(
    about: Preview,
    tried: Promise,
    window: Window,
    judged: Judgements,
    *,
    as_of: datetime,
    accounts: int | None,
) -> Preview:
    match tried.kind:
        case Kind.RESPONSE | Kind.CHECKLIST:
            return replace(about, clocks=count_clocks(judged.clocks, as_of=as_of))
        case Kind.RATE:
            shares, baseline = count_rate(tried, judged.units, window.periods, as_of=as_of)
            return replace(about, periods=tuple(shares), baseline=baseline)
        case Kind.VOLUME:
            numbers = count_volume(
                tried,
                judged.units,
                window.periods,
                room_at=_room_at(tried, window, as_of, accounts),
                fiscal_year_start=settings.FISCAL_YEAR_START,
                scale=Fraction(about.records, about.looked_at or 1),
            )
            return replace(about, periods=tuple(numbers))
    return replace(about, periods=tuple(count_coverage(tried, judged.units, window.periods)))


def _room_at(
    promise: Promise, window: Window, as_of: datetime, most: int | None
) -> Callable[[datetime], int | None]:
    """The room that the promise's accounts leave; of more than ``most`` accounts, by what so many leave."""
    if promise.terms.until is None:
        return lambda at: None
    every = candidates(account_conditions(promise.terms))
    accounts = thinned(every, limit=len(every) if most is None else most)
    scale = Fraction(accounts.of, len(accounts.refs) or 1)
    starts = [span.start for span in window.periods]
    rooms = rooms_left(promise, instants=starts, as_of=as_of, among=accounts.refs)

    def room_at(at: datetime) -> int | None:
        left = rooms[at].left
        return None if left is None else round(left * scale)

    return room_at
