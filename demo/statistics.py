"""What the database's planner knows of tables that fill up inside one transaction."""

from django.apps import apps
from django.db import connection

APPS = ("core", "people", "leads", "agreements", "measurement", "reporting")


def refresh_statistics() -> None:
    """Count the rows of our tables as this transaction sees them.

    The server's own count would see them empty until the commit, and choose plans for empty tables; the locks
    that this takes also keep it away until then.
    """
    tables = [model._meta.db_table for name in APPS for model in apps.get_app_config(name).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")
