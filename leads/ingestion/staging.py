"""Rows to the database by COPY, into tables that live as long as the transaction."""

import io
from collections.abc import Iterable

from django.db import connection

NULL = "\\N"
PIECE = 256 * 1024
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

PREPARE = """
CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns}) ON COMMIT DELETE ROWS;
DELETE FROM {name};
"""

# Made once a connection and emptied by each commit: creating tables for each delivery would bloat the
# catalogue.
TABLES = {
    "staged_event": """
        external_id text, kind text, occurred_at timestamptz, recorded_at timestamptz, account_id bigint,
        contact_id bigint, lead_id bigint, deal_id bigint, campaign_id bigint, content_id bigint,
        actor_id bigint, call_id bigint, data jsonb, said jsonb, fingerprint bigint""",
    "staged_version": "ref_id bigint, valid_from timestamptz, fields jsonb, probe jsonb",
    "touched": "ref_id bigint, valid_from timestamptz",
    "state": """
        ref_id bigint PRIMARY KEY, updated_at timestamptz, next_change_at timestamptz, fields jsonb,
        attributes jsonb""",
    "course": """
        ref_id bigint, field text, at timestamptz, after timestamptz, before timestamptz, value jsonb,
        first boolean, received_at timestamptz, PRIMARY KEY (ref_id, field, at)""",
    "implied": """
        ref_id bigint, kind text, occurred_at timestamptz, after timestamptz, before timestamptz,
        first_seen boolean, actor_id bigint, data jsonb, received_at timestamptz,
        PRIMARY KEY (ref_id, kind, occurred_at)""",
}


def prepare(*tables: str) -> None:
    """Empty staging tables under these names."""
    with connection.cursor() as cursor:
        # Inside one outer transaction an earlier delivery may have left its rows.
        cursor.execute("".join(PREPARE.format(name=name, columns=TABLES[name]) for name in tables))


def copy(table: str, columns: str, lines: Iterable[str]) -> None:
    """Lines in COPY's text format into a table."""
    # Not every way into a cursor translates the driver's errors.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        text = io.StringIO("\n".join(lines))
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text, PIECE)


def escaped(text: str) -> str:
    """A text as COPY's text format has it."""
    return text if text.isprintable() and "\\" not in text else text.translate(ESCAPES)
