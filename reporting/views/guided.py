"""A new agreement, step by step: who, from when, by which calendar, and its first promises."""

from datetime import date
from typing import Any, cast
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.beginning import Beginning, begin
from agreements.document import DocumentError
from agreements.forms import BeginningForm
from agreements.rights import may_write_any, may_write_for
from people.models import Team, User
from reporting.showing.catalogue import shown_by_side

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_new(request: HttpRequest) -> HttpResponse:
    """Asks for what an agreement begins with, and writes its draft on POST."""
    now = timezone.now()
    if not may_write_any(request.user, as_of=now):
        raise PermissionDenied(_("Managers of teams and administrators can do this."))
    form = BeginningForm(request.POST or None, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        beginning = form.beginning()
        if not _may_begin(request.user, beginning):
            form.add_error("sales", _("You manage neither of these teams: choose yours on one side."))
        elif answer := _begin(request, form, beginning):
            return answer
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/guided_new.html", _context(form), status=status)


def _begin(request: HttpRequest, form: BeginningForm, beginning: Beginning) -> HttpResponse | None:
    try:
        loaded = begin(beginning, by=cast("User", request.user), as_of=timezone.now())
    except DocumentError as error:
        form.add_error(None, list(error.lines))
        return None
    messages.success(
        request, _("The draft is there. Adapt its promises, write its parts, then send it to review.")
    )
    return redirect("agreement_version", loaded.version.agreement.key, loaded.version.number)


def _may_begin(user: Any, beginning: Beginning) -> bool:
    teams = Team.objects.filter(slug__in=beginning.teams.values()).values_list("pk", flat=True)
    return may_write_for(teams, user, as_of=timezone.now())


def _initial(request: HttpRequest) -> dict[str, Any]:
    user = cast("User", request.user)
    return {
        "title_en": "Marketing–sales agreement",
        "title_fr": "Accord marketing–ventes",
        "effective_from": _first_of_next_month(timezone.localdate()),
        "timezone": user.timezone,
        "days": WEEKDAYS,
        "hours": "09:00-12:30 13:30-18:00",
        "country": "FR" if user.timezone == "Europe/Paris" else "",
    }


def _first_of_next_month(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _context(form: BeginningForm) -> dict[str, Any]:
    chosen = form.data.getlist("promises") if form.is_bound else []  # type: ignore[attr-defined]
    return {
        "form": form,
        "sides": shown_by_side(chosen=chosen),
        "zones": sorted(zone for zone in available_timezones() if "/" in zone),
        "about": [form[name] for name in ("title_en", "title_fr", "key", "effective_from")],
        "parties": [form[name] for name in ("marketing", "sales")],
        "hours": [form[name] for name in ("timezone", "days", "hours", "country")],
    }
