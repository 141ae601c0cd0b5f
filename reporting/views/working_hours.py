"""The hours at which a person works, where they differ from those of their team."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from agreements.personal_calendars import OFFICE_HOURS, clear_hours, set_hours
from core.problems import Problem
from people.colleagues import may_enter_for, may_look_after
from people.models import User, WorkingHours
from people.visibility import Sight
from reporting.showing.working_hours import DAY_NAMES, countries, next_holidays

AS_TEAM = ""


class HoursForm(forms.Form):
    """One line a day; empty days are free."""

    country = forms.ChoiceField(label=gettext_lazy("Public holidays"), required=False)
    subdivision = forms.CharField(
        label=gettext_lazy("Region"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("Where the country's regions differ: BY for Bavaria, ENG for England."),
    )

    def __init__(self, *args: Any, may_enter: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = {
            day: forms.CharField(label=name, required=False, max_length=100)
            for day, name in DAY_NAMES.items()
        }
        country: Any = self.fields["country"]
        country.choices = [(AS_TEAM, _("As my team's calendars")), *countries()]
        self.fields = {**days, **self.fields}
        for field in self.fields.values():
            field.disabled = not may_enter

    def week(self) -> dict[str, list[str]]:
        """The windows of each day as they were written."""
        return {day: self.cleaned_data.get(day, "").split(",") for day in DAY_NAMES}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def working_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own week and public holidays: notices and daily mails wait for these hours."""
    now = timezone.now()
    user, sight = _person(request, pk, now)
    hours = WorkingHours.objects.filter(user=user).first()
    may_enter = may_enter_for(sight, user)
    given = request.POST if request.method == "POST" else None
    form = HoursForm(given, initial=_initial(hours), may_enter=may_enter)
    if request.method == "POST":
        _refuse(sight, user)
        if form.is_valid() and _saved(form, user, request, now):
            messages.success(request, _("Stored: notices and daily mails keep to these hours from now on."))
            return redirect("working_hours", user.pk)
    context = {
        "person": user,
        "is_self": user.pk == sight.user.pk,
        "hours": hours,
        "form": form,
        "may_enter": may_enter,
        "holidays": next_holidays(hours, user, as_of=now),
    }
    return render(request, "pages/working_hours.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def working_hours_clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the team's calendars."""
    now = timezone.now()
    user, sight = _person(request, pk, now)
    _refuse(sight, user)
    clear_hours(user, by=request.user, as_of=now)
    messages.success(request, _("The calendars of the team apply again."))
    return redirect("working_hours", user.pk)


def _person(request: HttpRequest, pk: int, now: Any) -> tuple[User, Sight]:
    sight = Sight.of(request.user, as_of=now)
    user = get_object_or_404(User, pk=pk)
    if user.pk != sight.user.pk and not sight.is_auditor and not may_look_after(sight, user):
        raise Http404
    return user, sight


def _refuse(sight: Sight, user: User) -> None:
    if not may_enter_for(sight, user):
        raise PermissionDenied(_("Only they, their manager or an administrator can do this."))


def _initial(hours: WorkingHours | None) -> dict[str, str]:
    week = OFFICE_HOURS if hours is None else hours.week
    holidays = (hours.holidays if hours else None) or {}
    return {
        **{day: ", ".join(windows) for day, windows in week.items()},
        "country": holidays.get("country", AS_TEAM),
        "subdivision": holidays.get("subdivision") or "",
    }


def _saved(form: HoursForm, user: User, request: HttpRequest, now: Any) -> bool:
    given = form.cleaned_data
    try:
        set_hours(
            user,
            week=form.week(),
            country=given["country"],
            subdivision=given["subdivision"].strip(),
            by=request.user,
            as_of=now,
        )
    except Problem as problem:
        for error in problem.errors:
            form.add_error(error["field"] if error["field"] in form.fields else None, error["message"])
        return False
    return True
