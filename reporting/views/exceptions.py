"""Exceptions: a list with filters, and one with its why, its argument and its trail."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from measurement.models import Clock
from reporting.acting import Act
from reporting.breach_forms import (
    ActForm,
    AssignForm,
    CommentForm,
    DisputeForm,
    RefuseForm,
    ResolveForm,
    WaiveForm,
)
from reporting.csv_export import csv_response
from reporting.filters import ExceptionFilter
from reporting.models import Breach
from reporting.showing.breach_life import Life, life_of
from reporting.showing.explanations import explanation_of
from reporting.showing.exported import csv_header, csv_rows
from reporting.showing.histories import history_of
from reporting.showing.items import exception_items
from reporting.showing.paging import page_of
from reporting.showing.periods import period_explanation_of
from reporting.showing.reader import Reader

MOST_ROWS = 10_000


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
def exceptions_csv(request: HttpRequest) -> HttpResponse:
    """The same list as a file for a spreadsheet, up to so many rows, with names where they may be seen."""
    reader = Reader(request.user, as_of=timezone.now())
    visible = Breach.objects.visible_to(request.user, as_of=reader.as_of).select_related("assignee")
    chosen = ExceptionFilter(request.GET, queryset=visible, reader=reader)
    rows = list(chosen.qs.order_by("-missed_at", "-id")[:MOST_ROWS])
    return csv_response("exceptions", csv_header(), csv_rows(rows, reader))


@require_safe
@login_required
def exception(request: HttpRequest, pk: int) -> HttpResponse:
    """One exception: why, whose, what to do."""
    return show(request, pk)


def show(request: HttpRequest, pk: int, given: ActForm | None = None, status: int = 200) -> HttpResponse:
    """The page of an exception, with the form that was filled in wrongly, if any."""
    now = timezone.now()
    visible = Breach.objects.visible_to(request.user, as_of=now).select_related("assignee")
    breach = get_object_or_404(visible, pk=pk)
    reader = Reader(request.user, as_of=now)
    clock = Clock.objects.filter(pk=breach.clock_id).first() if breach.clock_id else None
    life = life_of(breach, reader)
    context = {
        "now": now,
        "item": exception_items([breach], reader)[0],
        "explanation": explanation_of(clock, reader) if clock else None,
        "period": period_explanation_of(breach, reader),
        "history": history_of(breach, reader),
        "life": life,
        **_forms(breach, reader, life, given),
    }
    return render(request, "pages/exception.html", context, status=status)


def _forms(breach: Breach, reader: Reader, life: Life, given: ActForm | None) -> dict[str, ActForm]:
    """Those of the acts that are possible, by name."""
    made: dict[Act, Callable[[], ActForm]] = {
        Act.RESOLVE: ResolveForm,
        Act.ASSIGN: lambda: AssignForm(breach=breach, reader=reader),
        Act.DISPUTE: DisputeForm,
        Act.WAIVE: lambda: WaiveForm(user=reader.user, now=reader.as_of, is_period=life.is_period),
        Act.REFUSE: RefuseForm,
        Act.COMMENT: CommentForm,
    }
    possible = {*life.acts, *([Act.COMMENT] if life.may_speak else [])}
    found = {f"{act}_form": make() for act, make in made.items() if act in possible}
    return found | ({f"{given.act}_form": given} if given is not None else {})
