"""Everything that was judged, to be compared."""

from typing import Any

from measurement.models import Clock, Reading, Unit


def verdicts() -> list[list[tuple[Any, ...]]]:
    """Clocks, units and readings without their ids and the instants at which they were written."""
    return [
        sorted(Clock.objects.values_list("commitment_key", "subject_id", "start_key", "state", "due_at", "owner_id",
                                         "stopped_at", "elapsed_seconds", "business_seconds", "origin"), key=repr),
        sorted(Unit.objects.values_list("commitment_key", "subject_id", "unit_key", "each", "state", "at", "until",
                                        "owner_id", "origin"), key=repr),
        sorted(Reading.objects.values_list("commitment_key", "period_start", "each", "numerator", "denominator"),
               key=repr),
    ]  # fmt: skip
