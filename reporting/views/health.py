"""Whether the installation works: for monitors, for Prometheus, and the page for those who run it."""

import hmac
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agreements.freezing import running_out
from core import outbox, undelivered
from core.models import OutboxMessage
from measurement.judging import backlog
from people.visibility import Sight
from reporting.operation.checks import checks
from reporting.operation.metrics import CONTENT_TYPE, exposition
from reporting.operation.state import feeds, state_of
from reporting.showing.health import shown_state, stuck_rows
from reporting.showing.paging import page_of


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker and beat work: 200, else 503 with what to do.

    Shown without failing: stale feeds, how much waits to be judged, and the calendars of agreements in force
    whose frozen public holidays end this year (afterwards holidays would count as open).
    """
    now = timezone.now()
    found = checks(as_of=now)
    ready, database_answers = all(check.ok for check in found), found[0].ok
    body = {
        "status": "ready" if ready else "not ready",
        "checks": [asdict(check) for check in found],
        "feeds": feeds(now) if database_answers else [],
        "waiting": {
            "to_judge": backlog(as_of=now),
            "holidays_running_out": [str(calendar) for calendar in running_out(as_of=now)],
        }
        if database_answers
        else {},
    }
    return JsonResponse(body, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text for whoever brings METRICS_TOKEN; without that setting there is nothing here."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(
            "Send Authorization: Bearer and the METRICS_TOKEN.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    now = timezone.now()
    try:
        text = exposition(checks(as_of=now), state_of(as_of=now))
    except DatabaseError:
        text = exposition(checks(as_of=now), None)
    return HttpResponse(text, content_type=CONTENT_TYPE)


@require_safe
@login_required
def health(request: HttpRequest) -> HttpResponse:
    """Everything that could need a hand, each with what to do; for administrators and auditors."""
    now = timezone.now()
    sight = Sight.of(request.user, as_of=now)
    if not (sight.is_admin or sight.is_auditor):
        raise PermissionDenied(_("The health of the installation is for administrators."))
    page = page_of(undelivered.stuck(), request, keyset=("-created_at", "-id"))
    context = {
        "shown": shown_state(state_of(as_of=now)),
        "stuck": stuck_rows(page.rows),
        "may_decide": sight.is_admin,
        "newer": page.newer,
        "older": page.older,
    }
    return render(request, "pages/health.html", context)


@login_required
@require_POST
def message_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a stuck message again."""
    message = _stuck(request, pk)
    return _decide(
        request,
        lambda: outbox.resend(message, by=request.user, as_of=timezone.now()),
        _("It is sent again within seconds."),
    )


@login_required
@require_POST
def message_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that a stuck message is not sent again."""
    message = _stuck(request, pk)
    return _decide(
        request,
        lambda: undelivered.leave(message, by=request.user, as_of=timezone.now()),
        _("It is left as it is, and its text was removed."),
    )


def _stuck(request: HttpRequest, pk: int) -> OutboxMessage:
    if not Sight(request.user, as_of=timezone.now()).is_admin:
        raise PermissionDenied(_("Administrators decide what becomes of undelivered messages."))
    return get_object_or_404(OutboxMessage, pk=pk)


def _decide(request: HttpRequest, act: Any, done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except ValueError:
        messages.error(request, _("Somebody has decided about this message already."))
    return redirect("health")
