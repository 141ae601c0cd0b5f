"""What was told, in the admin: to look at, never to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.bases import FewPages
from reporting.models import (
    Breach,
    DailyReport,
    Delivery,
    Mute,
    Notice,
    NoticePreference,
    ReceivedMail,
    TeamChannel,
    ToldVerdict,
)


class ReadOnly(admin.ModelAdmin):
    """Lists and shows."""

    paginator = FewPages
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Breach)
class BreachAdmin(ReadOnly):
    list_display = (
        "commitment_key",
        "team",
        "type",
        "state",
        "historic",
        "missed_at",
        "assignee",
        "root_cause",
    )
    list_filter = ("state", "historic", "type", "root_cause", "team", "commitment_key")
    search_fields = ("=id", "=subject_id", "commitment_key", "start_key")
    list_select_related = ("team", "assignee")
    ordering = ("-opened_at", "-id")


@admin.register(DailyReport)
class DailyReportAdmin(ReadOnly):
    list_display = ("day", "team", "as_of", "built_at", "delivered_at")
    list_filter = ("team", "day")
    list_select_related = ("team",)
    ordering = ("-day", "team")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("report", "recipient", "channel", "outbox_key", "created_at")
    list_filter = ("channel", "report__team")
    search_fields = ("recipient__email", "outbox_key")
    list_select_related = ("report__team", "recipient")
    ordering = ("-id",)


@admin.register(ToldVerdict)
class ToldVerdictAdmin(ReadOnly):
    list_display = ("commitment_key", "subject_id", "state", "doubtful", "report")
    list_filter = ("state", "doubtful", "team")
    search_fields = ("commitment_key", "=subject_id")
    list_select_related = ("report__team",)
    ordering = ("-id",)


@admin.register(ReceivedMail)
class ReceivedMailAdmin(ReadOnly):
    list_display = ("received_at", "subject", "sender", "recipients")
    list_filter = ("received_at",)
    search_fields = ("subject",)
    ordering = ("-id",)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("key", "kind", "recipient", "created_at", "due_at", "mailed_at", "silent", "read_at")
    list_filter = ("kind", "silent", "live", "commitment_key")
    search_fields = ("=recipient__email", "=outbox_key", "commitment_key")
    list_select_related = ("recipient",)


@admin.register(NoticePreference)
class NoticePreferenceAdmin(ReadOnly):
    list_display = ("user", "frequency", "off")
    list_select_related = ("user",)


@admin.register(Mute)
class MuteAdmin(ReadOnly):
    list_display = ("user", "commitment_key", "until")
    list_select_related = ("user",)


@admin.register(TeamChannel)
class TeamChannelAdmin(ReadOnly):
    """Without its address and its secret, which nobody needs to read."""

    exclude = ("url", "secret")
    list_display = ("team", "name", "format", "failing_since", "paused_at")
    list_select_related = ("team",)
