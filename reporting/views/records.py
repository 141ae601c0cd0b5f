"""Single records: found, looked at, and put right, each act with its preview first."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core.problems import Problem
from leads.correcting import correct, mark_deleted, merge, retract
from leads.enums import RecordType
from leads.erasing import erase
from leads.models import Event, Ref
from measurement.effects import Effect
from measurement.querysets import acting_members
from reporting.labels import type_name
from reporting.mending import kept_fields, mend
from reporting.record_forms import ActForm, CorrectForm, DeleteForm, MergeForm
from reporting.record_sight import in_sight, may_look_at, may_mend
from reporting.showing.changes import change_lines
from reporting.showing.reader import Reader
from reporting.showing.record_search import found_records
from reporting.showing.records import clocks_of, field_lines, mended, timeline, units_of


@dataclass(frozen=True, slots=True)
class Act:
    """One way of putting a record right."""

    form: type[ActForm]
    perform: Callable[..., Any]
    title: Promise
    warning: Promise


ACTS = {
    "correct": Act(
        CorrectForm,
        correct,
        gettext_lazy("Correct a field"),
        gettext_lazy("Correct it in the source too: what it says later counts as new."),
    ),
    "delete": Act(
        DeleteForm,
        mark_deleted,
        gettext_lazy("Mark as deleted"),
        gettext_lazy("Open clocks are cancelled; misses stand."),
    ),
    "merge": Act(
        MergeForm,
        merge,
        gettext_lazy("Merge into another record"),
        gettext_lazy("Its history moves to the record that stays."),
    ),
    "erase": Act(
        ActForm,
        erase,
        gettext_lazy("Erase the person's data"),
        gettext_lazy("Names, addresses, numbers and free texts of the record and its events go for good, "
                     "also in quarantine; what colleagues wrote in disputes, comments and reasons stays. "
                     "Clocks and statistics stay under a pseudonym. This cannot be undone."),
    ),
}  # fmt: skip


@require_safe
@login_required
def records(request: HttpRequest) -> HttpResponse:
    """Records by name or id."""
    text = request.GET.get("q", "")[:200]
    reader = Reader(request.user, as_of=timezone.now())
    found = found_records(text, among=in_sight(reader.sight), owners=acting_members(reader.sight))
    rows = [(ref, label, type_name(ref.type)) for ref, label in found]
    return render(request, "pages/records.html", {"text": text, "found": rows})


@require_safe
@login_required
def record(request: HttpRequest, type: str, source: str, external_id: str) -> HttpResponse:
    """One record."""
    found = get_object_or_404(Ref, type=type, source=source, external_id=external_id)
    return _show(request, found, {})


@login_required
@require_POST
def record_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Look at what the act would change; with ``sure`` do it."""
    ref = _to_mend(request, pk)
    if act not in ACTS or (act == "erase" and ref.type != RecordType.CONTACT):
        raise Http404
    form = ACTS[act].form(request.POST, ref=ref)
    if not form.is_valid():
        return _show(request, ref, {act: form}, status=422)
    more = {"kept": kept_fields()} if act == "erase" else {}
    change = partial(ACTS[act].perform, ref, **form.arguments(), **more)
    return _perform(request, ref, act, form, change)


@login_required
@require_POST
def record_retract(request: HttpRequest, pk: int, event: int) -> HttpResponse:
    """Look at what withdrawing an event would change; with ``sure`` do it."""
    ref = _to_mend(request, pk)
    found = get_object_or_404(Event, pk=event)
    return _perform(
        request, ref, "retract", ActForm(request.POST, ref=ref), partial(retract, found), event=found
    )


def _perform(
    request: HttpRequest, ref: Ref, act: str, form: ActForm, change: Any, event: Event | None = None
) -> HttpResponse:
    now, keep = timezone.now(), request.POST.get("sure") == "1"
    try:
        change = partial(change, by=request.user, as_of=now)
        effect, rows = mend(change, about=ref, by=request.user, as_of=now, keep=keep)
    except Problem as problem:
        return _refused(request, ref, act, form, problem)
    if not keep:
        return _preview(request, ref, act, form, effect, rows, event)
    messages.success(
        request, _("Done. What it changed stands under “Put right”; the pages follow in seconds.")
    )
    ref = Ref.objects.get(pk=ref.pk)
    return redirect("record", ref.type, ref.source, ref.external_id)


def _preview(
    request: HttpRequest,
    ref: Ref,
    act: str,
    form: ActForm,
    effect: Effect[Any],
    rows: list[dict[str, Any]],
    event: Event | None,
) -> HttpResponse:
    reader = Reader(request.user, as_of=timezone.now())
    reader.learn([ref.pk], [])
    context = {
        "ref": ref,
        "label": reader.record(ref.pk),
        "act": act,
        "title": ACTS[act].title if act in ACTS else _("Withdraw an event"),
        "warning": ACTS[act].warning if act in ACTS else _("It will count as if it had never happened."),
        "event": event,
        "given": [(name, value) for name in form.fields if (value := request.POST.get(name, ""))],
        "changes": change_lines(rows, reader),
        "effect": effect,
    }
    return render(request, "pages/record_preview.html", context)


def _refused(request: HttpRequest, ref: Ref, act: str, form: ActForm, problem: Problem) -> HttpResponse:
    """The record again, with what was wrong at its place; what has no form of its own is said on top."""
    if act not in ACTS:
        messages.error(request, str(problem.detail))
        return _show(request, ref, {}, status=problem.status_code)
    for error in problem.errors or [{"field": None, "message": str(problem.detail)}]:
        form.add_error(error["field"] if error["field"] in form.fields else None, error["message"])
    return _show(request, ref, {act: form}, status=problem.status_code)


def _show(request: HttpRequest, ref: Ref, forms: dict[str, ActForm], status: int = 200) -> HttpResponse:
    reader = Reader(request.user, as_of=timezone.now())
    if not may_look_at(ref.pk, reader.sight):
        raise Http404
    reader.learn([ref.pk, ref.merged_into], [])
    mends = may_mend(reader.sight)
    context = {
        "ref": ref,
        "label": reader.record(ref.pk),
        "type": type_name(ref.type),
        "fields": field_lines(ref, reader),
        "timeline": timeline(ref, reader),
        "clocks": clocks_of(ref, reader),
        "units": units_of(ref, reader),
        "mended": mended(ref, reader),
        "survivor": reader.record(ref.merged_into) if ref.merged_into else "",
        "survivor_ref": Ref.objects.filter(pk=ref.merged_into or 0).first(),
        "acts": _acts(ref, forms) if mends else [],
        "may_mend": mends,
    }
    return render(request, "pages/record.html", context, status=status)


def _acts(ref: Ref, forms: dict[str, ActForm]) -> list[dict[str, Any]]:
    """Each act that is possible with its form, the one that was refused with what is wrong."""
    if ref.type == RecordType.CALL:
        return []
    names = [name for name in ACTS if name != "erase" or ref.type == RecordType.CONTACT]
    return [
        {
            "name": name,
            "title": ACTS[name].title,
            "warning": ACTS[name].warning,
            "form": forms.get(name) or ACTS[name].form(ref=ref, auto_id=f"id_{name}_%s"),
            "open": name in forms,
        }
        for name in names
    ]


def _to_mend(request: HttpRequest, pk: int) -> Ref:
    reader = Reader(request.user, as_of=timezone.now())
    ref = get_object_or_404(Ref, pk=pk)
    if not may_look_at(ref.pk, reader.sight):
        raise Http404
    if not may_mend(reader.sight):
        raise PermissionDenied(_("Only administrators put facts right."))
    return ref
