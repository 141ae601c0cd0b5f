"""Deliveries, and the rows of them that were refused."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads.admin.facts import FactAdmin
from leads.ingestion.replaying import replay
from leads.models import Batch, ImportJob, QuarantinedRow


@admin.register(Batch)
class BatchAdmin(FactAdmin):
    list_display = (
        "received_at",
        "source",
        "resource",
        "channel",
        "received",
        "created",
        "updated",
        "rejected",
    )
    list_filter = ("resource", "channel")
    ordering = ("-id",)


@admin.register(QuarantinedRow)
class QuarantinedRowAdmin(FactAdmin):
    """Why rows were refused. Whoever may add rows may send them again once the reason is gone."""

    list_display = ("external_id", "field", "code", "message", "batch", "purge_at")
    list_filter = ("code", "batch__resource")
    list_select_related = ("batch",)
    search_fields = ("=external_id",)
    ordering = ("-id",)
    actions = ("send_again",)

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("leads.add_quarantinedrow")

    @admin.action(description=_("Send again"), permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[QuarantinedRow]) -> None:
        summaries = replay(queryset.select_related("batch"), as_of=timezone.now())
        stored = sum(summary.received - summary.rejected for summary in summaries)
        refused = sum(summary.rejected for summary in summaries)
        words = {"stored": stored, "refused": refused}
        self.message_user(
            request, _("%(stored)d rows stored, %(refused)d refused again.") % words, messages.INFO
        )


@admin.register(ImportJob)
class ImportJobAdmin(FactAdmin):
    """Files of the page; what stood in them is shown there to whoever may see it."""

    list_display = ("file_name", "resource", "source", "by", "created_at", "state", "done", "total")
    list_filter = ("state", "resource")
    list_select_related = ("by",)
    exclude = ("content", "refused")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportJob]:
        return super().get_queryset(request).defer("content", "refused")
