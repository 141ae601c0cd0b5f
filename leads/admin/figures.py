"""Figures that no CRM holds: to look at, entered on their page; how a series is counted is kept here."""

from django.contrib import admin

from core.admin.bases import AuditedAdmin, ReadOnlyAdmin
from leads.models import Figure, FigureSeries


@admin.register(FigureSeries)
class FigureSeriesAdmin(AuditedAdmin):
    list_display = ("name", "counting")


@admin.register(Figure)
class FigureAdmin(ReadOnlyAdmin):
    list_display = ("series", "day", "value", "source", "entered_by", "received_at", "replaced_at")
    list_filter = ("series",)
    list_select_related = ("entered_by",)
    date_hierarchy = "day"
