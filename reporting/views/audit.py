"""The audit trail: who did what to what; for administrators and auditors."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.visibility import Sight
from reporting.audit_filter import AuditFilter
from reporting.csv_export import csv_response
from reporting.showing.audit import CSV_COLUMNS, csv_row, shown
from reporting.showing.paging import page_of

CSV_MOST = 50_000


@require_safe
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    """The trail, newest first."""
    chosen = _asked(request)
    page = page_of(chosen.qs, request, keyset=("-id",))
    context = {
        "filter": chosen,
        "acts": [shown(entry) for entry in page.rows],
        "newer": page.newer,
        "older": page.older,
        "query": request.GET.urlencode(),
        "most": CSV_MOST,
    }
    return render(request, "pages/audit.html", context)


@require_safe
@login_required
def audit_csv(request: HttpRequest) -> HttpResponse:
    """The same rows as a file, the newest 50,000 at most."""
    rows = _asked(request).qs.order_by("-id")[:CSV_MOST]
    return csv_response("audit", CSV_COLUMNS, (csv_row(entry) for entry in rows.iterator(chunk_size=2000)))


def _asked(request: HttpRequest) -> Any:
    sight = Sight(request.user, as_of=timezone.now())
    if not (sight.is_admin or getattr(request.user, "is_auditor", False)):
        raise PermissionDenied(_("The audit trail is for administrators and auditors."))
    sight.names(None)  # of everybody, whatever their team
    return AuditFilter(request.GET, zone=timezone.get_current_timezone())
