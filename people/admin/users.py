"""Persons: made by hand or by the CRM's members; only those with a password sign in."""

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.bases import AuditedAdmin
from people.admin.sign_in import SignInActs
from people.models import User


class AddUserForm(forms.AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "language", "timezone")


class ChangeUserForm(forms.UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


#: Who may give these could give themselves everything.
POWERS = ("is_superuser", "is_auditor", "groups", "user_permissions")


@admin.register(User)
class UserAdmin(SignInActs, AuditedAdmin, auth.UserAdmin):
    """Rights are given by administrators alone, and only they touch another administrator."""

    actions = ("remove_second_factors",)
    add_form = AddUserForm
    form = ChangeUserForm
    list_display = ("email", "name", "language", "timezone", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "is_superuser", "is_auditor", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language", "timezone")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", *POWERS)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "email",
                    "name",
                    "language",
                    "timezone",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Asked for the password's own page too."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who belonged to a team is made inactive instead: what they did is judged by where they belonged."""
        belonged = obj is not None and obj.memberships.exists()
        return super().has_delete_permission(request, obj) and _may_touch(request, obj) and not belonged


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return request.user.is_superuser or user is None or not user.is_superuser
