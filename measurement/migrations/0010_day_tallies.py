"""Tallies of days; triggers note those that no longer hold (``measurement.day_tallies``)."""

from datetime import UTC, datetime

import django.db.models.functions.comparison
from django.db import migrations, models

#: The columns that a tally looks at; a write that changes none of them makes no day stale.
CLOCK = """
SELECT id, commitment_key, COALESCE(due_at, started_at) AS instant, due_at IS NULL AS undated, state,
    owner_id, origin FROM {table}
"""
UNIT = """
SELECT id, commitment_key, stretch, at, until, state, reason, owner_id, origin, each, matures_at FROM {table}
"""
OF_CLOCKS = """
INSERT INTO measurement_staleday (counts, commitment_key, day)
SELECT DISTINCT 'due', commitment_key, (instant AT TIME ZONE 'UTC')::date FROM ({rows}) AS changed;
"""
OF_UNITS = """
INSERT INTO measurement_staleday (counts, commitment_key, day)
SELECT DISTINCT CASE WHEN stretch THEN 'began' ELSE 'happened' END, commitment_key,
    (at AT TIME ZONE 'UTC')::date FROM ({rows}) AS changed
UNION
SELECT DISTINCT 'ended', commitment_key, (until AT TIME ZONE 'UTC')::date FROM ({rows}) AS changed
WHERE until IS NOT NULL;
"""


def _trigger(table: str, row: str, note: str) -> str:
    name = f"{table}_days"
    added, removed = row.format(table="added"), row.format(table="removed")
    changed = f"({added} EXCEPT {removed}) UNION ALL ({removed} EXCEPT {added})"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {note.format(rows=added)}
    ELSIF TG_OP = 'DELETE' THEN {note.format(rows=removed)}
    ELSE {note.format(rows=changed)}
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_added AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_removed AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_changed AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


TABLES = {"measurement_clock": (CLOCK, OF_CLOCKS), "measurement_unit": (UNIT, OF_UNITS)}
FORWARD = "".join(_trigger(table, row, note) for table, (row, note) in TABLES.items())
BACKWARD = "".join(
    f"DROP TRIGGER {table}_days_{act} ON {table};"
    for table in TABLES
    for act in ("added", "removed", "changed")
) + "".join(f"DROP FUNCTION {table}_days();" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_trials"),
        ("measurement", "0009_journeys"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayTally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "counts",
                    models.CharField(
                        choices=[
                            ("due", "due"),
                            ("happened", "happened"),
                            ("began", "began"),
                            ("ended", "ended"),
                        ],
                        max_length=8,
                    ),
                ),
                ("commitment_key", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                (
                    "by",
                    models.CharField(
                        choices=[("owner", "owner"), ("origin", "origin"), ("reason", "reason")], max_length=6
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=255)),
                ("state", models.CharField(max_length=12)),
                ("number", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "tally of a day",
                "verbose_name_plural": "tallies of days",
            },
        ),
        migrations.CreateModel(
            name="KeptDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "counts",
                    models.CharField(
                        choices=[
                            ("due", "due"),
                            ("happened", "happened"),
                            ("began", "began"),
                            ("ended", "ended"),
                        ],
                        max_length=8,
                    ),
                ),
                ("commitment_key", models.CharField(max_length=64)),
                ("zone", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("matures_last", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "kept day",
                "verbose_name_plural": "kept days",
            },
        ),
        migrations.CreateModel(
            name="StaleDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "counts",
                    models.CharField(
                        choices=[
                            ("due", "due"),
                            ("happened", "happened"),
                            ("began", "began"),
                            ("ended", "ended"),
                        ],
                        max_length=8,
                    ),
                ),
                ("commitment_key", models.CharField(max_length=64)),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "stale day",
                "verbose_name_plural": "stale days",
            },
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["commitment_key", "state", "started_at", "id"], name="clock_key_state"
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["owner_id", "started_at", "id"], name="clock_owner_started"),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                models.F("owner_id"),
                django.db.models.functions.comparison.Coalesce(
                    "due_at",
                    models.Value(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
                ),
                models.F("id"),
                condition=models.Q(("ended_at__isnull", True)),
                name="clock_open_urgency",
            ),
        ),
        migrations.AddConstraint(
            model_name="daytally",
            constraint=models.UniqueConstraint(
                fields=("commitment_key", "counts", "by", "starts_at", "key", "state"),
                include=("number",),
                name="day_tally_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="daytally",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="day_tally_counts_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptday",
            constraint=models.UniqueConstraint(
                fields=("commitment_key", "counts", "starts_at"), name="kept_day_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptday",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="kept_day_is_not_empty"
            ),
        ),
        migrations.AddIndex(
            model_name="staleday",
            index=models.Index(fields=["commitment_key", "counts", "day"], name="stale_day_of"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
