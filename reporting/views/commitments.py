"""One commitment: how it is kept over time and by whom, what was agreed."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.enums import Kind, Period
from agreements.terms.values import Promise
from measurement.compliance import By, compliance
from measurement.models import Clock
from reporting.models import Breach
from reporting.showing.cards import cards
from reporting.showing.items import clock_items, exception_items
from reporting.showing.promises import in_full
from reporting.showing.reader import Reader
from reporting.showing.tables import charts_of, table_of

SHOWN = 5
BACK = {By.DAY: timedelta(days=31), By.WEEK: timedelta(weeks=13), By.MONTH: timedelta(days=731)}
STEP = {Period.DAY: By.DAY, Period.WEEK: By.WEEK}


@require_safe
@login_required
def commitment(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a signed commitment, in its latest wording."""
    reader = Reader(request.user, as_of=timezone.now())
    promise = reader.promise_named(key)
    if promise is None:
        raise Http404(_("There is no signed commitment of this key."))
    context = {"card": cards([promise], reader)[0], "terms": in_full(promise), "now": reader.as_of}
    if promise.kind == Kind.RESPONSE:
        context |= _figures(promise, reader) | _lists(promise, reader)
    return render(request, "pages/commitment.html", context)


def _figures(promise: Promise, reader: Reader) -> dict[str, Any]:
    step = STEP.get(promise.terms.per, By.MONTH)
    span: dict[str, Any] = {"start": reader.as_of - BACK[step], "end": None, "as_of": reader.as_of}
    found = compliance(promise.key, by=step, **span)
    if not found.rows:  # nothing lately: all that there ever was
        span["start"] = None
        found = compliance(promise.key, by=step, **span)
    table = table_of(found, step, reader, promise.team_id)
    return {
        "table": table,
        **charts_of(found, table, step, promise),
        "chart_label": _("Kept rate by period; the table below has the figures."),
        "breakdowns": [
            b for by in _breakdowns(promise, reader) if (b := _breakdown(promise, by, span, reader))
        ],
    }


def _breakdowns(promise: Promise, reader: Reader) -> list[By]:
    """By owner only for whoever may see the names of the team."""
    return [By.OWNER, By.ORIGIN] if reader.sight.sees_names_of(promise.team_id) else [By.ORIGIN]


def _breakdown(promise: Promise, by: By, span: dict[str, Any], reader: Reader) -> dict[str, Any] | None:
    """A table by this, None where it would say nothing: everything in one row of unknown origin."""
    titles = {By.OWNER: (_("By owner"), _("Owner")), By.ORIGIN: (_("By origin of the lead"), _("Origin"))}
    title, first = titles[by]
    found = compliance(promise.key, by=by, **span)
    if all(row.key is None for row in found.rows):
        return None
    return {"title": title, "first": first, "table": table_of(found, by, reader, promise.team_id)}


def _lists(promise: Promise, reader: Reader) -> dict[str, Any]:
    breaches = (
        Breach.objects.visible_to(reader.user, as_of=reader.as_of)
        .filter(commitment_key=promise.key)
        .select_related("assignee")
    )
    clocks = (
        Clock.objects.visible_to(reader.user, as_of=reader.as_of)
        .for_commitment(promise.key)
        .running(reader.as_of)
    )
    return {
        "exceptions": exception_items(breaches.order_by("-missed_at", "-id")[:SHOWN], reader),
        "running": clock_items(clocks.order_by("due_at", "id")[:SHOWN], reader),
    }
