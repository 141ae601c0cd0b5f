"""Absences and working hours; a change by hand has everything that it may touch judged again."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin.bases import AuditedAdmin, ReadOnlyAdmin
from people.absences import judge_again
from people.enums import AbsenceKind
from people.models import Absence, WorkingHours


class AbsenceForm(forms.ModelForm):
    class Meta:
        model = Absence
        fields = ("user", "kind", "during", "cover")

    def clean(self) -> dict[str, Any]:
        """Say on the page what the database would refuse."""
        given = super().clean() or self.cleaned_data
        during = given.get("during")
        if during is not None:
            if during.lower is None:
                self.add_error("during", _("say from when"))
            elif during.upper is None and given.get("kind") == AbsenceKind.AWAY:
                self.add_error("during", _("say until when; only who leaves for good has no last day"))
            elif given.get("user"):
                self._refuse_overlap(given["user"], during)
        if given.get("cover") and given["cover"] == given.get("user"):
            self.add_error("cover", _("nobody covers themselves; choose somebody else or leave it empty"))
        return given

    def _refuse_overlap(self, user: Any, during: Any) -> None:
        others = Absence.objects.filter(user=user, during__overlap=during).exclude(pk=self.instance.pk)
        if other := others.first():
            raise ValidationError(_("%(row)s already, at a time that overlaps this one.") % {"row": other})


@admin.register(Absence)
class AbsenceAdmin(AuditedAdmin):
    """What an HR system sends through the API, or people enter on their page."""

    form = AbsenceForm
    list_display = ("user", "kind", "during", "cover", "created_at")
    list_filter = ("kind",)
    list_select_related = ("user", "cover")
    search_fields = ("user__email", "user__name", "cover__email", "cover__name")
    autocomplete_fields = ("user", "cover")

    def save_model(self, request: HttpRequest, obj: Absence, form: Any, change: bool) -> None:
        now = timezone.now()
        by: Any = request.user
        if not change:
            obj.created_at, obj.created_by = now, by
        concerned = {obj.user_id, form.initial.get("user") or obj.user_id}
        with transaction.atomic():
            judge_again(concerned, as_of=now)  # whom they covered until now
            super().save_model(request, obj, form, change)
            judge_again(concerned, instants=(obj.during.lower, obj.during.upper), as_of=now)

    def delete_model(self, request: HttpRequest, obj: Absence) -> None:
        with transaction.atomic():
            judge_again([obj.user_id], as_of=timezone.now())
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            judge_again(list(queryset.values_list("user_id", flat=True)), as_of=timezone.now())
            super().delete_queryset(request, queryset)


@admin.register(WorkingHours)
class WorkingHoursAdmin(ReadOnlyAdmin):
    """Hours of persons, to look at: the person's own page has the form, which knows what a week may say."""

    list_display = ("user", "changed_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
