"""Counts the periods that something touched, those that begin, or all of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from agreements.enums import Kind
from agreements.terms import Promise
from measurement.in_force import by_key, spans
from measurement.models import Reading
from measurement.periods import Span, period_of, version_at
from measurement.readings import bucketing, counting
from measurement.readings import clocks as of_clocks
from measurement.readings.rooming import Since
from measurement.readings.rows import Counted, write
from measurement.readings.samples import window_of
from measurement.readings.signings import keep_signed
from measurement.sealing import unsealed
from measurement.staffing import Stretch, unite

Touched = Collection[tuple[str, datetime]]
"""(commitment key, instant at which a clock counts or counted)."""
Ranges = Collection[tuple[str, datetime, datetime | None]]
"""(commitment key, from, to): units there changed; both ends included, to None: still."""
Versions = Mapping[str, list[Promise]]

_FOREVER = datetime.max.replace(tzinfo=UTC)
BY_CLOCKS = frozenset({Kind.RESPONSE, Kind.CHECKLIST})
LATEST = """
SELECT key, (SELECT max(period_start) FROM measurement_reading WHERE commitment_key = key)
FROM unnest(%s::varchar[]) AS key
"""


def refresh(clocks: Touched, units: Ranges, promises: Sequence[Promise], *, as_of: datetime) -> None:
    """Count again the periods in which these clocks are or were due, and which these units touch.

    Of units, periods that begin after ``as_of`` are not counted yet. A unit in a baseline's window concerns
    every period of the versions that are held against it.
    """
    versions = by_key(promises)
    _count_clocks(set(_of_clocks(clocks, versions)), versions, as_of)
    touched = {*_of_units(units, versions, as_of), *_beginning(versions, as_of)} if units else set()
    _count_units(touched, versions, as_of, rooms_since=_accounts_since(units))


def begin_periods(promises: Sequence[Promise], *, as_of: datetime) -> None:
    """Make the rows of periods that have begun, of rates, volumes and coverage: nothing happening counts too.

    One statement when none has. Also keeps what a baseline was at its signing, once all facts are judged.
    """
    versions = by_key(promises)
    _count_units(_beginning(versions, as_of), versions, as_of)
    keep_signed(promises, as_of=as_of)


def rebuild(promises: Sequence[Promise], *, as_of: datetime, buckets: bool = True) -> None:
    """Count every period afresh and remove readings that should not exist.

    Such are those of no clock any more, and those of periods that another version cut otherwise. Without
    ``buckets`` what these add up to is taken as it is kept; else it is made afresh from clocks and units
    first, which reads all of them.
    """
    if buckets:
        bucketing.make_afresh()
    versions = by_key(promises)
    counted = [
        *_count_clocks(set(_over_days(of_clocks.days(), versions)), versions, as_of),
        *_count_units({one for key in versions for one in _all(key, versions, as_of)}, versions, as_of),
    ]
    kept = {(key, span.start) for key, span in counted}
    stored = unsealed(Reading.objects.all()).values_list("pk", "commitment_key", "period_start")
    Reading.objects.filter(pk__in=[pk for pk, *period in stored if tuple(period) not in kept]).delete()


def recount(keys: Collection[str], promises: Sequence[Promise], *, as_of: datetime) -> None:
    """Count every period of these commitments afresh, of those that units answer."""
    versions = by_key(promise for promise in promises if promise.key in keys)
    _count_units({one for key in versions for one in _all(key, versions, as_of)}, versions, as_of)


def _of_clocks(touched: Touched, versions: Versions) -> Iterator[Counted]:
    instants: dict[str, list[datetime]] = defaultdict(list)
    for key, instant in touched:
        instants[key].append(instant)
    for key, those in instants.items():
        yield from _around(key, sorted(those), versions)


def _around(key: str, instants: Iterable[datetime], versions: Versions) -> Iterator[Counted]:
    """The periods that clocks answer around these instants, which are in order; each period once."""
    over: datetime | None = None
    for instant in instants if key in versions else ():
        if over is None or instant >= over:
            span = period_of(versions[key], instant, fiscal_year_start=settings.FISCAL_YEAR_START)
            over = span.end
            if _by_clocks(key, span, versions):
                yield key, span


def _over_days(days: Iterable[tuple[str, datetime]], versions: Versions) -> Iterator[Counted]:
    """All periods that overlap any of these days."""
    fiscal = settings.FISCAL_YEAR_START
    for key, day in days:
        at, over = day, day + timedelta(days=1)
        while key in versions and at < over:
            span = period_of(versions[key], at, fiscal_year_start=fiscal)
            if _by_clocks(key, span, versions):
                yield key, span
            at = span.end


def _of_units(ranges: Ranges, versions: Versions, as_of: datetime) -> Iterator[Counted]:
    for key, start, until in _united(ranges):
        if key not in versions:
            continue
        # What begins ahead, by waiting alone, may begin before the running period ends.
        yield from _between(key, min(start, as_of), min(until, as_of), versions)
        for promise in versions[key]:
            window = window_of(promise)
            if window and start <= window.end and until >= window.start:
                over = as_of if promise.ends_at is None else min(promise.ends_at, as_of)
                yield from _between(key, promise.starts_at, over, versions)


def _united(ranges: Ranges) -> Iterator[tuple[str, datetime, datetime]]:
    """The same time without overlaps: of many records most ranges overlap, and each may be years long."""
    stretches: dict[str, list[Stretch]] = defaultdict(list)
    moments: dict[str, set[datetime]] = defaultdict(set)
    for key, start, end in ranges:
        if end == start:
            moments[key].add(start)
        else:
            stretches[key].append((start, end or _FOREVER))
    for key, those in stretches.items():
        yield from ((key, *stretch) for stretch in unite(those))
    for key, instants in moments.items():
        yield from ((key, at, at) for at in instants)


def _beginning(versions: Versions, as_of: datetime) -> set[Counted]:
    """Periods without rows: those after the latest that has some."""
    keys = [key for key, those in versions.items() if any(p.kind not in BY_CLOCKS for p in those)]
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(LATEST, [keys])
        latest = cursor.fetchall()
    return {
        (key, span)
        for key, last in latest
        for key, span in _between(key, last or versions[key][0].starts_at, as_of, versions)
        if last is None or span.start > last
    }


def _all(key: str, versions: Versions, as_of: datetime) -> Iterator[Counted]:
    return _between(key, versions[key][0].starts_at, as_of, versions)


def _between(key: str, start: datetime, end: datetime, versions: Versions) -> Iterator[Counted]:
    fiscal = settings.FISCAL_YEAR_START
    for span in spans(versions[key], start, end, fiscal_year_start=fiscal):
        if not _by_clocks(key, span, versions):
            yield key, span


def _by_clocks(key: str, span: Span, versions: Versions) -> bool:
    return version_at(versions[key], span.start).kind in BY_CLOCKS


def _count_clocks(found: Collection[Counted], versions: Versions, as_of: datetime) -> list[Counted]:
    counted = _in_order(found)
    if not counted:
        return []
    rows = of_clocks.count(counted, versions)
    write(rows, counted, as_of=as_of)
    due = {(row.commitment_key, row.period_start) for row in rows}
    return [(key, span) for key, span in counted if (key, span.start) in due]


def _accounts_since(ranges: Ranges) -> dict[str, datetime]:
    """From when on the accounts of volumes may leave another room: what volumes count has no duration, so
    that a time without an end is one in which what they are counted beside is another."""
    found: dict[str, datetime] = {}
    for key, start, until in ranges:
        if until is None:
            found[key] = min(start, found.get(key, start))
    return found


def _count_units(
    found: Collection[Counted], versions: Versions, as_of: datetime, rooms_since: Since | None = None
) -> list[Counted]:
    counted = _in_order(found)
    if counted:
        rows = counting.count(counted, versions, as_of=as_of, rooms_since=rooms_since)
        write(rows, counted, as_of=as_of)
    return counted


def _in_order(found: Collection[Counted]) -> list[Counted]:
    return sorted(found, key=lambda one: (one[0], one[1].start))
