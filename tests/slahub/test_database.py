"""The database that tests and one-command installations get."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_embedded_database_can_hold_exclusion_constraints() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        cursor.execute(
            "SELECT int4range(1, 3) && int4range(2, 4), current_setting('server_version_num')::int"
        )
        overlap, version = cursor.fetchone()

    assert overlap
    assert version >= 150000
