"""One clock, and what the reader owes now."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from measurement.models import Clock
from reporting.models import Breach
from reporting.showing.besides import beside_record
from reporting.showing.explanations import explanation_of
from reporting.showing.items import clock_items
from reporting.showing.paging import page_of
from reporting.showing.reader import Reader

SHOWN = 20


@require_safe
@login_required
def clock(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a clock stands as it does."""
    now = timezone.now()
    found = get_object_or_404(Clock.objects.visible_to(request.user, as_of=now), pk=pk)
    reader = Reader(request.user, as_of=now)
    breaches = Breach.objects.visible_to(request.user, as_of=now).filter(clock_id=pk)
    context = {
        "item": clock_items([found], reader)[0],
        "explanation": explanation_of(found, reader),
        "beside": beside_record(reader.promise_of(found.commitment_id), found.subject_id, now),
        "breach_id": breaches.values_list("pk", flat=True).first(),
    }
    return render(request, "pages/clock.html", context)


@require_safe
@login_required
def my_clocks(request: HttpRequest) -> HttpResponse:
    """The open clocks of the reader, the most urgent first, then those of whom they cover; for a manager also
    those of nobody."""
    now = timezone.now()
    reader = Reader(request.user, as_of=now)
    mine = page_of(
        Clock.objects.open().owned_by(request.user).by_urgency(), request, keyset=("urgency", "id")
    )
    nobodys: Any = Clock.objects.open().of_nobody().by_urgency()
    managed = nobodys.filter(commitment__owner_id__in=reader.sight.team_ids | reader.sight.managed_team_ids)
    others = reader.sight.acting_ids - {request.user.pk}
    covered: Any = Clock.objects.open().owned_by_any(others).by_urgency()
    context = {
        "now": now,
        "mine": clock_items(mine.rows, reader),
        "newer": mine.newer,
        "older": mine.older,
        "covered": clock_items(covered.order_by("urgency", "id")[:SHOWN] if others else [], reader),
        "unassigned": clock_items(managed.order_by("urgency", "id")[:SHOWN], reader),
    }
    return render(request, "pages/my_clocks.html", context)
