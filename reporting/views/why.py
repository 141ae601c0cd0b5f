"""Why is there no clock for this record?"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.models import Ref
from reporting.showing.reader import Reader
from reporting.showing.why import WhyForm, answer


@require_safe
@login_required
def why_no_clock(request: HttpRequest) -> HttpResponse:
    """Asks which promise and which record, and answers."""
    now = timezone.now()
    reader = Reader(request.user, as_of=now)
    form = WhyForm(request.GET if "record" in request.GET else None, reader=reader)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= answer(form.cleaned_data["promise"], form.cleaned_data["record"].strip(), reader)
        context["asked"] = True
    context["any_record"] = Ref.objects.exists()
    return render(request, "pages/why_no_clock.html", context, status=422 if form.errors else 200)
