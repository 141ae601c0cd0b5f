"""How leads turn into customers: the table, its chart, and the same as a file."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from measurement.api.conversion import COUNTS, RATES, as_dict
from measurement.funnel import STAGES, By, Cohort, Funnel, days_between, funnel
from measurement.journeys import zone_of_company
from people.visibility import Sight
from reporting.csv_export import csv_response
from reporting.insight_filters import ConversionFilter
from reporting.showing import conversion as showing

FIGURES = (*COUNTS, *RATES, "deals_won", "deals_closed", "close_rate", "maturing")


@require_safe
@login_required
def conversion(request: HttpRequest) -> HttpResponse:
    """The page."""
    now = timezone.now()
    chosen, by, found = _asked(request, now)
    context = {
        "filter": chosen,
        "by": by,
        "found": found,
        "table": showing.shown(found, showing.labelled(found, by, Sight.of(request.user, as_of=now))),
        "stages": [showing.stage_name(stage) for stage in STAGES],
        **showing.charts(found.total),
    }
    return render(request, "pages/conversion.html", context)


@require_safe
@login_required
def conversion_csv(request: HttpRequest) -> HttpResponse:
    """The same rows and total as a file, the figures named as in the API."""
    now = timezone.now()
    _chosen, by, found = _asked(request, now)
    rows = showing.labelled(found, by, Sight.of(request.user, as_of=now))
    currencies = [money.currency for money in found.total.money]
    header = [
        str(by),
        *FIGURES,
        *(f"{name} {c or '?'}" for c in currencies for name in ("amount", "won_amount")),
    ]
    lines = [_line(label, row, currencies) for label, row in [*rows, ("total", found.total)]]
    return csv_response(f"conversion-{by}", header, lines)


def _asked(request: HttpRequest, now: datetime) -> tuple[Any, By, Funnel]:
    zone = zone_of_company(as_of=now)
    chosen = ConversionFilter(request.GET, zone=zone, as_of=now)
    given = chosen.found
    since, until = days_between(given["from"], given["to"], zone)
    by = By(given["by"] or By.MONTH)
    found = funnel(
        by=by,
        cohort=Cohort(given["cohort"] or Cohort.CREATED),
        since=since,
        until=until,
        zone=zone,
        origin=given["origin"],
        as_of=now,
    )
    return chosen, by, found


def _line(label: str, row: Any, currencies: list[str | None]) -> list[Any]:
    figures = as_dict(row)
    money = {one.currency: one for one in row.money}
    amounts = [
        getattr(money[currency], name) if currency in money else 0
        for currency in currencies
        for name in ("amount", "won_amount")
    ]
    return [label, *(figures[name] for name in FIGURES), *amounts]
