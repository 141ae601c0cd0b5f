"""Messages, audit rows and signs of life: to look at; a stuck message can be sent again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import outbox
from core.admin.bases import ReadOnlyAdmin
from core.models import AuditEntry, ChangeMark, Heartbeat, IdempotencyKey, OutboxMessage, SenderAddress


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """What leaves the house. Whoever may change messages may send a stuck one again.

    Bodies are not shown: some hold a link that opens an account.
    """

    exclude = ("payload",)
    readonly_fields = ("to", "subject")
    list_display = ("key", "channel", "state", "attempts", "next_at", "sent_at", "error")
    list_filter = ("state", "channel")
    search_fields = ("key",)
    ordering = ("-id",)
    show_full_result_count = False
    actions = ("send_again",)

    @admin.display(description=_("to"))
    def to(self, message: OutboxMessage) -> str:
        return ", ".join(message.payload.get("to", ()))

    @admin.display(description=_("subject"))
    def subject(self, message: OutboxMessage) -> str:
        return str(message.payload.get("subject", ""))

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.change_outboxmessage")

    @admin.action(description=_("Send again (failed or unknown ones)"), permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        now = timezone.now()
        sent = 0
        for message in queryset:
            try:
                outbox.resend(message, by=request.user, as_of=now)
                sent += 1
            except ValueError as error:
                self.message_user(request, str(error), messages.WARNING)
        text = ngettext(
            "%(count)d message will be sent again.", "%(count)d messages will be sent again.", sent
        )
        self.message_user(request, text % {"count": sent})


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "verb", "object_type", "object_id")
    list_filter = ("object_type", "verb")
    list_select_related = ("actor",)
    search_fields = ("object_id", "actor_label")
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> Any:
        return entry.actor or entry.actor_label or _("the system")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "at", "detail")
    ordering = ("name",)


@admin.register(ChangeMark)
class ChangeMarkAdmin(ReadOnlyAdmin):
    """What waits to be judged; empty within seconds while a worker runs."""

    list_display = ("id", "kind", "ref_id", "from_instant", "ready_at")
    list_filter = ("kind",)
    ordering = ("id",)
    show_full_result_count = False


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    list_display = ("key", "token_id", "status", "created_at")
    ordering = ("-id",)
    fields = ("key", "token_id", "status", "created_at")
    show_full_result_count = False


@admin.register(SenderAddress)
class SenderAddressAdmin(ReadOnlyAdmin):
    """Chosen on the page of setting up, where it can be tried at once."""

    list_display = ("address", "name", "changed_at")
