"""Rows that were refused: why, mended, sent again, or taken along as a file."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import audit
from core.bounded import counted
from leads.ingestion.quarantine import RAW_LIMIT
from leads.mending import MOST, UnreadableRowError, mend, row_of, send_again
from leads.models import QuarantinedRow
from reporting.csv_export import csv_response
from reporting.quarantine_filter import QuarantineFilter
from reporting.showing.paging import page_of
from reporting.views.gates import MEND, may_change_data, may_read_data

COLUMNS = ("source", "resource", "received_at", "external_id", "field", "code", "message", "row")


class RowForm(forms.Form):
    """The row as JSON."""

    raw = forms.CharField(
        label=gettext_lazy("The row"),
        max_length=RAW_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"class": "raw", "spellcheck": "false", "rows": 16}),
    )


@login_required
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """The refused rows that are still kept, newest first."""
    _refuse_reader(request)
    chosen = QuarantineFilter(request.GET)
    page = page_of(chosen.rows.defer("raw"), request, keyset=("-id",))
    context = {
        "filter": chosen,
        "rows": page.rows,
        "count": counted(chosen.rows, MOST),
        "most": MOST,
        "may_act": may_change_data(request.user, MEND),
        "newer": page.newer,
        "older": page.older,
    }
    return render(request, "pages/quarantine.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quarantined_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One refused row: read it, mend it, send it again."""
    _refuse_reader(request)
    row = get_object_or_404(_kept(), pk=pk)
    form = RowForm(request.POST or None, initial={"raw": _shown(row.raw)})
    if request.method == "POST":
        _refuse_actor(request)
        if form.is_valid() and (answer := _mended(request, row, form)):
            return answer
    context = {"row": row, "form": form, "may_act": may_change_data(request.user, MEND)}
    return render(request, "pages/quarantined_row.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def quarantine_replay(request: HttpRequest) -> HttpResponse:
    """Send the chosen rows again, or all that the filter finds."""
    _refuse_reader(request)
    _refuse_actor(request)
    rows = QuarantineFilter(request.POST).rows
    if "all" not in request.POST:
        rows = rows.filter(pk__in=[pk for pk in request.POST.getlist("row") if pk.isdecimal()])
    listed = list(rows.select_related("batch").order_by("id")[:MOST])
    if listed:
        sent = send_again(listed, by=request.user, as_of=timezone.now())
        words = {"stored": sent.stored, "refused": sent.refused}
        messages.success(request, _("%(stored)d rows stored, %(refused)d refused again.") % words)
    else:
        messages.error(request, _("Choose the rows to send again."))
    return redirect(f"{reverse('quarantine')}?{QuarantineFilter(request.POST).query}")


@login_required
@require_safe
def quarantine_csv(request: HttpRequest) -> HttpResponse:
    """What the filter finds, as a file that no spreadsheet runs."""
    _refuse_reader(request)
    rows = QuarantineFilter(request.GET).rows.select_related("batch").order_by("-id")
    lines = [_line(row) for row in rows[: 10 * MOST]]
    after = {"rows": len(lines)}
    audit.record(
        actor=request.user,
        verb="quarantine.export",
        object_type="quarantined_row",
        object_id="",
        after=after,
        as_of=timezone.now(),
    )
    return csv_response("refused-rows", COLUMNS, lines)


def _mended(request: HttpRequest, row: QuarantinedRow, form: RowForm) -> HttpResponse | None:
    try:
        raw = row_of(form.cleaned_data["raw"])
    except UnreadableRowError as error:
        form.add_error("raw", _("The row %(why)s") % {"why": error})
        return None
    again = mend(row, raw=raw, by=request.user, as_of=timezone.now())
    if again is None:
        messages.success(request, _("Stored. It is judged within moments."))
        return redirect("quarantine")
    messages.error(request, _("Refused again: %(why)s") % {"why": again.message})
    return redirect("quarantined_row", again.pk)


def _line(row: QuarantinedRow) -> list[Any]:
    received = row.batch.received_at.isoformat()
    return [
        row.batch.source,
        row.batch.resource,
        received,
        row.external_id,
        row.field,
        row.code,
        row.message,
        row.raw if isinstance(row.raw, str) else json.dumps(row.raw, ensure_ascii=False),
    ]


def _shown(raw: Any) -> str:
    """A row as it is mended: indented where it is an object, else as it came."""
    return raw if isinstance(raw, str) else json.dumps(raw, indent=2, ensure_ascii=False)


def _kept() -> QuerySet[QuarantinedRow]:
    return QuarantinedRow.objects.select_related("batch")


def _refuse_reader(request: HttpRequest) -> None:
    if not may_read_data(request.user, MEND):
        raise PermissionDenied(_("Only administrators and auditors can look at raw data."))


def _refuse_actor(request: HttpRequest) -> None:
    if not may_change_data(request.user, MEND):
        raise PermissionDenied(_("Only administrators can do this."))
