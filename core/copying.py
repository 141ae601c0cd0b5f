"""Rows out of and into the database in bulk, by COPY: arrays of numbers, with at most one text a row."""

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

_HEADER, _TRAILER = 19, 2
#: Instants in COPY's binary format are microseconds since 2000.
_MICROS_TO_2000 = 946_684_800_000_000
#: What ``-infinity`` is there: an instant that is not.
NO_INSTANT = np.iinfo(np.int64).min


class Copied(NamedTuple):
    """``numbers[:, i]`` is the i-th column; ``texts`` the column behind them, none where there was none."""

    numbers: NDArray[np.int64]
    texts: list[bytes]


class _Rows(list[bytes]):
    """What COPY writes to: a row a time."""

    def write(self, row: bytes) -> None:
        self.append(row)


def copied(
    statement: str, parameters: Mapping[str, Any] | Sequence[Any], *, numbers: int, text: bool = False
) -> Copied:
    """The rows of a query whose first so many columns are ``bigint`` or ``timestamptz``, none of them null.

    Instants come as in ``micros``; make null ones ``-infinity``. With ``text`` a text column follows.
    """
    rows = _Rows()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        query = cursor.mogrify(statement, parameters).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", rows)
    if rows and rows[0].startswith(b"PGCOPY"):
        rows[0] = rows[0][_HEADER:]
    whole = [row for row in rows if len(row) > _TRAILER]
    if not text:
        joined = b"".join(rows)
        return Copied(_numbers(joined[: len(joined) - len(joined) % (2 + 12 * numbers)], numbers), [])
    width = 2 + 12 * numbers
    return Copied(
        _numbers(b"".join([row[:width] for row in whole]), numbers), [row[width + 4 :] for row in whole]
    )


def ids(refs: Iterable[int]) -> str:
    """Many numbers as one literal of an array, which is read faster than a list of them."""
    return f"{{{','.join(map(str, refs))}}}"


def micros(instants: NDArray[np.int64]) -> NDArray[np.int64]:
    """Microseconds since 1970 of a column of instants; ``NO_INSTANT`` stays."""
    return np.where(instants == NO_INSTANT, NO_INSTANT, instants + _MICROS_TO_2000)


def seconds(instants: NDArray[np.int64], *, none: int) -> NDArray[np.int64]:
    """Whole seconds since 1970 of a column of instants, what is finer cut off; ``none`` for none."""
    return np.where(instants == NO_INSTANT, none, (instants + _MICROS_TO_2000) // 1_000_000)


def copy_in(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Add lines in COPY's text format to a table."""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        target = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        cursor.copy_expert(target, StringIO("\n".join(lines)))


def escaped(text: str) -> str:
    """A text as it stands in a line of COPY."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _numbers(rows: bytes, count: int) -> NDArray[np.int64]:
    row = np.dtype([("fields", ">i2"), ("cell", [("length", ">i4"), ("value", ">i8")], (count,))])
    found = np.frombuffer(rows, row)["cell"]["value"]
    return np.ascontiguousarray(found, dtype=np.int64).reshape(-1, count)
