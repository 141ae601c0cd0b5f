"""Facts declared by hand: said, listed, confirmed or refuted by the other team."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.bounded import counted
from core.problems import Problem
from leads.declaring import Said, confirm
from leads.models import Declaration, Ref
from reporting.declare_forms import DecideForm, DeclareForm
from reporting.declared import Need, may_decide, may_take_back, needs_of, visible_declarations
from reporting.declared.needs import team_named
from reporting.declared.sight import to_decide
from reporting.mending import DECLARATION, changes_told, mend
from reporting.noticing.declarations import declare_and_tell, refute_and_tell
from reporting.record_sight import may_look_at
from reporting.showing.changes import change_lines
from reporting.showing.declaring import act_label, declaration_items, offers, open_clocks
from reporting.showing.paging import page_of
from reporting.showing.reader import Reader
from reporting.showing.record_search import found_records

WAITING = 50


@require_safe
@login_required
def declare_start(request: HttpRequest) -> HttpResponse:
    """What happened, then about which record, then when: one question a page, for phones as well."""
    reader = Reader(request.user, as_of=timezone.now())
    needs = needs_of(reader.sight)
    kind = request.GET.get("kind")
    if not kind or reader.sight.changes_nothing:
        waiting = counted(to_decide(reader.sight))
        context = {"offers": offers(needs), "waiting": waiting, "looks_only": reader.sight.changes_nothing}
        return render(request, "pages/declare.html", context)
    need = _need(needs, kind)
    about = _about(need, request.GET.get("about"))
    if need.types and about is None:
        return _choose(request, need, reader)
    return _ask(request, need, about, DeclareForm(need=need), reader)


@login_required
@require_POST
def declare_send(request: HttpRequest) -> HttpResponse:
    """Enter it; what it changed is shown on its page."""
    now = timezone.now()
    reader = Reader(request.user, as_of=now)
    if reader.sight.changes_nothing:
        raise PermissionDenied(_("Auditors look, and change nothing."))
    need = _need(needs_of(reader.sight), request.POST.get("kind", ""))
    about = _about(need, request.POST.get("about"))
    form = DeclareForm(request.POST, need=need)
    if not form.is_valid():
        return _ask(request, need, about, form, reader, status=422)
    said, team = _said(need, about, form.cleaned_data), team_named(need.team_id)
    by: Any = request.user
    try:
        given = partial(declare_and_tell, said, by=by, team=team, as_of=now)
        effect, _changed = mend(given, about=about, by=request.user, as_of=now, keep=True)
    except Problem as problem:
        _add(form, problem)
        return _ask(request, need, about, form, reader, status=problem.status_code)
    messages.success(request, _("Declared. It counts now, and the other team confirms or refutes it."))
    return redirect("declaration", effect.given.pk)


@require_safe
@login_required
def declarations(request: HttpRequest) -> HttpResponse:
    """Those that wait for the reader's word, and all that the reader may see."""
    reader = Reader(request.user, as_of=timezone.now())
    waiting = to_decide(reader.sight)
    page = page_of(visible_declarations(reader.sight), request, keyset=("-declared_at", "-id"))
    context = {
        "waiting": declaration_items(waiting[:WAITING], reader),
        "items": declaration_items(page.rows, reader),
        "newer": page.newer,
        "older": page.older,
        "looks_only": reader.sight.changes_nothing,
    }
    return render(request, "pages/declarations.html", context)


@require_safe
@login_required
def declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """One declared fact: the evidence, what it changed, what the other team says."""
    return _show(request, pk, DecideForm())


@login_required
@require_POST
def declaration_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It happened."""
    row, reader = _visible(request, pk)
    if not may_decide(row, reader.sight):
        raise PermissionDenied(_("The other team decides, and only once."))
    return _decided(
        request, row, partial(confirm, row, why=request.POST.get("why", "")[:2000]), _("Confirmed.")
    )


@login_required
@require_POST
def declaration_refute(request: HttpRequest, pk: int) -> HttpResponse:
    """It did not happen so; or whoever said so takes it back."""
    row, reader = _visible(request, pk)
    own = may_take_back(row, reader.sight)
    if not own and not may_decide(row, reader.sight):
        raise PermissionDenied(_("The other team decides, and only once."))
    why = request.POST.get("why", "")[:2000].strip()
    if own and not why:
        why = _("Taken back.")
    said = _("Taken back: it no longer counts.") if own else _("Refuted: it no longer counts.")
    return _decided(request, row, partial(refute_and_tell, row, why=why), said)


def _decided(request: HttpRequest, row: Declaration, act: Any, said: str) -> HttpResponse:
    now = timezone.now()
    about = Ref.objects.filter(pk=row.subject_id or 0).first()
    try:
        mend(partial(act, by=request.user, as_of=now), about=about, by=request.user, as_of=now, keep=True)
    except Problem as problem:
        form = DecideForm(request.POST)
        form.is_valid()
        _add(form, problem)
        return _show(request, row.pk, form, status=problem.status_code)
    messages.success(request, said)
    return redirect("declaration", row.pk)


def _show(request: HttpRequest, pk: int, form: DecideForm, status: int = 200) -> HttpResponse:
    row, reader = _visible(request, pk)
    if may_take_back(row, reader.sight):
        form.fields["why"].help_text = _("If you like: what went wrong.")
    context = {
        "item": declaration_items([row], reader)[0],
        "form": form,
        "may_look": row.subject_id is not None and may_look_at(row.subject_id, reader.sight),
        "changes": change_lines(changes_told(DECLARATION, pk, at=row.declared_at), reader),
    }
    return render(request, "pages/declaration.html", context, status=status)


def _visible(request: HttpRequest, pk: int) -> tuple[Declaration, Reader]:
    reader = Reader(request.user, as_of=timezone.now())
    return get_object_or_404(visible_declarations(reader.sight), pk=pk), reader


def _need(needs: list[Need], kind: str) -> Need:
    found = next((need for need in needs if need.kind == kind), None)
    if found is None:
        raise Http404(_("None of your promises counts this."))
    return found


def _about(need: Need, given: str | None) -> Ref | None:
    if not given or not given.isdecimal() or len(given) > 18:
        return None
    return get_object_or_404(Ref, pk=int(given), type__in=need.types, merged_into__isnull=True)


def _choose(request: HttpRequest, need: Need, reader: Reader) -> HttpResponse:
    text = request.GET.get("q", "")
    context = {
        "need": need,
        "label": act_label(need.kind),
        "text": text,
        "found": found_records(text, need.types),
        "clocks": open_clocks(need, reader) if not text else [],
    }
    return render(request, "pages/declare_about.html", context)


def _ask(
    request: HttpRequest, need: Need, about: Ref | None, form: DeclareForm, reader: Reader, status: int = 200
) -> HttpResponse:
    reader.learn([about.pk if about else None], [])
    context = {
        "need": need,
        "label": act_label(need.kind),
        "about": about,
        "about_label": reader.record(about.pk) if about else "",
        "form": form,
    }
    return render(request, "pages/declare_form.html", context, status=status)


def _said(need: Need, about: Ref | None, given: dict[str, Any]) -> Said:
    return Said(
        kind=need.kind,
        occurred_at=given["occurred_at"],
        until=given.get("until"),
        about=about,
        data={"channel": given["channel"]} if given.get("channel") else {},
        link=given["link"],
        note=given["note"],
        ended_by=need.ended_by,
    )


def _add(form: Any, problem: Problem) -> None:
    """What the act refused, at its field where the form has it."""
    for error in problem.errors or [{"field": None, "message": str(problem.detail)}]:
        form.add_error(error["field"] if error["field"] in form.fields else None, error["message"])
