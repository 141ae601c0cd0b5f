"""Tables of how a commitment was kept, and the chart of one of them."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.terms.values import Promise
from core.charts.periods import PeriodPoint, period_bars
from measurement.compliance import By, Compliance, Row
from reporting.showing.promises import percent
from reporting.showing.reader import Reader

CHART_PERIODS = 26
NARROW_PERIODS = 8
NARROW = 340


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row as shown."""

    label: str
    rate_text: str
    met: int
    late: int
    overdue: int
    failed: int
    running: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and the total that they add up to."""

    rows: list[TableRow]
    total: TableRow


def table_of(found: Compliance, by: By, reader: Reader, team_id: int) -> Table:
    """The rows with their labels in the reader's language."""
    if by is By.OWNER:
        reader.learn([], [int(row.key) for row in found.rows if row.key])
    return Table(
        [_row(row, _label(row.key, by, reader, team_id)) for row in found.rows], _row(found.total, "")
    )


def _row(row: Row, label: str) -> TableRow:
    judged = row.met + row.missed
    rate = percent(Fraction(row.met, judged) if judged else None)
    return TableRow(label, rate, row.met, row.late, row.overdue, row.failed, row.running, row.left_out)


def _label(key: str | None, by: By, reader: Reader, team_id: int) -> str:
    if by is By.OWNER:
        return reader.member(int(key) if key else None, team_id)
    if by is By.ORIGIN:
        return key or _("unknown origin")
    if by is By.TEAM:
        return next((team.name for team in reader.teams.values() if team.slug == key), key or "")
    return period_label(key or "", by)


def period_label(key: str, by: By) -> str:
    """``2026-W14`` as ``week 14, 2026``, ``2026-04`` as ``April 2026``, a day as a date."""
    numbers = [int(part) for part in re.findall(r"\d+", key)]
    if by is By.WEEK:
        return _("week %(week)d, %(year)d") % {"week": numbers[1], "year": numbers[0]}
    if by is By.MONTH:
        return date_format(date(numbers[0], numbers[1], 1), "YEAR_MONTH_FORMAT")
    return date_format(date(*numbers), "SHORT_DATE_FORMAT")


def short_label(key: str, by: By) -> str:
    """The same, short enough to stand under a bar."""
    numbers = [int(part) for part in re.findall(r"\d+", key)]
    if by is By.WEEK:
        return _("W%(week)d") % {"week": numbers[1]}
    if by is By.MONTH:
        return date_format(date(numbers[0], numbers[1], 1), "M y" if numbers[1] == 1 else "M")
    return f"{numbers[2]}/{numbers[1]}"


def charts_of(found: Compliance, table: Table, by: By, promise: Promise) -> dict[str, Any]:
    """Bars of the kept rate with the target: the last half-year of weeks at most, on a phone less."""
    target = promise.terms.target
    points = [
        PeriodPoint(
            label=short_label(row.key or "", by),
            value=row.kept_rate,
            tone=_tone(row, promise),
            text=shown.rate_text,
            title=f"{shown.label}: {shown.rate_text} ({row.met}/{row.met + row.missed})",
        )
        for row, shown in zip(found.rows, table.rows, strict=True)
    ]
    line = float(target.value) if target.percent else None
    return {
        "chart": period_bars(points[-CHART_PERIODS:], line),
        "narrow_chart": period_bars(points[-NARROW_PERIODS:], line, width=NARROW),
    }


def _tone(row: Row, promise: Promise) -> str:
    judged = row.met + row.missed
    if not judged:
        return "none"
    if row.running:  # of the period so far: what still runs decides
        return "open"
    return "kept" if promise.terms.target.met_by(Fraction(row.met, judged)) else "missed"
