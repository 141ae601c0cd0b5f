"""Which readings a rebuild wrote otherwise: within one transaction, compared by the database."""

from django.db import connection

from measurement.readings.rows import COLUMNS

IDENTITY = list(COLUMNS)[:3]
SAID = list(COLUMNS)[3:]

REMEMBER = f"""
CREATE TEMPORARY TABLE readings_before ON COMMIT DROP AS SELECT {", ".join(COLUMNS)} FROM measurement_reading
"""
DIFFERING = f"""
SELECT DISTINCT commitment_key, period_start, each
FROM readings_before b FULL JOIN measurement_reading r USING ({", ".join(IDENTITY)})
WHERE ({", ".join(f"b.{name}" for name in SAID)}) IS DISTINCT FROM ({", ".join(f"r.{name}" for name in SAID)})
ORDER BY 1, 2, 3
"""


def remember() -> None:
    """Keep the readings as they are until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER)


def differing() -> list[str]:
    """Those that are not as they were, as "commitment start each"."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING)
        return [f"{key} {start.isoformat()} {each}" for key, start, each in cursor.fetchall()]
