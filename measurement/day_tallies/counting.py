"""Sums over any stretch of time: kept days where they hold, live counts for the rest, in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.replicas import reading as connection
from measurement.day_tallies.rows import INSTANT, KEY, MATURES, STATE, TABLE, WHICH
from measurement.enums import Tallied, TallyBy

SECOND = timedelta(seconds=1)
#: Kept days within the stretch that no change has made stale, and the stretches between them. A day of units
#: counts as kept once all of it is mature: before, a part of it may not be judged.
HOLDS = """
span AS (SELECT tstzrange(%(start)s, %(end)s) AS during), day AS MATERIALIZED (
    SELECT k.starts_at, k.ends_at FROM measurement_keptday k
    WHERE k.counts = %(counts)s AND k.commitment_key = %(key)s
        AND k.starts_at >= COALESCE(%(start)s::timestamptz, '-infinity')
        AND k.ends_at <= COALESCE(%(end)s::timestamptz, 'infinity') AND k.ends_at <= %(as_of)s
        AND (k.matures_last IS NULL OR k.matures_last <= %(as_of)s)
        AND (%(label)s = '' OR k.zone = %(zone)s)
        AND NOT EXISTS (
            SELECT FROM measurement_staleday s WHERE s.counts = k.counts
                AND s.commitment_key = k.commitment_key AND s.day >= (k.starts_at AT TIME ZONE 'UTC')::date
                AND s.day <= ((k.ends_at - interval '1 second') AT TIME ZONE 'UTC')::date
        )
), gap AS (
    SELECT COALESCE(lower(g), '-infinity') AS starts_at, COALESCE(upper(g), 'infinity') AS ends_at
    FROM span, unnest(
        tstzmultirange(during)
        - COALESCE((SELECT range_agg(tstzrange(starts_at, ends_at)) FROM day), tstzmultirange())
    ) AS g
)"""
#: OFFSET 0: a gap is a stretch of an index, however many the planner expects.
COUNTED = """
WITH {holds}
SELECT {label} AS label, key, state, sum(number)::bigint FROM (
    SELECT t.starts_at AS instant, t.key, t.state, t.number, NULL::timestamptz AS matures_at
    FROM day JOIN measurement_daytally t ON t.starts_at = day.starts_at
    WHERE t.commitment_key = %(key)s AND t.counts = %(counts)s AND t.by = %(by)s
    UNION ALL
    SELECT live.* FROM gap CROSS JOIN LATERAL (
        SELECT {instant} AS instant, {row_key}, {state}, 1, {matures} AS matures_at FROM {table}
        WHERE r.commitment_key = %(key)s AND {which}
            AND {instant} >= gap.starts_at AND {instant} < gap.ends_at OFFSET 0
    ) AS live
) AS rows WHERE matures_at IS NULL OR matures_at <= %(as_of)s GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many have this key (owner's ref id, origin, reason; empty for none) and this state.

    ``label`` names the period where one was asked for, else it is empty.
    """

    label: str
    key: str
    state: str
    number: int


def counted(
    key: str,
    counts: Tallied,
    by: TallyBy,
    *,
    start: datetime | None,
    end: datetime | None,
    as_of: datetime,
    label: str = "",
    zone: str = "UTC",
) -> list[Tally]:
    """The clocks or units of a commitment in [start, end) by owner, origin or reason, and by state; one
    statement. None: without a bound. Units that are not mature at ``as_of`` are left out.

    ``label``: how to_char names the period of an instant in ``zone``, where sums are wanted by period; quick
    in the zone of the commitment's calendar, whose days are kept.
    """
    statement = COUNTED.format(
        holds=HOLDS,
        label="to_char(instant AT TIME ZONE %(zone)s, %(label)s)" if label else "''",
        instant=INSTANT[counts],
        row_key=KEY[by],
        state=STATE[counts],
        matures=MATURES[counts],
        table=TABLE[counts],
        which=WHICH[counts],
    )
    parameters: dict[str, Any] = {
        "key": key,
        "counts": counts.value,
        "by": by.value,
        "start": start,
        "end": end,
        "as_of": as_of,
        "label": label,
        "zone": zone,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Tally(*row) for row in cursor.fetchall()]


def lasting(key: str, by: TallyBy, *, at: datetime, including: bool, as_of: datetime) -> list[Tally]:
    """The stretches of a commitment that last at an instant: those that began before it and did not end.

    ``including``: one that begins or ends at the very instant has begun or ended; else it has not yet.
    """
    until = at + SECOND if including else at
    span: dict[str, Any] = {"start": None, "end": until, "as_of": as_of}
    left = {(one.key, one.state): one.number for one in counted(key, Tallied.BEGAN, by, **span)}
    for one in counted(key, Tallied.ENDED, by, **span):
        left[one.key, one.state] = left.get((one.key, one.state), 0) - one.number
    return [Tally("", named, state, number) for (named, state), number in left.items() if number]
