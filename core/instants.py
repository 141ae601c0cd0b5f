"""Instants as text: RFC 3339, an offset in, `Z` out."""

import re
from datetime import UTC, datetime

RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
ADVICE = "write it like 2026-03-31T09:00:00Z or 2026-03-31T11:00:00+02:00"


def parse_instant(text: str) -> datetime:
    """The instant in UTC.

    Raises ValueError, with what to write, for anything that is not one: a date alone, a time without offset,
    a date that the calendar does not have.
    """
    match = RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(f"this is not an instant; {ADVICE}")
    try:
        instant = datetime.fromisoformat(text.upper())
        if match["offset"] is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no such day or hour: correct it; {ADVICE}") from None
    raise ValueError(f"the time has no offset: add Z or an offset; {ADVICE}")


def format_instant(instant: datetime) -> str:
    """RFC 3339 in UTC with `Z`; fractions only when there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
