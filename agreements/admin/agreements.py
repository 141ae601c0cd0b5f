"""Agreements: a key with its versions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, AgreementVersion, Signature, VersionComment
from agreements.texts import localized
from core.admin.bases import ReadOnlyAdmin


class VersionInline(admin.TabularInline):
    model = AgreementVersion
    fields = readonly_fields = ("number", "state", "effective_from", "signed_at")
    ordering = ("-number",)
    show_change_link = True
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    """Added by writing its first version."""

    list_display = ("key", "title", "party_names")
    search_fields = ("key",)
    fields = readonly_fields = ("key", "party_names")
    inlines = (VersionInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("parties", "versions")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("admin:agreements_agreementversion_add")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("title"))
    def title(self, agreement: Agreement) -> str:
        newest = next(iter(agreement.versions.all()), None)
        return localized(newest.title, get_language() or "en") if newest else ""

    @admin.display(description=_("parties"))
    def party_names(self, agreement: Agreement) -> str:
        return ", ".join(str(team) for team in agreement.parties.all())


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    list_display = ("version", "party", "signed_as", "in_stead", "at", "address")
    list_select_related = ("version__agreement", "party")
    ordering = ("-at", "-id")


@admin.register(VersionComment)
class VersionCommentAdmin(ReadOnlyAdmin):
    list_display = ("version", "part", "author", "at", "resolved_at")
    list_select_related = ("version__agreement", "author")
    ordering = ("-at", "-id")
