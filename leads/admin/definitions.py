"""What a company adds to the standard values."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.bases import AuditedAdmin
from leads.event_kinds import KINDS
from leads.models import Event, EventKind, RejectionReason

FORM = RegexValidator(
    r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$",
    _("Write subject.past_participle in small letters, such as demo.requested."),
)


class EventKindForm(forms.ModelForm):
    name = forms.CharField(max_length=64, label=_("name"), validators=[FORM])

    class Meta:
        model = EventKind
        fields = ("name", "subject")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name in KINDS:
            raise ValidationError(_("This is a standard kind already."))
        return name


@admin.register(EventKind)
class EventKindAdmin(AuditedAdmin):
    """A kind that events were stored with stays as it is."""

    form = EventKindForm
    list_display = ("name", "subject")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _in_use(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "subject") if _in_use(obj) else ()


@admin.register(RejectionReason)
class RejectionReasonAdmin(AuditedAdmin):
    """The flag counts for the rejections that arrive from now on."""

    list_display = ("name", "bad_data")


def _in_use(kind: EventKind | None) -> bool:
    return kind is not None and Event.objects.filter(kind=kind.name).exists()
