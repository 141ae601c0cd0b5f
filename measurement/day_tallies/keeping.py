"""Days that are over are counted once; those in which something changed are counted again."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from agreements.enums import Kind
from agreements.promises import in_force_history
from agreements.terms import Promise
from measurement.day_tallies.rows import BYS, INSTANT, KEY, MATURES, STATE, TABLE, WHICH
from measurement.enums import Tallied
from measurement.models import DayTally, KeptDay, StaleDay
from measurement.periods import midnight

DAY = timedelta(days=1)
AT_ONCE = 50
"""Days counted in one transaction."""
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('day tallies', 0))"
WAIT = "SELECT pg_advisory_xact_lock(hashtextextended('day tallies', 0))"

#: The rows of some days, as tallies have them.
FRESH = """
SELECT d.starts_at, b.by, b.key, {state} AS state, count(*) AS number
FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS d (starts_at, ends_at)
JOIN {table} ON r.commitment_key = %(key)s AND {which}
    AND {instant} >= d.starts_at AND {instant} < d.ends_at
CROSS JOIN LATERAL (VALUES {keys}) AS b (by, key)
GROUP BY 1, 2, 3, 4
"""
PUT = """
INSERT INTO measurement_daytally (counts, commitment_key, starts_at, by, key, state, number)
SELECT %(counts)s, %(key)s, starts_at, by, key, state, number FROM ({fresh}) AS fresh
"""
KEPT = """
INSERT INTO measurement_keptday (counts, commitment_key, zone, starts_at, ends_at, matures_last)
SELECT %(counts)s, %(key)s, %(zone)s, d.starts_at, d.ends_at, (
    SELECT max({matures}) FROM {table} WHERE r.commitment_key = %(key)s AND {which}
        AND {instant} >= d.starts_at AND {instant} < d.ends_at
) FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS d (starts_at, ends_at)
"""
FIRST = "SELECT min({instant}) FROM {table} WHERE r.commitment_key = %s AND {which}"
DIFFERENT = """
WITH fresh AS ({fresh}), stored AS (
    SELECT starts_at, by, key, state, number FROM measurement_daytally
    WHERE commitment_key = %(key)s AND counts = %(counts)s AND starts_at = ANY (%(starts)s)
)
SELECT DISTINCT starts_at FROM (
    (SELECT * FROM fresh EXCEPT SELECT * FROM stored)
    UNION ALL (SELECT * FROM stored EXCEPT SELECT * FROM fresh)
) AS other JOIN measurement_keptday k USING (starts_at)
WHERE k.commitment_key = %(key)s AND k.counts = %(counts)s AND k.ends_at <= %(as_of)s AND NOT EXISTS (
    SELECT FROM measurement_staleday s WHERE s.counts = k.counts AND s.commitment_key = k.commitment_key
        AND s.day >= (k.starts_at AT TIME ZONE 'UTC')::date
        AND s.day <= ((k.ends_at - interval '1 second') AT TIME ZONE 'UTC')::date
) ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one commitment: by which instant its rows lie in days, and the zone of those days."""

    key: str
    counts: Tallied
    zone: str

    @property
    def rows(self) -> dict[str, str]:
        """How a row lies in time, as SQL."""
        return {
            "table": TABLE[self.counts],
            "which": WHICH[self.counts],
            "instant": INSTANT[self.counts],
            "matures": MATURES[self.counts],
        }

    @property
    def fresh(self) -> str:
        """The statement that counts days."""
        keys = ", ".join(f"('{by.value}', {KEY[by]})" for by in BYS[self.counts])
        return FRESH.format(state=STATE[self.counts], keys=keys, **self.rows)

    def day(self, day: date) -> tuple[datetime, datetime]:
        """Where a day of the zone begins and ends."""
        return midnight(day, self.zone), midnight(day + DAY, self.zone)

    def days_of(self, utc_days: Iterable[date]) -> set[date]:
        """The days of the zone that overlap these days of UTC."""
        found = set()
        for day in utc_days:
            begins = datetime(day.year, day.month, day.day, tzinfo=UTC).astimezone(ZoneInfo(self.zone))
            found |= {begins.date(), (begins + DAY - timedelta(seconds=1)).date()}
        return found

    def parameters(self, days: Sequence[date], as_of: datetime) -> dict[str, Any]:
        """Of a statement about these days."""
        spans = [self.day(day) for day in days]
        return {
            "key": self.key,
            "counts": self.counts.value,
            "zone": self.zone,
            "starts": [start for start, _ in spans],
            "ends": [end for _, end in spans],
            "as_of": as_of,
        }


def keep(*, as_of: datetime, seconds: float | None = None) -> int:
    """Count the days that are over and not kept, or stale; how many were counted.

    In transactions of fifty days: a killed one loses nothing. After ``seconds`` the rest is left to the next
    call; while somebody else keeps, everything is.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    done = 0
    for one in _all_kept():
        while ends is None or time.monotonic() < ends:
            counted = _keep_some(one, as_of)
            done += counted
            if counted < AT_ONCE:
                break
    return done


@transaction.atomic
def rebuild(*, as_of: datetime) -> int:
    """Forget everything that is kept and count it afresh: after rows were put in with triggers disabled."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT)  # else days that another one is keeping would lose what was noted of them
    for model in (DayTally, KeptDay, StaleDay):
        model.objects.all().delete()
    return keep(as_of=as_of)


def differing(*, as_of: datetime, seconds: float | None = None) -> list[str]:
    """The kept days whose tallies are not what their rows add up to, as "commitment counts day"; [] is well.

    Stale days are left out: nobody reads them; also while others judge. Changes nothing; after ``seconds``
    the rest is not looked at.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    return [
        f"{one.key} {one.counts.value} {start:%Y-%m-%d}"
        for one in _all_kept()
        for days in _in_batches(sorted(_kept_days(one)))
        if ends is None or time.monotonic() < ends
        for start in _different(one, days, as_of)
    ]


def _all_kept() -> Iterator[Kept]:
    """Of every signed commitment what its versions count, in the zone of the latest one's calendar."""
    latest: dict[str, Promise] = {}
    counted: dict[str, set[Tallied]] = defaultdict(set)
    for promise in in_force_history():
        latest[promise.key] = promise
        counted[promise.key] |= _counted_of(promise)
    for key, promise in sorted(latest.items()):
        yield from (Kept(key, counts, promise.timezone) for counts in sorted(counted[key]))


def _counted_of(promise: Promise) -> set[Tallied]:
    if promise.kind in (Kind.RESPONSE, Kind.CHECKLIST):
        return {Tallied.DUE}
    of_what_lasts = promise.kind is Kind.COVERAGE or isinstance(getattr(promise.terms, "of", None), str)
    return {Tallied.BEGAN, Tallied.ENDED} if of_what_lasts else {Tallied.HAPPENED}


@transaction.atomic
def _keep_some(one: Kept, as_of: datetime) -> int:
    """Some days of one commitment; the changes that were noted before are in them, later ones note again."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
    of_this = {"commitment_key": one.key, "counts": one.counts.value}
    _leave_other_zones(one, of_this)
    stale = list(StaleDay.objects.filter(**of_this).order_by("day", "pk").values_list("pk", "day"))
    wanted = sorted(_missing(one, of_this, as_of) | one.days_of({day for _, day in stale}))
    over = [day for day in wanted if one.day(day)[1] <= as_of]
    days = over[:AT_ONCE]
    if days:
        _count(one, days, of_this, as_of)
    left = set(over[AT_ONCE:])
    told = [pk for pk, day in stale if not one.days_of([day]) & left]
    StaleDay.objects.filter(pk__in=told).delete()
    return len(days)


def _count(one: Kept, days: Sequence[date], of_this: dict[str, str], as_of: datetime) -> None:
    parameters = one.parameters(days, as_of)
    for model in (DayTally, KeptDay):
        model.objects.filter(**of_this, starts_at__in=parameters["starts"]).delete()
    with connection.cursor() as cursor:
        cursor.execute(PUT.format(fresh=one.fresh), parameters)
        cursor.execute(KEPT.format(**one.rows), parameters)


def _leave_other_zones(one: Kept, of_this: dict[str, str]) -> None:
    """A new version may count by another zone's days: the old ones go."""
    others = KeptDay.objects.filter(**of_this).exclude(zone=one.zone)
    if others.exists():
        DayTally.objects.filter(**of_this).delete()
        KeptDay.objects.filter(**of_this).delete()


def _missing(one: Kept, of_this: dict[str, str], as_of: datetime) -> set[date]:
    """The days since the last kept one, or since the first row."""
    last = KeptDay.objects.filter(**of_this).order_by("-starts_at").values_list("ends_at", flat=True).first()
    if last is None:
        with connection.cursor() as cursor:
            cursor.execute(FIRST.format(**one.rows), [one.key])
            last = cursor.fetchone()[0]
    if last is None:
        return set()
    zone = ZoneInfo(one.zone)
    first, today = last.astimezone(zone).date(), as_of.astimezone(zone).date()
    return {first + DAY * n for n in range((today - first).days)}


def _kept_days(one: Kept) -> set[date]:
    """Those that hold."""
    of_this = {"commitment_key": one.key, "counts": one.counts.value}
    stale = one.days_of(StaleDay.objects.filter(**of_this).values_list("day", flat=True).distinct())
    starts = KeptDay.objects.filter(**of_this, zone=one.zone).values_list("starts_at", flat=True)
    return {start.astimezone(ZoneInfo(one.zone)).date() for start in starts} - stale


def _different(one: Kept, days: Sequence[date], as_of: datetime) -> list[datetime]:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT.format(fresh=one.fresh), one.parameters(days, as_of))
        return [start for (start,) in cursor.fetchall()]


def _in_batches(days: Sequence[date]) -> Iterator[Sequence[date]]:
    return (days[first : first + AT_ONCE] for first in range(0, len(days), AT_ONCE))
