"""A version on trial: started, read beside what signing would have meant, measured again, ended."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements.trying import TrialError, end_trial, start_trial
from measurement.tasks import measure_trials
from measurement.trials import forget, measure_trial
from reporting.showing.agreement_pages import AgreementPage
from reporting.showing.trials import shown_trials


@require_safe
@login_required
def agreement_trial(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """What the trial came to, promise by promise; without one, what a trial is and how it begins."""
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    version = page.shown.version
    rows = shown_trials(version) if version.trial_since else []
    measured = [row.measured_at for row in rows if row.measured_at]
    context = page.context(
        trials=rows,
        trial_since=version.trial_since,
        measured_at=min(measured, default=None),
        parties_to_sign_for=page.parties_to_sign_for,
    )
    return render(request, "pages/agreement_trial.html", context)


@login_required
@require_POST
def agreement_trial_start(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Begin; the first measuring happens in the background."""
    page = _to_write(request, key, number)
    try:
        with transaction.atomic():
            start_trial(page.shown.version, by=page.user, as_of=page.as_of)
            transaction.on_commit(measure_trials.delay)
        messages.success(request, _("The trial has begun: nobody is named, nobody gets a mail."))
    except TrialError as error:
        messages.error(request, str(error))
    return redirect("agreement_trial", key, number)


@login_required
@require_POST
def agreement_trial_measure(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Measure it now, by the facts that are known."""
    page = _to_write(request, key, number)
    promises = measure_trial(page.shown.version, as_of=page.as_of)
    if promises:
        messages.success(request, _("Measured by the facts known now."))
    else:
        messages.error(request, _("There is nothing to measure: no trial runs, or nothing is promised."))
    return redirect("agreement_trial", key, number)


@login_required
@require_POST
def agreement_trial_end(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Stop measuring; the draft stays."""
    page = _to_write(request, key, number)
    try:
        with transaction.atomic():
            end_trial(page.shown.version, by=page.user, as_of=page.as_of)
            forget(page.shown.version)
        messages.success(request, _("The trial has ended; the draft stays as it is."))
    except TrialError as error:
        messages.error(request, str(error))
    return redirect("agreement_trial", key, number)


def _to_write(request: HttpRequest, key: str, number: int) -> AgreementPage:
    page = AgreementPage(request.user, key, number, as_of=timezone.now())
    if not page.may_write:
        raise PermissionDenied(_("Managers of the parties and administrators can do this."))
    return page
