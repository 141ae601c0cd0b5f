"""What people do about an exception; each act leads back to its page, where it can be undone for a moment."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.problems import Problem
from reporting.acting import (
    acknowledge,
    assign,
    comment,
    dispute,
    refuse,
    resolve,
    take_back_dispute,
    undo,
    waive,
)
from reporting.breach_forms import (
    ActForm,
    AssignForm,
    CommentForm,
    DisputeForm,
    RefuseForm,
    ResolveForm,
    WaiveForm,
)
from reporting.deciding import may_decide_on
from reporting.models import Breach
from reporting.showing.reader import Reader
from reporting.sight import may_act_on
from reporting.views.exceptions import show

Perform = Callable[[], Any]


@login_required
@require_POST
def exception_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody is on it."""
    breach, reader = _to_act_on(request, pk)
    return _done(request, pk, lambda: acknowledge(breach, by=request.user, as_of=reader.as_of))


@login_required
@require_POST
def exception_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispute it no more."""
    breach, reader = _to_act_on(request, pk)
    return _done(request, pk, lambda: take_back_dispute(breach, by=request.user, as_of=reader.as_of))


@login_required
@require_POST
def exception_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it with its cause."""
    breach, reader = _to_act_on(request, pk)
    return _with(request, breach, reader, ResolveForm(request.POST), resolve)


@login_required
@require_POST
def exception_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it to somebody of the team."""
    breach, reader = _to_act_on(request, pk)
    form = AssignForm(request.POST, breach=breach, reader=reader)
    return _with(request, breach, reader, form, assign)


@login_required
@require_POST
def exception_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is wrong."""
    breach, reader = _to_act_on(request, pk)
    return _with(request, breach, reader, DisputeForm(request.POST), dispute)


@login_required
@require_POST
def exception_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree that it does not count."""
    breach, reader = _to_decide_on(request, pk)
    is_period = breach.period_start is not None
    form = WaiveForm(request.POST, user=reader.user, now=reader.as_of, is_period=is_period)
    return _with(request, breach, reader, form, waive)


@login_required
@require_POST
def exception_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why the miss stands."""
    breach, reader = _to_decide_on(request, pk)
    return _with(request, breach, reader, RefuseForm(request.POST), refuse)


@login_required
@require_POST
def exception_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something: whoever sees it may, but for auditors."""
    breach, reader = _seen(request, pk)
    if reader.sight.changes_nothing:
        raise PermissionDenied(_("Auditors look, and change nothing."))
    return _with(request, breach, reader, CommentForm(request.POST), comment)


@login_required
@require_POST
def exception_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's last act back."""
    breach, reader = _seen(request, pk)
    return _done(request, pk, lambda: undo(breach, by=request.user, as_of=reader.as_of), said=_("Undone."))


def _with(
    request: HttpRequest, breach: Breach, reader: Reader, form: ActForm, act: Callable[..., Any]
) -> HttpResponse:
    """Do it with what was filled in; what is wrong with a field is said beside it."""
    if not form.is_valid():
        return show(request, breach.pk, form, status=422)
    try:
        act(breach, by=request.user, as_of=reader.as_of, **form.values())
    except Problem as problem:
        if _placed(problem, form):
            return show(request, breach.pk, form, status=422)
        messages.error(request, str(problem.detail))
    return redirect("exception", breach.pk)


def _placed(problem: Problem, form: ActForm) -> bool:
    """Whether the problem is one of the form's fields, and now said there."""
    placed = [error for error in problem.errors or () if error["field"] in form.fields]
    for error in placed:
        form.add_error(error["field"], f"{form.fields[error['field']].label}: {error['message']}.")
    return bool(placed)


def _done(request: HttpRequest, pk: int, perform: Perform, *, said: str = "") -> HttpResponse:
    try:
        perform()
        if said:
            messages.success(request, said)
    except Problem as problem:
        messages.error(request, str(problem.detail))
    return redirect("exception", pk)


def _seen(request: HttpRequest, pk: int) -> tuple[Breach, Reader]:
    reader = Reader(request.user, as_of=timezone.now())
    visible = Breach.objects.visible_to(request.user, as_of=reader.as_of)
    return get_object_or_404(visible, pk=pk), reader


def _to_act_on(request: HttpRequest, pk: int) -> tuple[Breach, Reader]:
    breach, reader = _seen(request, pk)
    if not may_act_on(breach, reader.sight):
        raise PermissionDenied(_("Only its owner, their manager or an administrator can do this."))
    return breach, reader


def _to_decide_on(request: HttpRequest, pk: int) -> tuple[Breach, Reader]:
    breach, reader = _seen(request, pk)
    if not may_decide_on(breach, reader.sight):
        raise PermissionDenied(_("Only a manager of the other team decides whether a miss counts."))
    return breach, reader
