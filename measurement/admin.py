"""Verdicts in the admin: to look at, never to change; the facts and the promises decide them."""

from django.contrib import admin
from django.http import HttpRequest

from core.admin.bases import FewPages
from measurement.models import (
    Baseline,
    Bucket,
    Clock,
    DayTally,
    KeptDay,
    Reading,
    StaleDay,
    TouchedSubject,
    Unit,
)


class ReadOnly(admin.ModelAdmin):
    """Lists and shows."""

    paginator = FewPages
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Clock)
class ClockAdmin(ReadOnly):
    list_display = (
        "commitment_key",
        "subject_type",
        "subject_id",
        "state",
        "started_at",
        "due_at",
        "stopped_at",
    )
    list_filter = ("state", "subject_type", "commitment_key")
    search_fields = ("commitment_key", "=subject_id", "start_key")
    ordering = ("-started_at", "-id")
    list_select_related = ()


@admin.register(Reading)
class ReadingAdmin(ReadOnly):
    list_display = (
        "commitment_key",
        "period_start",
        "each",
        "numerator",
        "denominator",
        "left_out",
        "verdict",
    )
    list_filter = ("verdict", "commitment_key")
    ordering = ("-period_start", "-id")


@admin.register(TouchedSubject)
class TouchedSubjectAdmin(ReadOnly):
    list_display = ("subject_id", "urgency")
    ordering = ("urgency", "subject_id")


@admin.register(Unit)
class UnitAdmin(ReadOnly):
    list_display = ("commitment_key", "subject_type", "subject_id", "each", "at", "until", "state", "reason")
    list_filter = ("state", "subject_type", "commitment_key")
    search_fields = ("commitment_key", "=subject_id", "unit_key")
    ordering = ("-at", "-id")
    list_select_related = ()


@admin.register(Baseline)
class BaselineAdmin(ReadOnly):
    list_display = ("commitment", "signed_at", "numerator", "denominator", "pinned_at", "pinned_by")
    list_select_related = ("commitment__version__agreement", "pinned_by")
    ordering = ("-signed_at", "commitment_id")


@admin.register(Bucket)
class BucketAdmin(ReadOnly):
    list_display = (
        "commitment_key",
        "counts",
        "minutes",
        "at",
        "each",
        "met",
        "missed",
        "running",
        "left_out",
    )
    list_filter = ("counts", "minutes")
    search_fields = ("=commitment_key",)
    ordering = ("-at", "-id")


@admin.register(DayTally)
class DayTallyAdmin(ReadOnly):
    list_display = ("commitment_key", "counts", "starts_at", "by", "key", "state", "number")
    list_filter = ("counts", "by")
    search_fields = ("=commitment_key",)
    ordering = ("-id",)


@admin.register(KeptDay)
class KeptDayAdmin(ReadOnly):
    list_display = ("commitment_key", "counts", "starts_at", "ends_at", "zone", "matures_last")
    list_filter = ("counts",)
    search_fields = ("=commitment_key",)
    ordering = ("-id",)


@admin.register(StaleDay)
class StaleDayAdmin(ReadOnly):
    list_display = ("commitment_key", "counts", "day")
    list_filter = ("counts",)
    search_fields = ("=commitment_key",)
    ordering = ("-id",)
