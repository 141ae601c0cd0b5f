"""The daily report: today's, and the archive."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reporting.models import DailyReport
from reporting.showing.paging import page_of
from reporting.showing.reader import Reader
from reporting.showing.reports import shown_report


@require_safe
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """The archive, newest first."""
    now = timezone.now()
    visible = DailyReport.objects.visible_to(request.user, as_of=now).select_related("team")
    page = page_of(visible, request, keyset=("-day", "-id"))
    return render(
        request, "pages/reports.html", {"reports": page.rows, "newer": page.newer, "older": page.older}
    )


@require_safe
@login_required
def report(request: HttpRequest, day: date, team: str) -> HttpResponse:
    """What one team read on the morning of one day."""
    now = timezone.now()
    visible = DailyReport.objects.visible_to(request.user, as_of=now).select_related("team")
    found = get_object_or_404(visible, day=day, team__slug=team)
    return render(
        request, "pages/report.html", {"shown": shown_report(found, Reader(request.user, as_of=now))}
    )
