"""The few values of a column of a long table."""

from django.db import connection, models

#: One step in the index a value, whatever the number of rows.
VALUES = """
WITH RECURSIVE known AS (
    (SELECT {column} AS value FROM {table} ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (SELECT {column} FROM {table} WHERE {column} > known.value ORDER BY {column} LIMIT 1)
    FROM known WHERE known.value IS NOT NULL
) SELECT value FROM known WHERE value IS NOT NULL
"""


def distinct_values(of: type[models.Model], column: str) -> list[str]:
    """Every value of a column by which an index of the table begins, in order; one statement."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(VALUES.format(table=quote(of._meta.db_table), column=quote(column)))
        return [value for (value,) in cursor.fetchall()]
