"""What the stored units of periods add up to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection
from msgspec import json

from measurement.readings import summing
from measurement.readings.rows import Counted
from measurement.readings.summing import Tally, Time, lasting
from measurement.units import TEAM

SECOND = timedelta(seconds=1)
PRESENT = """
SELECT w.place, u.at, u.until, u.state
FROM json_to_recordset(%s::json)
    AS w (place integer, commitment_key varchar, since timestamptz, until timestamptz)
CROSS JOIN LATERAL (
    SELECT at, until, state FROM measurement_unit u
    WHERE u.commitment_key = w.commitment_key AND u.stretch AND u.until > w.since AND u.at < w.until
    UNION ALL
    SELECT at, until, state FROM measurement_unit u
    WHERE u.commitment_key = w.commitment_key AND u.stretch AND u.until IS NULL AND u.at < w.until
) AS u
"""
ByEach = Mapping[str, Tally]
Presence = list[tuple[datetime, datetime | None, str]]

__all__ = ["Tally", "happened", "lasting", "mature", "presence"]


def happened(counted: Sequence[Counted]) -> dict[Counted, ByEach]:
    """What happened in each period, by ``each``."""
    found = summing.events([(key, span.start, span.end) for key, span in counted])
    return {one: by_each for one, by_each in zip(counted, found, strict=True) if by_each}


def mature(counted: Sequence[Counted], *, as_of: datetime) -> dict[Counted, tuple[Tally, int]]:
    """Of each period the units whose time is up, and the number of those that still mature.

    As it stood at the instant by the facts known now: what came later had not happened, and was not had.
    """
    times = [(key, span.start, min(span.end, as_of + SECOND)) for key, span in counted]
    return dict(zip(counted, summing.maturity(times, as_of=as_of), strict=True))


def presence(times: Sequence[Time]) -> list[Presence]:
    """(from, until, state) of every stretch of presence that overlaps each [start, end); one statement."""
    wanted = [
        {"place": place, "commitment_key": key, "since": start, "until": end}
        for place, (key, start, end) in enumerate(times)
    ]
    found: list[Presence] = [[] for _ in times]
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [json.encode(wanted).decode()])
        for place, *stretch in cursor.fetchall():
            found[place].append(tuple(stretch))
    return found


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
