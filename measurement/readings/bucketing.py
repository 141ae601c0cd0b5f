"""Buckets made afresh from clocks and units: what the triggers should have kept, to compare and to mend."""

from django.db import connection

NUMBERS = ("met", "missed", "running", "undated", "paused", "left_out")
SAID = (*NUMBERS, "matures_first", "matures_last", "had_last")
IDENTITY = ("commitment_key", "counts", "minutes", "at", "each")
EXAMPLES = 20

_NOTHING = "NULL::timestamptz, NULL::timestamptz, NULL::timestamptz"
_QUARTERS = f"""
SELECT commitment_key, 'clocks', date_bin('15 minutes', COALESCE(due_at, started_at), '2000-01-01T00:00Z'),
    '', count(*) FILTER (WHERE state = 'met'), count(*) FILTER (WHERE state IN ('overdue', 'late', 'failed')),
    count(*) FILTER (WHERE state = 'running' AND due_at IS NOT NULL),
    count(*) FILTER (WHERE state = 'running' AND due_at IS NULL), count(*) FILTER (WHERE state = 'paused'),
    count(*) FILTER (WHERE state IN ('cancelled', 'excluded', 'unmeasurable')), {_NOTHING}
FROM measurement_clock GROUP BY 1, 3
UNION ALL
SELECT commitment_key, 'events', date_bin('15 minutes', at, '2000-01-01T00:00Z'), each,
    count(*) FILTER (WHERE state = 'having'), count(*) FILTER (WHERE state = 'lacking'), 0, 0, 0,
    count(*) FILTER (WHERE state = 'left_out'),
    min(COALESCE(matures_at, '1970-01-01T00:00Z')) FILTER (WHERE state <> 'left_out'),
    max(matures_at) FILTER (WHERE state <> 'left_out'), max(had_at) FILTER (WHERE state = 'having')
FROM measurement_unit WHERE NOT stretch GROUP BY 1, 3, 4
UNION ALL
SELECT commitment_key, 'changes', date_bin('15 minutes', instant, '2000-01-01T00:00Z'), '',
    COALESCE(sum(change) FILTER (WHERE state = 'having'), 0),
    COALESCE(sum(change) FILTER (WHERE state = 'lacking'), 0), 0, 0, 0, 0, {_NOTHING}
FROM (
    SELECT 1 AS change, commitment_key, at AS instant, state FROM measurement_unit WHERE stretch
    UNION ALL
    SELECT -1, commitment_key, until, state FROM measurement_unit WHERE stretch AND until IS NOT NULL
) AS changed WHERE state <> 'left_out' GROUP BY 1, 3
"""
_SUMS = ", ".join(f"sum({number})::bigint" for number in NUMBERS)
#: All of them, but for those in which nothing is counted: a bucket may be left empty by what went elsewhere.
AFRESH = f"""
WITH quarter (commitment_key, counts, at, each, {", ".join(SAID)}) AS MATERIALIZED ({_QUARTERS}),
bucket ({", ".join((*IDENTITY, *SAID))}) AS MATERIALIZED (
    SELECT commitment_key, counts, 15, at, each, {", ".join(SAID)} FROM quarter
    UNION ALL
    SELECT commitment_key, counts, 1440, date_bin('1 day', at, '2000-01-01T00:00Z'), each,
        {_SUMS}, min(matures_first), max(matures_last), max(had_last)
    FROM quarter GROUP BY 1, 2, 4, 5
)
"""
_COUNTED = "({t}.met, {t}.missed, {t}.running, {t}.undated, {t}.paused, {t}.left_out) <> (0, 0, 0, 0, 0, 0)"
_OTHERWISE = f"""
({", ".join(f"b.{n}" for n in (*NUMBERS, "matures_last"))})
    IS DISTINCT FROM ({", ".join(f"a.{n}" for n in (*NUMBERS, "matures_last"))})
OR a.matures_first < b.matures_first OR a.had_last > b.had_last
OR (a.matures_first IS NOT NULL AND b.matures_first IS NULL)
OR (a.had_last IS NOT NULL AND b.had_last IS NULL)
"""
PUT = f"""
{AFRESH}
INSERT INTO measurement_bucket AS b ({", ".join((*IDENTITY, *SAID))})
SELECT {", ".join((*IDENTITY, *SAID))} FROM bucket AS a WHERE {_COUNTED.format(t="a")}
ON CONFLICT ({", ".join(IDENTITY)}) DO UPDATE SET {", ".join(f"{n} = excluded.{n}" for n in SAID)}
WHERE ({", ".join(f"b.{n}" for n in SAID)}) IS DISTINCT FROM ({", ".join(f"excluded.{n}" for n in SAID)})
"""
REMOVE = f"""
{AFRESH}
DELETE FROM measurement_bucket b WHERE NOT EXISTS (
    SELECT FROM bucket a WHERE {_COUNTED.format(t="a")}
        AND ({", ".join(f"a.{n}" for n in IDENTITY)}) = ({", ".join(f"b.{n}" for n in IDENTITY)}))
"""
DIFFERING = f"""
{AFRESH}
SELECT COALESCE(a.commitment_key, b.commitment_key), COALESCE(a.counts, b.counts), COALESCE(a.at, b.at),
    COALESCE(a.each, b.each)
FROM (SELECT * FROM bucket a WHERE {_COUNTED.format(t="a")}) AS a
FULL JOIN (SELECT * FROM measurement_bucket b WHERE {_COUNTED.format(t="b")}) AS b
    USING ({", ".join(IDENTITY)})
WHERE {_OTHERWISE}
ORDER BY 1, 2, 3, 4 LIMIT {EXAMPLES}
"""


def make_afresh() -> None:
    """Make the buckets exactly what clocks and units add up to; those that are right are not touched."""
    with connection.cursor() as cursor:
        cursor.execute(PUT)
        cursor.execute(REMOVE)


def differing() -> list[str]:
    """Buckets that clocks and units give otherwise, the first few, as "commitment counts instant each".

    One statement, which sees one state of everything, also while others write.
    """
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING)
        rows = cursor.fetchall()
    return [f"{key} {counts} {at.isoformat()} {each}".rstrip() for key, counts, at, each in rows]
