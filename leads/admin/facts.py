"""References, records and events: to look at, never to change."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from core.admin.bases import ReadOnlyAdmin
from core.instants import format_instant
from leads.models import (
    Account,
    Campaign,
    Contact,
    Content,
    Deal,
    Event,
    ImpliedEvent,
    Lead,
    Member,
    RecordVersion,
    Ref,
)


class FactAdmin(ReadOnlyAdmin):
    """Tables that grow for ever: found by exact ids, counted never."""

    show_full_result_count = False
    list_per_page = 50


@admin.register(Ref)
class RefAdmin(FactAdmin):
    """One record with everything that was said about it."""

    list_display = ("external_id", "source", "type", "placeholder", "first_seen")
    list_filter = ("type", "placeholder")
    search_fields = ("=external_id",)
    ordering = ("-id",)
    readonly_fields = ("history", "implied_events")

    @admin.display(description=_("history"))
    def history(self, ref: Ref) -> Any:
        """Every update, oldest first."""
        versions = RecordVersion.objects.filter(ref_id=ref.pk).order_by("valid_from")
        return _lines((format_instant(version.valid_from), str(version.fields)) for version in versions)

    @admin.display(description=_("implied events"))
    def implied_events(self, ref: Ref) -> Any:
        """What the history says happened."""
        events = ImpliedEvent.objects.filter(ref_id=ref.pk).order_by("occurred_at", "kind")
        return _lines((format_instant(event.occurred_at), event.kind) for event in events)


@admin.register(Event)
class EventAdmin(FactAdmin):
    list_display = ("external_id", "kind", "source", "occurred_at", "received_at")
    search_fields = ("=external_id",)
    ordering = ("-occurred_at", "-id")


class RecordAdmin(FactAdmin):
    search_fields = ("=ref__external_id",)
    list_select_related = ["ref"]
    ordering = ("-ref_id",)


@admin.register(Member)
class MemberAdmin(RecordAdmin):
    list_display = ("ref", "email", "name", "team", "active", "updated_at")
    list_select_related = ["ref", "user"]


@admin.register(Account)
class AccountAdmin(RecordAdmin):
    list_display = ("ref", "name", "tier", "named", "updated_at")


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ("ref", "name", "buyer_role", "updated_at")


@admin.register(Lead)
class LeadAdmin(RecordAdmin):
    list_display = ("ref", "status", "origin", "created_at", "updated_at")


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    list_display = ("ref", "name", "stage", "outcome", "closed_at", "updated_at")


@admin.register(Campaign)
class CampaignAdmin(RecordAdmin):
    list_display = ("ref", "name", "type", "ends_at", "updated_at")


@admin.register(Content)
class ContentAdmin(RecordAdmin):
    list_display = ("ref", "title", "published_at", "important", "updated_at")


def _lines(rows: Any) -> Any:
    return format_html_join("", "<div>{} {}</div>", rows) or "–"
