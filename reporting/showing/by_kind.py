"""What the page of a commitment shows of its figures, kind by kind."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agreements.enums import Kind, Period
from agreements.terms.values import Promise
from measurement.compliance import By, Compliance, by_time_and_origin, compliance
from measurement.models import Clock, Reading
from measurement.periods import period_around
from reporting.showing.baselines import baseline_card
from reporting.showing.besides import beside_lines
from reporting.showing.charting import charts_of_periods
from reporting.showing.coverage import hours_of
from reporting.showing.each import each_table
from reporting.showing.heat_maps import heat_map_of
from reporting.showing.items import clock_items
from reporting.showing.reader import Reader
from reporting.showing.readings import PeriodView, views
from reporting.showing.steps import step_rows
from reporting.showing.tables import charts_of, table_of

SHOWN = 5
BACK = {Period.DAY: timedelta(days=31), Period.WEEK: timedelta(weeks=13), Period.MONTH: timedelta(days=731)}
STEP = {Period.DAY: By.DAY, Period.WEEK: By.WEEK, Period.MONTH: By.MONTH}
LOOKED_BACK = {
    Period.DAY: timedelta(days=31),
    Period.WEEK: timedelta(weeks=26),
    Period.MONTH: timedelta(days=731),
}
YEARS = timedelta(days=5 * 366)
BY_CLOCK = frozenset({Kind.RESPONSE, Kind.CHECKLIST})


def figures_of(promise: Promise, reader: Reader) -> dict[str, Any]:
    """The context of the page's figures; ``is_by_clock`` says of which sort they are."""
    if promise.kind in BY_CLOCK:
        return {"is_by_clock": True, **_of_clocks(promise, reader), "running": _running(promise, reader)}
    return {"is_by_clock": False, **_of_periods(promise, reader)}


def periods_of(promise: Promise, reader: Reader) -> list[PeriodView]:
    """The periods of a rate, a volume or coverage as far back as its page looks, oldest first."""
    since = reader.as_of - LOOKED_BACK.get(promise.terms.per, YEARS)
    readings = Reading.objects.filter(
        commitment_key=promise.key, period_end__gt=since, period_start__lte=reader.as_of
    )
    return views(readings.order_by("period_start", "id"), reader).get(promise.key, [])


def _of_clocks(promise: Promise, reader: Reader) -> dict[str, Any]:
    per = promise.terms.per if promise.terms.per in STEP else Period.MONTH
    step = STEP[per]
    first = period_around(reader.as_of - BACK[per], per, zone=promise.timezone, fiscal_year_start=1)
    span: dict[str, Any] = {"start": first.start, "end": None, "as_of": reader.as_of}
    found, by_origin = by_time_and_origin(promise.key, step=step, **span)
    if not found.rows:  # nothing lately: all that there ever was
        span["start"] = None
        found, by_origin = by_time_and_origin(promise.key, step=step, **span)
    breakdowns = [_breakdown(promise, By.ORIGIN, by_origin, reader)]
    if reader.sight.sees_names_of(promise.team_id):
        breakdowns.insert(
            0, _breakdown(promise, By.OWNER, compliance(promise.key, by=By.OWNER, **span), reader)
        )
    table = table_of(found, step, reader, promise.team_id)
    return {
        "table": table,
        **charts_of(found, table, step, promise),
        "chart_label": _("Kept rate by period; the table below has the figures."),
        "breakdowns": [one for one in breakdowns if one],
        "steps": step_rows(promise, span["start"], reader) if promise.kind == Kind.CHECKLIST else [],
        **_beside(promise, span["start"] or promise.starts_at, reader.as_of, reader),
    }


def _beside(promise: Promise, start: datetime, end: datetime, reader: Reader) -> dict[str, Any]:
    return {"beside": beside_lines(promise, start, end, reader.as_of), "beside_since": start}


def _breakdown(promise: Promise, by: By, found: Compliance, reader: Reader) -> dict[str, Any] | None:
    """A table by this, None where it would say nothing: everything in one row of unknown origin."""
    titles = {By.OWNER: (_("By owner"), _("Owner")), By.ORIGIN: (_("By origin of the lead"), _("Origin"))}
    title, first = titles[by]
    if all(row.key is None for row in found.rows):
        return None
    return {"title": title, "first": first, "table": table_of(found, by, reader, promise.team_id)}


def _running(promise: Promise, reader: Reader) -> Any:
    clocks = Clock.objects.visible_to(reader.user, as_of=reader.as_of).for_commitment(promise.key)
    ahead = clocks.counted_between(reader.as_of, None).not_due(reader.as_of)
    return clock_items(ahead.by_counting()[:SHOWN], reader)


def _of_periods(promise: Promise, reader: Reader) -> dict[str, Any]:
    periods = periods_of(promise, reader)
    return {
        "periods": periods[::-1],
        **charts_of_periods(periods),
        "each_tables": _each_tables(periods, reader),
        "baseline": baseline_card(promise, periods, reader),
        "hours": _hours(promise, periods, reader),
        **(_beside(promise, periods[-1].start, periods[-1].end, reader) if periods else {}),
        "heat_map": heat_map_of(promise, reader.as_of),
    }


def _each_tables(periods: list[PeriodView], reader: Reader) -> list[Any]:
    """Of the period that runs and the one before it."""
    tables = [each_table(period, reader) for period in periods[:-3:-1]]
    return [table for table in tables if table]


def _hours(promise: Promise, periods: list[PeriodView], reader: Reader) -> Any:
    if promise.kind != Kind.COVERAGE or not periods:
        return None
    return hours_of(promise, periods[-1].start, periods[-1].end, reader)
