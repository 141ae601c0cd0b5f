"""Files of facts on the page: uploaded, mapped, tried out, imported in the background."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leads import uploading
from leads.enums import ImportState
from leads.importing import MapError
from leads.importing.files import WHY, UnreadableFile, cells_of
from leads.models import ImportJob
from people.models import User
from reporting.csv_export import csv_response
from reporting.import_forms import MappingForm, UploadForm
from reporting.showing.imports import shown_job, shown_trial
from reporting.showing.paging import page_of
from reporting.views.gates import IMPORT, may_change_data, may_read_data

GET_OR_POST = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(GET_OR_POST)
def imports(request: HttpRequest) -> HttpResponse:
    """The imports there were, and one more file."""
    _refuse_reader(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and _may_act(request) and form.is_valid():
        try:
            job = _upload(form.cleaned_data, cast("User", request.user))
        except UnreadableFile as error:
            form.add_error("file", _("The file %(why)s.") % {"why": error})
        else:
            return redirect("import_job", job.pk)
    jobs = ImportJob.objects.defer("content", "refused").select_related("by")
    page = page_of(jobs, request, keyset=("-created_at", "-id"))
    context = {
        "form": form,
        "may_act": may_change_data(request.user, IMPORT),
        "jobs": [shown_job(job) for job in page.rows],
        "newer": page.newer,
        "older": page.older,
    }
    return render(request, "pages/imports.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def import_job(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: its map and what it would do; once started, how far it is and what became of it."""
    _refuse_reader(request)
    job = get_object_or_404(ImportJob.objects.select_related("by"), pk=pk)
    may_act = may_change_data(request.user, IMPORT)
    if request.method == "POST":
        _may_act(request)
    if job.state != ImportState.UPLOADED or not may_act or not job.content:
        return render(request, "pages/import_job.html", {"job": shown_job(job), "may_act": may_act})
    table = uploading.table_of_job(job)
    form = MappingForm(request.POST or None, job=job, table=table)
    trial = None
    if request.method == "POST" and form.is_valid():
        trial = _tried(job, form)
        form = form if trial is None else MappingForm(None, job=job, table=table)
    context = {"job": shown_job(job), "form": form, "trial": trial, "table": table}
    return render(request, "pages/import_map.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker import it."""
    _may_act(request)
    job = get_object_or_404(ImportJob, pk=pk)
    try:
        uploading.start(job, by=request.user, as_of=timezone.now())
    except uploading.NotStartableError:
        messages.error(request, _("This import was started before, or its file is gone."))
    except (MapError, UnreadableFile) as error:
        messages.error(request, str(error))
    return redirect("import_job", pk)


@login_required
@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget an upload that was not started."""
    _may_act(request)
    job = get_object_or_404(ImportJob.objects.defer("content"), pk=pk)
    try:
        uploading.discard(job, by=request.user, as_of=timezone.now())
    except uploading.NotStartableError:
        messages.error(request, _("It has been started: what was imported stays."))
        return redirect("import_job", pk)
    messages.success(request, _("Forgotten; nothing was imported."))
    return redirect("imports")


@login_required
@require_safe
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, for the page that waits for it."""
    _refuse_reader(request)
    job = get_object_or_404(ImportJob.objects.select_related("by").defer("content"), pk=pk)
    return render(request, "parts/import_progress.html", {"job": shown_job(job)})


@login_required
@require_safe
def import_rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused rows as they stood in the file, with the reasons: to be mended and uploaded again."""
    _refuse_reader(request)
    job = get_object_or_404(ImportJob, pk=pk)
    try:
        columns = uploading.table_of_job(job).columns
        rows = [[*cells_of(row, columns), *why] for row, why in uploading.refused_rows(job)]
    except UnreadableFile as error:
        messages.error(request, _("The file %(why)s.") % {"why": error})
        return redirect("import_job", pk)
    return csv_response(f"import-{job.pk}-rejected", [*columns, *WHY], rows)


def _upload(given: dict[str, Any], by: User) -> ImportJob:
    return uploading.upload(
        resource=given["resource"],
        source=given["source"],
        file_name=given["file"].name,
        content=given["file"].read(),
        zone=by.timezone,
        by=by,
        as_of=timezone.now(),
    )


def _tried(job: ImportJob, form: MappingForm) -> Any:
    """The trial of the map, None where it does not fit the file; then the form says why."""
    try:
        uploading.choose_map(job, form.mapping())
        return shown_trial(uploading.try_out(job, clock=timezone.now), job)
    except (MapError, UnreadableFile) as error:
        form.add_error(None, str(error))
    except uploading.NotStartableError:
        form.add_error(None, _("This import was started before, or its file is gone."))
    return None


def _may_act(request: HttpRequest) -> bool:
    if not may_change_data(request.user, IMPORT):
        raise PermissionDenied(_("Only administrators can do this."))
    return True


def _refuse_reader(request: HttpRequest) -> None:
    if not may_read_data(request.user, IMPORT):
        raise PermissionDenied(_("Only administrators and auditors can look at raw data."))
