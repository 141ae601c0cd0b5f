"""For sales: am I working the right ones first?"""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from measurement.funnel import days_between
from measurement.journeys import zone_of_company
from measurement.priorities import MOST, contact_promises, contacts
from reporting.insight_filters import PrioritiesFilter
from reporting.showing import priorities as showing
from reporting.showing.clauses import within_text
from reporting.showing.promises import title_of
from reporting.showing.reader import Reader

USUAL = timedelta(days=90)
MINE = "mine"


@require_safe
@login_required
def priorities(request: HttpRequest) -> HttpResponse:
    """Score against the time to the first contact, of everybody's leads or of the reader's own."""
    now = timezone.now()
    reader = Reader(request.user, as_of=now)
    zone = zone_of_company(as_of=now)
    chosen = PrioritiesFilter(request.GET, zone=zone, as_of=now)
    given = chosen.found
    since, until = days_between(given["from"], given["to"], zone)
    promises = contact_promises(reader.promises_in_force)
    found = contacts(
        since=since or now - USUAL,
        until=until,
        origin=given["origin"],
        owners=showing.own_members(request.user) if given["whose"] == MINE else None,
        promises=promises,
        as_of=now,
    )
    context = {
        "filter": chosen,
        "found": found,
        "cut": MOST if len(found) == MOST else 0,
        "promises": [(p.key, title_of(p), within_text(p.terms.within)) for p in promises],
        **showing.page(found, promises, reader.sight),
    }
    return render(request, "pages/priorities.html", context)
