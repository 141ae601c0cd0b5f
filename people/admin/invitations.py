"""Invitations: sent on the page of setting up, to be looked at here."""

from django.contrib import admin

from core.admin.bases import ReadOnlyAdmin
from people.models import Invitation


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Of the link only a hash is kept, and that is nobody's reading."""

    list_display = ("user", "created_at", "created_by", "expires_at", "accepted_at")
    list_select_related = ("user", "created_by")
    search_fields = ("user__email", "user__name")
    exclude = ("sha256",)
    ordering = ("-id",)
