"""What of the verdicts is sealed: rows that no judging may write, as SQL (docs/adr/0015).

The rule for whoever writes: a stored row that is sealed is neither updated nor removed; a judged row that is
sealed and has no stored row of its identity is not inserted; any other stored row may become anything.
Whoever compares leaves the same rows out on both sides. ``row``: what stands before the columns (``c.``).
"""

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from leads.sealing import SEALED_BEFORE


def sealed_clock(row: str) -> str:
    """A clock that ended before the horizon."""
    return f"COALESCE({row}ended_at < {SEALED_BEFORE}, false)"


def sealed_unit(row: str) -> str:
    """A unit that can no longer come to have what it should have; a stretch that ended."""
    over = f"GREATEST({row}at, {row}matures_at)"
    last = f"CASE WHEN {row}stretch THEN COALESCE({row}until, 'infinity') ELSE {over} END"
    return f"COALESCE({last} < {SEALED_BEFORE}, false)"


def sealed_reading(row: str) -> str:
    """The reading of a period that was over, with a verdict that was final."""
    return f"COALESCE(GREATEST({row}period_end, {row}final_at) <= {SEALED_BEFORE}, false)"


def unsealed(readings: "QuerySet[Any]") -> "QuerySet[Any]":
    """Those of the readings that may still change."""
    return readings.filter(RawSQL(f"NOT {sealed_reading('measurement_reading.')}", (), BooleanField()))  # noqa: S611


def any_sealed(rows: "QuerySet[Any]", sealed: Callable[[str], str]) -> bool:
    """Whether one of these clocks, units or readings is sealed, as ``sealed`` (one of the above) says it."""
    condition = RawSQL(sealed(f"{rows.model._meta.db_table}."), (), BooleanField())  # noqa: S611
    return rows.filter(condition).exists()
