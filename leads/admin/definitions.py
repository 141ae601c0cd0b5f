"""What a company adds to the standard values."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin.bases import AuditedAdmin
from core.enums import MarkKind
from core.marks import mark
from leads.event_kinds import KINDS
from leads.models import Event, EventKind, RejectionReason, TierRoles
from leads.values import BUYER_ROLES

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


class TierRolesForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=_("buyer roles"),
        choices=[(role, role.replace("_", " ")) for role in BUYER_ROLES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "They count from the moment in which you save; what was required before stays on record."
        ),
    )

    class Meta:
        model = TierRoles
        fields = ("tier", "roles")


@admin.register(TierRoles)
class TierRolesAdmin(AuditedAdmin):
    """A change is another row of the tier, from now on: what was measured before does not move."""

    form = TierRolesForm
    list_display = ("tier", "since", "roles")
    list_filter = ("tier",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        obj.since = timezone.now().replace(microsecond=0)
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            # Readings of promises that end when accounts are full look at the roles.
            mark(MarkKind.DEFINITION, [0], as_of=obj.since)


def _in_use(kind: EventKind | None) -> bool:
    return kind is not None and Event.objects.filter(kind=kind.name).exists()
