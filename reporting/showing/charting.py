"""The chart of a promise's periods and its table, wide and for a phone."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.enums import Kind, Period
from core.charts.readings import ReadingPoint, reading_bars
from reporting.showing.numbers import number, percent
from reporting.showing.readings import PeriodView

MOST = 31
NARROW_MOST = 8
NARROW = 340


def charts_of_periods(periods: Sequence[PeriodView]) -> dict[str, Any]:
    """Bars of the value with the target as a staircase; on a phone fewer of them."""
    points = [_point(period) for period in periods]
    is_count = any(one.promise.kind == Kind.VOLUME and not one.each for one in periods)
    drawn: dict[str, Any] = {"most": None if is_count else 1.0, "say": number if is_count else _share}
    return {
        "chart": reading_bars(points[-MOST:], **drawn),
        "narrow_chart": reading_bars(points[-NARROW_MOST:], width=NARROW, **drawn),
        "chart_label": _("Value by period against its target; the table below has the figures."),
    }


def _share(value: float) -> str:
    return percent(Fraction(f"{value:.4f}"))


def _point(period: PeriodView) -> ReadingPoint:
    against = _(", target %(target)s") % {"target": period.target} if period.target else ""
    return ReadingPoint(
        label=_short(period),
        value=period.value,
        target=period.expected,
        tone=period.tone,
        text=period.text,
        title=f"{period.label}: {period.text} ({period.counted}){against}",
    )


def _short(period: PeriodView) -> str:
    """The period, short enough to stand under a bar."""
    day = period.start.astimezone(ZoneInfo(period.promise.timezone)).date()
    match period.promise.terms.per:
        case Period.DAY:
            return f"{day.day}/{day.month}"
        case Period.WEEK:
            return _("W%(week)d") % {"week": day.isocalendar().week}
        case Period.YEAR:
            return str(day.year)
    return date_format(day, "M y" if day.month == 1 else "M")
