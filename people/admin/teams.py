"""Teams and who belongs to them; a change by hand has everything that it may touch judged again."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin.bases import AuditedAdmin
from core.enums import MarkKind
from core.marks import mark
from people.enums import MembershipOrigin
from people.memberships import teams_under
from people.models import Membership, Team

EVERYBODY = 0


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ("slug", "name", "side", "parent", "timezone", "report_hour")

    def clean_parent(self) -> Team | None:
        """A team is never below itself."""
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.pk in teams_under(self.instance.pk):
            raise ValidationError(_("%(team)s is this team or below it; choose another.") % {"team": parent})
        return parent


@admin.register(Team)
class TeamAdmin(AuditedAdmin):
    form = TeamForm
    list_display = ("name", "slug", "side", "parent", "timezone", "report_hour")
    list_filter = ("side",)
    list_select_related = ("parent",)
    search_fields = ("name", "slug")

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if change and "parent" in form.changed_data:
                mark(MarkKind.PEOPLE, [EVERYBODY], as_of=timezone.now())


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("user", "team", "role", "during")

    def clean(self) -> dict[str, Any]:
        """Say on the page what the database would refuse."""
        given = super().clean() or self.cleaned_data
        if {"user", "team", "during"} <= given.keys():
            same = Membership.objects.by_hand().filter(user=given["user"], team=given["team"])
            other = same.filter(during__overlap=given["during"]).exclude(pk=self.instance.pk).first()
            if other:
                raise ValidationError(
                    _("%(row)s already, at a time that overlaps this one.") % {"row": other}
                )
        return given


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    """Those that the CRM tells of change with its member records, not here."""

    form = MembershipForm

    list_display = ("user", "team", "role", "during", "origin")
    list_filter = ("origin", "role", "team")
    list_select_related = ("user", "team")
    search_fields = ("user__email", "user__name", "team__slug")
    autocomplete_fields = ("user", "team")

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _from_crm(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _from_crm(obj)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        touched = {obj.user_id, form.initial.get("user") or obj.user_id}
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            mark(MarkKind.PEOPLE, touched, as_of=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        with transaction.atomic():
            mark(MarkKind.PEOPLE, [obj.user_id], as_of=timezone.now())
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        by_hand = queryset.by_hand()
        with transaction.atomic():
            mark(MarkKind.PEOPLE, by_hand.values_list("user_id", flat=True), as_of=timezone.now())
            super().delete_queryset(request, by_hand)


def _from_crm(membership: Membership | None) -> bool:
    return membership is not None and membership.origin == MembershipOrigin.CRM
