"""Exceptions: a list with filters, one with its why, and what a person does about it."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.problems import Problem
from measurement.models import Clock
from reporting import words
from reporting.acting import acknowledge, resolve
from reporting.enums import RootCause
from reporting.filters import ExceptionFilter
from reporting.models import Breach
from reporting.showing.explanations import explanation_of
from reporting.showing.histories import history_of
from reporting.showing.items import exception_items
from reporting.showing.paging import page_of
from reporting.showing.periods import period_explanation_of
from reporting.showing.reader import Reader
from reporting.sight import may_act_on


class ResolveForm(forms.Form):
    """Why it was missed, and what changes."""

    root_cause = forms.ChoiceField(label=gettext_lazy("Root cause"), choices=list)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What held it up, and what changes so that it does not happen again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = [(cause.value, words.root_cause(cause)) for cause in RootCause]
        cast("forms.ChoiceField", self.fields["root_cause"]).choices = [("", _("Choose a cause")), *causes]


@require_safe
@login_required
def exceptions(request: HttpRequest) -> HttpResponse:
    """The exceptions that the reader may see, open ones first unless asked otherwise."""
    now = timezone.now()
    reader = Reader(request.user, as_of=now)
    visible = Breach.objects.visible_to(request.user, as_of=now).select_related("assignee")
    chosen = ExceptionFilter(request.GET, queryset=visible, reader=reader)
    page = page_of(chosen.qs, request, keyset=("-missed_at", "-id"))
    context = {
        "now": now,
        "filter": chosen,
        "items": exception_items(page.rows, reader),
        "newer": page.newer,
        "older": page.older,
    }
    return render(request, "pages/exceptions.html", context)


@require_safe
@login_required
def exception(request: HttpRequest, pk: int) -> HttpResponse:
    """One exception: why, whose, what to do."""
    return _show(request, pk, ResolveForm())


@login_required
@require_POST
def exception_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody is on it."""
    breach = _to_act_on(request, pk)
    try:
        acknowledge(breach, by=request.user, as_of=timezone.now())
        messages.success(request, _("Acknowledged: everybody sees that it is being dealt with."))
    except Problem as problem:
        messages.error(request, str(problem.detail))
    return redirect("exception", pk)


@login_required
@require_POST
def exception_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it with its cause."""
    breach = _to_act_on(request, pk)
    form = ResolveForm(request.POST)
    if not form.is_valid():
        return _show(request, pk, form, status=422)
    try:
        resolve(breach, by=request.user, as_of=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Resolved. The cause counts in the monthly review."))
    except Problem as problem:
        messages.error(request, str(problem.detail))
    return redirect("exception", pk)


def _show(request: HttpRequest, pk: int, form: ResolveForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    visible = Breach.objects.visible_to(request.user, as_of=now).select_related("assignee")
    breach = get_object_or_404(visible, pk=pk)
    reader = Reader(request.user, as_of=now)
    clock = Clock.objects.filter(pk=breach.clock_id).first() if breach.clock_id else None
    item = exception_items([breach], reader)[0]
    context = {
        "now": now,
        "item": item,
        "explanation": explanation_of(clock, reader) if clock else None,
        "period": period_explanation_of(breach, reader),
        "history": history_of(breach, reader),
        "may_act": item.is_live and may_act_on(breach, reader.sight),
        "resolve_form": form,
    }
    return render(request, "pages/exception.html", context, status=status)


def _to_act_on(request: HttpRequest, pk: int) -> Breach:
    now = timezone.now()
    breach = get_object_or_404(Breach.objects.visible_to(request.user, as_of=now), pk=pk)
    if not may_act_on(breach, Reader(request.user, as_of=now).sight):
        raise PermissionDenied(_("Only its owner, their manager or an administrator can do this."))
    return breach
