"""Everything that was judged, to be compared."""

from typing import Any

from measurement.models import Clock, Reading, Unit

COLUMNS: list[tuple[Any, tuple[str, ...]]] = [
    (
        Clock,
        (
            *("commitment_key", "subject_id", "start_key", "state", "due_at", "owner_id", "stopped_at"),
            *("elapsed_seconds", "business_seconds", "origin"),
        ),
    ),
    (
        Unit,
        (
            *("commitment_key", "subject_id", "unit_key", "each", "state", "at", "until", "owner_id"),
            "origin",
        ),
    ),
    (Reading, ("commitment_key", "period_start", "each", "numerator", "denominator")),
]


def verdicts() -> list[list[tuple[Any, ...]]]:
    """Clocks, units and readings without their ids and the instants at which they were written."""
    return [sorted(model.objects.values_list(*columns), key=repr) for model, columns in COLUMNS]
