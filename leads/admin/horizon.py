"""The sealed horizon, to look at: it is moved by `retain` alone."""

from django.contrib import admin

from core.admin.bases import ReadOnlyAdmin
from leads.models import Horizon, KeptWhole


@admin.register(Horizon)
class HorizonAdmin(ReadOnlyAdmin):
    list_display = ("sealed_before", "kept_from", "moved_at", "emptied_until", "trimmed")


@admin.register(KeptWhole)
class KeptWholeAdmin(ReadOnlyAdmin):
    list_display = ("ref_id", "since")
    show_full_result_count = False
