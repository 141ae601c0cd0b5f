"""A promise of the catalogue, made ready for one agreement."""

from datetime import date, timedelta
from typing import Any

from agreements.catalogue.entries import Entry

BASELINE_MONTHS = 6


def picked(entry: Entry, *, owner: str, effective_from: date, calendar: str | None = None) -> dict[str, Any]:
    """The commitment as an agreement writes it, owed by the team ``owner``.

    A baseline is that of six whole months, the last but one before the agreement begins being the latest: the
    one of the file is an example.
    """
    terms = dict(entry.terms)
    if "baseline" in terms:
        terms["baseline"] = baseline_before(effective_from)
    if calendar:
        terms["calendar"] = calendar
    return {"key": entry.key, "owner": owner, "kind": str(entry.kind), **terms}


def baseline_before(day: date) -> dict[str, str]:
    """The window of six whole months, both days included, that ends a month before the day's month: so that
    what the last of them should come to have (a meeting within 30 days) is known when it is signed."""
    months = day.year * 12 + day.month - 2 - BASELINE_MONTHS
    last = (day.replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return {"from": date(months // 12, months % 12 + 1, 1).isoformat(), "to": last.isoformat()}
