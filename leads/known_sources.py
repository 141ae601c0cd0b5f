"""The sources that facts ever came from."""

from django.db import connection

from leads.models import Event, Ref

#: One step in the index a source, whatever the number of rows.
SOURCES = """
WITH RECURSIVE known AS (
    (SELECT source FROM {table} ORDER BY source LIMIT 1)
    UNION ALL
    SELECT (SELECT source FROM {table} WHERE source > known.source ORDER BY source LIMIT 1)
    FROM known WHERE known.source IS NOT NULL
) SELECT source FROM known WHERE source IS NOT NULL
"""


def known_sources(of: type[Ref] | type[Event] = Ref) -> list[str]:
    """Every source of records, or of events, in order; one statement.

    They are indexed by source and id: whoever knows the id alone asks with all of these.
    """
    with connection.cursor() as cursor:
        cursor.execute(SOURCES.format(table=of._meta.db_table))
        return [source for (source,) in cursor.fetchall()]
