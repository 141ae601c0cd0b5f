"""What the feeds bring, and how fresh it is."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from measurement.judging import backlog
from reporting.showing.feeds import shown_feeds
from reporting.views.gates import IMPORT, MEND, may_change_data, may_read_data


@require_safe
@login_required
def feeds(request: HttpRequest) -> HttpResponse:
    """Each source with its resources: last receipt, today's rows, the last two weeks."""
    now = timezone.now()
    context = {
        "now": now,
        "sources": shown_feeds(zone=timezone.get_current_timezone_name(), as_of=now),
        "backlog": backlog(as_of=now),
        "may_import": may_change_data(request.user, IMPORT),
        "may_mend": may_read_data(request.user, MEND),
    }
    return render(request, "pages/feeds.html", context)
