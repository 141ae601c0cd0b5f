"""For marketing: what became of my leads, and the leads behind each number."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from measurement.feedback import By, fates, outcomes
from measurement.funnel import days_between
from measurement.journeys import zone_of_company
from people.visibility import Sight
from reporting.insight_filters import FeedbackFilter, LeadsFilter
from reporting.showing import feedback as showing
from reporting.showing.offsets import page_number, page_queries

SHOWN = 50


@require_safe
@login_required
def lead_feedback(request: HttpRequest) -> HttpResponse:
    """By campaign or origin: handed over, decided, rejected and why, meetings, deals, won."""
    now = timezone.now()
    chosen, window = _asked(FeedbackFilter, request, now)
    by = By(chosen.found["by"] or By.CAMPAIGN)
    rows, total = outcomes(by=by, origin=chosen.found["origin"], as_of=now, **window)
    asked = {name: chosen.data[name] for name in ("from", "to", "origin") if chosen.data.get(name)}
    shown, shown_total = showing.shown_rows(rows, total, by, asked)
    context = {
        "filter": chosen,
        "by": by,
        "rows": shown,
        "total": shown_total,
        "columns": showing.column_names(),
        "reasons": showing.shown_reasons(total, asked),
        **showing.share_chart(total),
    }
    return render(request, "pages/lead_feedback.html", context)


@require_safe
@login_required
def lead_feedback_list(request: HttpRequest) -> HttpResponse:
    """The leads behind a number, the latest handoff first."""
    now = timezone.now()
    chosen, window = _asked(LeadsFilter, request, now)
    number = page_number(request)
    asked = {name: chosen.found[name] for name in ("origin", "campaign", "outcome", "reason", "reached")}
    found, total = fates(**asked, **window, limit=SHOWN, offset=SHOWN * (number - 1), as_of=now)
    context = {
        "filter": chosen,
        "fates": showing.shown_fates(found, Sight.of(request.user, as_of=now)),
        "total": total,
        **page_queries(request, number, more=total > SHOWN * number),
    }
    return render(request, "pages/lead_feedback_list.html", context)


def _asked(filters: Any, request: HttpRequest, now: datetime) -> tuple[Any, dict[str, Any]]:
    zone = zone_of_company(as_of=now)
    chosen = filters(request.GET, zone=zone, as_of=now)
    since, until = days_between(chosen.found["from"], chosen.found["to"], zone)
    return chosen, {"since": since, "until": until}
