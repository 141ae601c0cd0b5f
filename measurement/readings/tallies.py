"""What the stored units of periods add up to, counted by the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db import connection

from measurement.readings.clocks import WANTED
from measurement.readings.rows import Counted, wanted
from measurement.units import TEAM

HAPPENED = f"""
SELECT w.commitment_key, w.period_start, u.each, count(*) FILTER (WHERE u.state = 'having'),
    count(*) FILTER (WHERE u.state = 'lacking'), count(*) FILTER (WHERE u.state = 'left_out'),
    max(u.matures_at) FILTER (WHERE u.state <> 'left_out')
{WANTED}
JOIN measurement_unit u ON u.commitment_key = w.commitment_key AND NOT u.stretch
    AND u.at >= w.period_start AND u.at < w.period_end
GROUP BY w.commitment_key, w.period_start, u.each
"""
#: As it stood at an instant by the facts known now: what came later had not happened, and was not had.
MATURE = f"""
SELECT commitment_key, period_start, count(*) FILTER (WHERE mature AND had),
    count(*) FILTER (WHERE mature AND NOT had), count(*) FILTER (WHERE NOT mature)
FROM (
    SELECT w.commitment_key, w.period_start, (u.matures_at IS NULL OR u.matures_at <= %(as_of)s) AS mature,
        (u.state = 'having' AND (u.had_at IS NULL OR u.had_at <= %(as_of)s)) AS had
    {WANTED.replace("%s", "%(wanted)s")}
    JOIN measurement_unit u ON u.commitment_key = w.commitment_key AND NOT u.stretch
        AND u.at >= w.period_start AND u.at < w.period_end AND u.at <= %(as_of)s AND u.state <> 'left_out'
) AS counted GROUP BY commitment_key, period_start
"""
#: A stretch counts at every instant after its beginning up to its end: (at, until]. So of instants in order
#: it counts at all from the first after `at`, and at none from the first after `until`.
LASTING = """
SELECT change, state, width_bucket(instant, %(ends)s::timestamptz[]), count(*) FROM (
    SELECT 1 AS change, state, at AS instant, until, at FROM measurement_unit
    WHERE commitment_key = %(key)s AND stretch
    UNION ALL
    SELECT -1, state, until, until, at FROM measurement_unit
    WHERE commitment_key = %(key)s AND stretch AND until IS NOT NULL
) AS changed
WHERE at < %(last)s AND (until IS NULL OR until >= %(first)s)
GROUP BY change, state, 3
"""
PRESENT = """
SELECT at, until, state FROM measurement_unit
WHERE commitment_key = %s AND stretch AND at < %s AND (until IS NULL OR until > %s)
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """Units that have it, that lack it, that are left out; and when the last of the counted is mature."""

    having: int = 0
    lacking: int = 0
    left_out: int = 0
    matures_at: datetime | None = None

    @property
    def counted(self) -> int:
        """The denominator of a share."""
        return self.having + self.lacking

    def __add__(self, other: "Tally") -> "Tally":
        instants = [at for at in (self.matures_at, other.matures_at) if at is not None]
        return Tally(
            self.having + other.having,
            self.lacking + other.lacking,
            self.left_out + other.left_out,
            max(instants, default=None),
        )


ByEach = Mapping[str, Tally]


def happened(counted: Sequence[Counted]) -> dict[Counted, ByEach]:
    """What happened in each period, by ``each``; one statement."""
    if not counted:
        return {}
    places = {(key, span.start): (key, span) for key, span in counted}
    found: dict[Counted, dict[str, Tally]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(HAPPENED, [wanted(counted)])
        for key, start, each, *tally in cursor.fetchall():
            found[places[key, start]][each] = Tally(*tally)
    return dict(found)


def mature(counted: Sequence[Counted], *, as_of: datetime) -> dict[Counted, tuple[Tally, int]]:
    """Of each period the units whose time is up, and the number of those that still mature; one statement."""
    places = {(key, span.start): (key, span) for key, span in counted}
    with connection.cursor() as cursor:
        cursor.execute(MATURE, {"as_of": as_of, "wanted": wanted(counted)})
        return {
            places[key, start]: (Tally(having, lacking), maturing)
            for key, start, having, lacking, maturing in cursor.fetchall()
        }


def lasting(key: str, ends: Sequence[datetime]) -> list[Tally]:
    """The stretches of a commitment that last at each of these instants, which are in order; one statement.

    One that ends at an instant still counts there: a period is half-open, and its end is not in it.
    """
    if not ends:
        return []
    changes: dict[str, list[int]] = {"having": [0] * len(ends), "lacking": [0] * len(ends)}
    parameters: dict[str, Any] = {"key": key, "ends": list(ends), "first": ends[0], "last": ends[-1]}
    with connection.cursor() as cursor:
        cursor.execute(LASTING, parameters)
        for change, state, place, number in cursor.fetchall():
            if state in changes and place < len(ends):
                changes[state][place] += change * number
    having, lacking = (accumulate(changes[state]) for state in ("having", "lacking"))
    return [Tally(*pair) for pair in zip(having, lacking, strict=True)]


def presence(key: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime | None, str]]:
    """(from, until, state) of every stretch of presence that overlaps [start, end); one statement."""
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [key, end, start])
        return cursor.fetchall()


def of_the_team(tallies: ByEach) -> Tally:
    """All of them together."""
    return sum(tallies.values(), Tally())


def by_person(tallies: ByEach, shown: Mapping[str, str]) -> dict[str, Tally]:
    """Members who are one person counted as one."""
    found: dict[str, Tally] = defaultdict(Tally)
    for each, tally in tallies.items():
        found[shown.get(each, each)] += tally
    return dict(found)


def for_everybody(tallies: ByEach, everybody: Iterable[str]) -> dict[str, Tally]:
    """Also those of whom nothing is counted."""
    return {**{each: Tally() for each in everybody}, **tallies}


def with_the_team(tallies: ByEach) -> dict[str, Tally]:
    """One row for the team."""
    return {TEAM: of_the_team(tallies)}
