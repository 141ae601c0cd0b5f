"""Rows as they came, bytes or objects, to objects; what is no object is one row's error. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from leads.ingestion.summary import RowError

Row = Mapping[str, Any]
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode(rows: Iterable[tuple[int, bytes | Row]]) -> tuple[list[tuple[int, Row]], list[RowError]]:
    """The rows that are objects, and an error for each that is not; both with the rows' indexes.

    Of a key that is written twice in an object the last one counts.
    """
    good: list[tuple[int, Row]] = []
    errors: list[RowError] = []
    for index, row in rows:
        try:
            read = msgspec.json.decode(row) if isinstance(row, bytes | msgspec.Raw) else row
        except UNREADABLE as error:
            errors.append(RowError(index, None, None, "malformed", why_unreadable(error)))
            continue
        if isinstance(read, Mapping):
            good.append((index, read))
        else:
            message = 'must be an object such as {"external_id": "…"}'
            errors.append(RowError(index, None, None, "not_an_object", message))
    return good, errors


def why_unreadable(error: Exception) -> str:
    """What to correct in JSON that cannot be read."""
    if isinstance(error, UnicodeDecodeError):
        return f"is not valid UTF-8 ({error.reason}); send it encoded as UTF-8"
    if isinstance(error, RecursionError):
        return "is nested too deeply; flatten it"
    return f"is not valid JSON: {error}"
