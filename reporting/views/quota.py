"""The quota: worked out while the figures are changed, and put into a draft of the agreement."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements.document import DocumentError
from agreements.models import Agreement, AgreementVersion
from agreements.rights import may_write
from measurement.quota import work_out
from measurement.quota_agreement import put_into
from measurement.quota_history import history
from reporting.quota_form import QuotaForm, agreed_capacity, prefilled
from reporting.showing import quota as showing


@require_safe
@login_required
def quota(request: HttpRequest) -> HttpResponse:
    """The form with its result; works without scripts, and at once with them."""
    now = timezone.now()
    past = history(as_of=now)
    version = _in_force(now)
    begin = prefilled(past, version, request.GET.get("currency"))
    asked = "goal" in request.GET
    data = begin | request.GET.dict() if asked else None
    form = QuotaForm(data, initial=begin, currencies=past.currencies)
    currency = (data or begin)["currency"]
    context = {
        "form": form,
        "groups": _groups(form, showing.notes(past, currency)),
        "window": showing.window(past),
        "agreed": agreed_capacity(version),
        **(_result(form, request, now) if asked and form.is_valid() else {}),
    }
    return render(request, "pages/quota.html", context)


@require_POST
@login_required
def quota_agree(request: Any) -> HttpResponse:
    """Put the number of leads a month into the draft of an agreement, and show what it now says."""
    now = timezone.now()
    visible = {one.key: one for one in Agreement.objects.visible_to(request.user, as_of=now)}
    agreement = visible.get(request.POST.get("agreement", ""))
    if agreement is None:
        raise Http404(_("There is no agreement of this key among those of your teams."))
    if not may_write(agreement, request.user, as_of=now):
        raise PermissionDenied(_("Only managers of its teams and administrators can change an agreement."))
    form = QuotaForm(request.POST, currencies=history(as_of=now).currencies)
    context: dict[str, Any] = {"agreement": agreement}
    status = 422
    if form.is_valid():
        try:
            amount = work_out(form.assumptions).mql_a_month
            context |= {"amount": amount, "put": put_into(agreement, amount, by=request.user, as_of=now)}
            status = 200
        except (DocumentError, ValueError) as error:
            context["error"] = str(error)
    else:
        context["error"] = _("The figures cannot be read; go back and correct them.")
    return render(request, "pages/quota_agreed.html", context, status=status)


def _result(form: QuotaForm, request: HttpRequest, now: Any) -> dict[str, Any]:
    given = form.assumptions
    found = work_out(given)
    writable = [
        agreement
        for agreement in Agreement.objects.visible_to(request.user, as_of=now).order_by("key")
        if may_write(agreement, request.user, as_of=now)
    ]
    return {
        "quota": found,
        "steps": showing.steps(given, found),
        "follow_up": showing.follow_up(given, found),
        "agreements": writable,
    }


def _groups(form: QuotaForm, notes: dict[str, str]) -> list[tuple[str, list[tuple[Any, str]]]]:
    """The fields in three groups, each with where its figure comes from."""
    groups = [
        (_("The goal"), form.ABOUT_THE_GOAL),
        (_("How leads turn into revenue"), form.FROM_HISTORY),
        (_("Following up"), form.FOLLOW_UP),
    ]
    return [(title, [(form[name], notes.get(name, "")) for name in names]) for title, names in groups]


def _in_force(now: Any) -> AgreementVersion | None:
    return AgreementVersion.objects.in_force(now).order_by("-starts_at", "pk").first()
