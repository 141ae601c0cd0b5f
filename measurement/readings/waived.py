"""Missed periods that both teams agree not to count: they keep their figures and are no miss.

The stored verdict is then ``not_required``, which counts as missed nowhere, and ``detail.waived`` says since
when and what it would be (docs/adr/0013). A period that late facts show as kept is kept, waived or not.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from measurement.enums import Verdict
from measurement.excluding import waived_periods
from measurement.verdicts import written


def with_waivers(rows: Collection[Any]) -> list[Any]:
    """The rows as they are stored; one statement, none where nothing is missed."""
    missed = {row.commitment_key for row in rows if row.verdict == Verdict.MISSED}
    if not missed:
        return list(rows)
    waived = waived_periods(missed)
    return [_waived(row, waived) for row in rows]


def is_waived(detail: Mapping[str, Any]) -> bool:
    """Whether a stored reading is a miss that does not count."""
    return "waived" in detail


def shown_verdict(verdict: str, detail: Mapping[str, Any]) -> str:
    """The verdict as people are told it: ``waived`` for a miss that does not count."""
    return "waived" if verdict == Verdict.NOT_REQUIRED and is_waived(detail) else str(verdict)


def _waived(row: Any, waived: Mapping[tuple[str, datetime, str], datetime]) -> Any:
    at = waived.get((row.commitment_key, row.period_start, row.each))
    if at is None or row.verdict != Verdict.MISSED:
        return row
    told = {"at": written(at), "verdict": row.verdict.value}
    return replace(row, verdict=Verdict.NOT_REQUIRED, detail={**row.detail, "waived": told})
