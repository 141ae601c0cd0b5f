"""How verdicts reach the database: all rows of a batch as one JSON parameter of one statement.

JSON instead of COPY: a statement without a temporary table; the measures take many times longer.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from msgspec import json


def listed(columns: Iterable[str], table: str = "") -> str:
    """The columns as SQL lists them, of a table (``c.``)."""
    return ", ".join(f"{table}{column}" for column in columns)


def stage(columns: Mapping[str, str]) -> str:
    """The statement that reads the rows (``%(rows)s``) as columns of these types."""
    typed = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
    return f"SELECT * FROM json_to_recordset(%(rows)s::json) AS row ({typed})"


def rows(verdicts: Iterable[Any], columns: Mapping[str, str]) -> str:
    """The verdicts' fields of these names, as JSON."""
    read = attrgetter(*columns)
    return json.encode([dict(zip(columns, read(one), strict=True)) for one in verdicts]).decode()
