"""The statements that add up buckets, each beside the one that counts the rows of less than a quarter.

Each time is summed by itself (``LATERAL``), so that the database reads only what lies in it, whatever it
believes of the number of rows.
"""

from measurement.readings.pieces import QUARTER

PIECES = """
FROM json_to_recordset(%(pieces)s::json) AS w (
    place integer, commitment_key varchar, minutes smallint, since timestamptz, until timestamptz)
"""
WITHIN = (
    "b.commitment_key = w.commitment_key AND b.minutes = w.minutes AND b.at >= w.since AND b.at < w.until"
)
CLOCKS = f"""
SELECT w.place, b.* {PIECES} CROSS JOIN LATERAL (
    SELECT sum(met)::bigint, sum(missed)::bigint, sum(running)::bigint, sum(undated)::bigint,
        sum(paused)::bigint, sum(left_out)::bigint
    FROM measurement_bucket b WHERE {WITHIN} AND b.counts = 'clocks' HAVING count(*) > 0
) AS b
"""
CLOCK_ROWS = f"""
SELECT w.place, c.* {PIECES} CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'met'),
        count(*) FILTER (WHERE state IN ('overdue', 'late', 'failed')),
        count(*) FILTER (WHERE state = 'running' AND due_at IS NOT NULL),
        count(*) FILTER (WHERE state = 'running' AND due_at IS NULL),
        count(*) FILTER (WHERE state = 'paused'),
        count(*) FILTER (WHERE state IN ('cancelled', 'excluded', 'unmeasurable'))
    FROM measurement_clock c WHERE c.commitment_key = w.commitment_key
        AND COALESCE(c.due_at, c.started_at) >= w.since AND COALESCE(c.due_at, c.started_at) < w.until
) AS c
"""
EVENTS = f"""
SELECT w.place, b.* {PIECES} CROSS JOIN LATERAL (
    SELECT each, sum(met)::bigint, sum(missed)::bigint, sum(left_out)::bigint, max(matures_last)
    FROM measurement_bucket b WHERE {WITHIN} AND b.counts = 'events' GROUP BY each
) AS b
"""
EVENT_ROWS = f"""
SELECT w.place, u.* {PIECES} CROSS JOIN LATERAL (
    SELECT each, count(*) FILTER (WHERE state = 'having'), count(*) FILTER (WHERE state = 'lacking'),
        count(*) FILTER (WHERE state = 'left_out'), max(matures_at) FILTER (WHERE state <> 'left_out')
    FROM measurement_unit u WHERE u.commitment_key = w.commitment_key AND NOT u.stretch
        AND u.at >= w.since AND u.at < w.until GROUP BY each
) AS u
"""
#: Units of which an instant decides: had by then, mature by then.
_AT_AN_INSTANT = """
(u.matures_at IS NULL OR u.matures_at <= %(as_of)s) AS mature,
(u.state = 'having' AND (u.had_at IS NULL OR u.had_at <= %(as_of)s)) AS had
"""
_MATURITY_ROWS = f"""
SELECT count(*) FILTER (WHERE mature AND had) AS met, count(*) FILTER (WHERE mature AND NOT had) AS missed,
    count(*) FILTER (WHERE NOT mature) AS maturing
FROM (
    SELECT {_AT_AN_INSTANT} FROM measurement_unit u
    WHERE u.commitment_key = {{w}}.commitment_key AND NOT u.stretch AND u.state <> 'left_out'
        AND u.at >= {{since}} AND u.at < {{until}} {{each}}
) AS counted
"""
_OVER = "COALESCE(b.matures_last <= %(as_of)s, true) AND COALESCE(b.had_last <= %(as_of)s, true)"
_AHEAD = "COALESCE(b.matures_first > %(as_of)s, false)"
_ROWS_OF_A_QUARTER = _MATURITY_ROWS.format(
    w="l", since="l.at", until="l.at + interval '15 minutes'", each="AND u.each = l.each"
)
#: A bucket of which all are mature, or none, is looked at as one; of a day in between its quarters are, and
#: of a quarter in between its units.
MATURITY = f"""
WITH wanted AS MATERIALIZED (
    SELECT w.place, b.*, {_OVER} AS over, {_AHEAD} AS ahead {PIECES}
    JOIN LATERAL (SELECT * FROM measurement_bucket b WHERE {WITHIN} AND b.counts = 'events') AS b ON true
), looked_at AS (
    SELECT * FROM wanted WHERE over OR ahead OR minutes = {QUARTER}
    UNION ALL
    SELECT d.place, b.*, {_OVER}, {_AHEAD} FROM wanted d JOIN LATERAL (
        SELECT * FROM measurement_bucket b WHERE b.commitment_key = d.commitment_key AND b.counts = 'events'
            AND b.minutes = {QUARTER} AND b.at >= d.at AND b.at < d.at + interval '1 day' AND b.each = d.each
    ) AS b ON true WHERE NOT (d.over OR d.ahead OR d.minutes = {QUARTER})
)
SELECT place, sum(met)::bigint, sum(missed)::bigint, sum(maturing)::bigint FROM (
    SELECT place, met, missed, 0 AS maturing FROM looked_at WHERE over
    UNION ALL SELECT place, 0, 0, met + missed FROM looked_at WHERE ahead AND NOT over
    UNION ALL SELECT l.place, r.met, r.missed, r.maturing FROM looked_at l JOIN LATERAL (
        {_ROWS_OF_A_QUARTER}
    ) AS r ON true WHERE NOT (l.over OR l.ahead)
) AS counted GROUP BY place
"""
MATURITY_OF_ROWS = f"""
SELECT w.place, r.* {PIECES} JOIN LATERAL (
    {_MATURITY_ROWS.format(w="w", since="w.since", until="w.until", each="")}
) AS r ON true
"""
#: A stretch counts at every instant after its beginning up to its end: (at, until]. Days come as the sum of
#: those between one instant's day and the next one's.
DAYS = """
SELECT w.commitment_key, width_bucket(b.at, w.days), sum(b.met)::bigint, sum(b.missed)::bigint
FROM json_to_recordset(%(keys)s::json) AS w (commitment_key varchar, days timestamptz[], over timestamptz)
JOIN measurement_bucket b ON b.commitment_key = w.commitment_key AND b.counts = 'changes'
    AND b.minutes = 1440 AND b.at < w.over
GROUP BY 1, 2
"""
CHANGES = f"""
SELECT w.place, b.* {PIECES} CROSS JOIN LATERAL (
    SELECT sum(met)::bigint, sum(missed)::bigint
    FROM measurement_bucket b WHERE {WITHIN} AND b.counts = 'changes' HAVING count(*) > 0
) AS b
"""
CHANGE_ROWS = f"""
SELECT w.place, r.* {PIECES} CROSS JOIN LATERAL (
    SELECT COALESCE(sum(change) FILTER (WHERE state = 'having'), 0)::bigint,
        COALESCE(sum(change) FILTER (WHERE state = 'lacking'), 0)::bigint
    FROM (
        SELECT 1 AS change, u.state FROM measurement_unit u
        WHERE u.commitment_key = w.commitment_key AND u.stretch AND u.at >= w.since AND u.at < w.until
        UNION ALL
        SELECT -1, u.state FROM measurement_unit u
        WHERE u.commitment_key = w.commitment_key AND u.stretch AND u.until >= w.since AND u.until < w.until
    ) AS changed
) AS r
"""
