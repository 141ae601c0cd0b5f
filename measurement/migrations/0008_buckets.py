"""Buckets, kept by triggers: one statement that writes clocks or units adds its changes to them, once.

Statement triggers with transition tables instead of rows: a batch of 5,000 clocks costs one aggregate.
"""

from django.db import migrations, models

#: What one clock or unit is to the buckets, by its row: ``what`` it adds one to.
CLOCK = """
commitment_key, ''clocks'' AS counts, COALESCE(due_at, started_at) AS instant, '''' AS each,
CASE state WHEN ''met'' THEN ''met'' WHEN ''paused'' THEN ''paused''
    WHEN ''running'' THEN CASE WHEN due_at IS NULL THEN ''undated'' ELSE ''running'' END
    WHEN ''overdue'' THEN ''missed'' WHEN ''late'' THEN ''missed'' WHEN ''failed'' THEN ''missed''
    ELSE ''left_out'' END AS what,
NULL::timestamptz AS matures_first, NULL::timestamptz AS matures_last, NULL::timestamptz AS had
"""
UNIT_IS = """
CASE state WHEN ''having'' THEN ''met'' WHEN ''lacking'' THEN ''missed'' ELSE state END AS what
""".strip()
UNIT = f"""
commitment_key, ''events'' AS counts, at AS instant, each, {UNIT_IS},
CASE WHEN state <> ''left_out'' THEN COALESCE(matures_at, ''1970-01-01T00:00Z'') END AS matures_first,
CASE WHEN state <> ''left_out'' THEN matures_at END AS matures_last,
CASE WHEN state = ''having'' THEN had_at END AS had
"""
STRETCH = f"""
commitment_key, ''changes'' AS counts, {{instant}} AS instant, '''' AS each, {UNIT_IS},
NULL::timestamptz AS matures_first, NULL::timestamptz AS matures_last, NULL::timestamptz AS had
"""


def _clocks(change: int, table: str) -> str:
    return f"SELECT {change} AS change, {CLOCK} FROM {table}"


def _units(change: int, table: str) -> str:
    begins, ends = STRETCH.format(instant="at"), STRETCH.format(instant="until")
    lasts = "stretch AND state <> ''left_out''"
    return f"""SELECT {change} AS change, {UNIT} FROM {table} WHERE NOT stretch
    UNION ALL SELECT {change}, {begins} FROM {table} WHERE {lasts}
    UNION ALL SELECT {-change}, {ends} FROM {table} WHERE {lasts} AND until IS NOT NULL"""


def _trigger(table: str, rows, more: str = "") -> str:
    name = f"{table}_buckets"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM added) THEN
            EXECUTE measurement_to_buckets('{rows(1, "added")}');
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM removed) THEN
            EXECUTE measurement_to_buckets('{rows(-1, "removed")}');
            {more.format(added="removed WHERE false")}
        END IF;
    ELSIF EXISTS (SELECT FROM added) THEN
        EXECUTE measurement_to_buckets('{rows(1, "added")} UNION ALL {rows(-1, "removed")}');
        {more.format(added="added WHERE true")}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_added AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_removed AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_changed AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


NUMBERS = ("met", "missed", "running", "undated", "paused", "left_out")
COLUMNS = (*NUMBERS, "matures_first", "matures_last", "had_last")
QUARTER = "date_bin(''15 minutes'', instant, ''2000-01-01T00:00Z'')"
SUMS = ", ".join(f"COALESCE(sum(change) FILTER (WHERE what = ''{n}''), 0) AS {n}" for n in NUMBERS)
#: Of an update the bounds matter only where one is another than before.
BOUNDS = """
min(matures_first) FILTER (WHERE change > 0) AS matures_first,
max(matures_last) FILTER (WHERE change > 0) AS matures_last, max(had) FILTER (WHERE change > 0) AS had_last,
min(matures_first) FILTER (WHERE change < 0) AS first_before,
max(matures_last) FILTER (WHERE change < 0) AS last_before, max(had) FILTER (WHERE change < 0) AS had_before
"""
TO_BUCKETS = f"""
CREATE FUNCTION measurement_to_buckets(changes text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT 'WITH quarter AS (
    SELECT commitment_key, counts, {QUARTER} AS at, each, {SUMS}, {BOUNDS}
    FROM (' || changes || ') AS change GROUP BY 1, 2, 3, 4
), part AS (
    SELECT commitment_key, counts, 15 AS minutes, at, each, {", ".join(COLUMNS)} FROM quarter
    WHERE ({", ".join(NUMBERS)}) <> (0, 0, 0, 0, 0, 0)
        OR (matures_first, matures_last, had_last) IS DISTINCT FROM (first_before, last_before, had_before)
)
INSERT INTO measurement_bucket AS b (commitment_key, counts, minutes, at, each, {", ".join(COLUMNS)})
SELECT * FROM (
    SELECT * FROM part
    UNION ALL
    SELECT commitment_key, counts, 1440, date_bin(''1 day'', at, ''2000-01-01T00:00Z''), each,
        {", ".join(f"sum({n})" for n in NUMBERS)}, min(matures_first), max(matures_last), max(had_last)
    FROM part GROUP BY commitment_key, counts, 4, each
) AS parts ORDER BY commitment_key, counts, minutes, at, each
ON CONFLICT (commitment_key, counts, minutes, at, each) DO UPDATE SET
    {", ".join(f"{n} = b.{n} + excluded.{n}" for n in NUMBERS)},
    matures_first = LEAST(b.matures_first, excluded.matures_first),
    matures_last = GREATEST(b.matures_last, excluded.matures_last),
    had_last = GREATEST(b.had_last, excluded.had_last)'
$$;
"""
#: Where the unit that matured last went, which is then the last is looked up: of a quarter among its units,
#: of a day among its quarters.
LOST = """
SELECT commitment_key, date_bin('{step}', at, '2000-01-01T00:00Z') AS at, each, max(matures_at) AS last
FROM {table} AND NOT stretch AND state <> 'left_out' AND matures_at IS NOT NULL GROUP BY 1, 2, 3
"""
AGAIN = """
            UPDATE measurement_bucket AS b SET matures_last = ({last})
            FROM ({lost}) AS lost LEFT JOIN ({found}) AS found USING (commitment_key, at, each)
            WHERE b.commitment_key = lost.commitment_key AND b.counts = 'events' AND b.minutes = {minutes}
                AND b.at = lost.at AND b.each = lost.each AND b.matures_last <= lost.last
                AND (found.last IS NULL OR found.last < lost.last);"""


def _again(minutes: int, step: str, last: str) -> str:
    lost = LOST.format(step=step, table="removed WHERE true")
    found = LOST.format(step=step, table="{added}")
    return AGAIN.format(minutes=minutes, last=last, lost=lost, found=found)


IN_QUARTER = """SELECT max(u.matures_at) FROM measurement_unit u
                WHERE u.commitment_key = b.commitment_key AND NOT u.stretch AND u.each = b.each
                    AND u.at >= b.at AND u.at < b.at + interval '15 minutes' AND u.state <> 'left_out'"""
IN_DAY = """SELECT max(q.matures_last) FROM measurement_bucket q
                WHERE q.commitment_key = b.commitment_key AND q.counts = 'events' AND q.minutes = 15
                    AND q.each = b.each AND q.at >= b.at AND q.at < b.at + interval '1 day'"""
#: Those that there are, through the same statement: an update of everything that changes nothing adds nothing.
FILL = f"""
DO $$ BEGIN
    EXECUTE measurement_to_buckets('{_clocks(1, "measurement_clock")}');
    EXECUTE measurement_to_buckets('{_units(1, "measurement_unit")}');
END $$;
"""
FORWARD = (
    "ALTER TABLE measurement_bucket SET (fillfactor = 70);"
    + TO_BUCKETS
    + _trigger("measurement_clock", _clocks)
    + _trigger("measurement_unit", _units, _again(15, "15 minutes", IN_QUARTER) + _again(1440, "1 day", IN_DAY))
    + FILL
)
BACKWARD = """
DROP FUNCTION measurement_clock_buckets() CASCADE;
DROP FUNCTION measurement_unit_buckets() CASCADE;
DROP FUNCTION measurement_to_buckets(text);
"""


class Migration(migrations.Migration):
    dependencies = [("measurement", "0007_judge_what_is_flagged")]

    operations = [
        migrations.CreateModel(
            name="Bucket",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("commitment_key", models.CharField(max_length=64)),
                (
                    "counts",
                    models.CharField(
                        choices=[("clocks", "clocks"), ("events", "events"), ("changes", "changes")],
                        max_length=8,
                    ),
                ),
                ("minutes", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("each", models.CharField(blank=True, max_length=100)),
                ("met", models.BigIntegerField(default=0)),
                ("missed", models.BigIntegerField(default=0)),
                ("running", models.BigIntegerField(default=0)),
                ("undated", models.BigIntegerField(default=0)),
                ("paused", models.BigIntegerField(default=0)),
                ("left_out", models.BigIntegerField(default=0)),
                ("matures_first", models.DateTimeField(blank=True, null=True)),
                ("matures_last", models.DateTimeField(blank=True, null=True)),
                ("had_last", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "bucket",
                "verbose_name_plural": "buckets",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commitment_key", "counts", "minutes", "at", "each"), name="bucket_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__in", [15, 1440])), name="bucket_quarter_or_day"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
