"""One reading: what was counted, what was left out and why, and how its target came about."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.enums import Kind
from measurement.models import Reading
from reporting.enums import BreachType
from reporting.models import Breach
from reporting.showing.coverage import hours_of
from reporting.showing.each import sees_each
from reporting.showing.offsets import page_number, page_queries
from reporting.showing.reader import Reader
from reporting.showing.reading_pages import reading_page


@require_safe
@login_required
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a period came to what it did; what one member came to only for whoever may see their name."""
    reader = Reader(request.user, as_of=timezone.now())
    rows = Reading.objects.select_related("commitment__version__agreement", "commitment__calendar")
    found = get_object_or_404(rows.filter(commitment__in=[p.commitment_id for p in reader.promises]), pk=pk)
    promise = reader.promise_of(found.commitment_id)
    if not sees_each(found.each, promise, reader):
        raise Http404
    shown = reading_page(found, page_number(request), reader)
    breaches = Breach.objects.visible_to(request.user, as_of=reader.as_of).filter(
        type=BreachType.PERIOD,
        commitment_key=found.commitment_key,
        period_start=found.period_start,
        each=found.each,
    )
    hours = None
    if promise.kind == Kind.COVERAGE:
        hours = hours_of(promise, found.period_start, found.period_end, reader)
    context = {
        "shown": shown,
        "hours": hours,
        "breach_id": breaches.values_list("pk", flat=True).first(),
        **page_queries(request, shown.page, more=shown.page < shown.pages),
    }
    return render(request, "pages/reading.html", context)
