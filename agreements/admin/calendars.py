"""Calendars: written as YAML until a signed agreement uses them, then shown with their frozen holidays."""

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agreements.admin.acting import person
from agreements.admin.showing import holidays, yaml_block
from agreements.document import write_yaml
from agreements.document.order import in_order
from agreements.drafting import add_calendar, rewrite_calendar
from agreements.forms import CalendarForm
from agreements.models import BusinessCalendar, CalendarUse, CalendarVersion
from core.admin.bases import ReadOnlyAdmin


class CalendarVersionInline(admin.TabularInline):
    model = CalendarVersion
    fields = readonly_fields = ("number", "timezone", "first_year", "last_year")
    ordering = ("-number",)
    show_change_link = True
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(admin.ModelAdmin):
    """A key; what it says is in its versions."""

    list_display = ("key", "versions_count")
    search_fields = ("key",)
    readonly_fields = ("key",)
    inlines = (CalendarVersionInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(count=Count("versions"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return redirect("admin:agreements_calendarversion_add")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("versions"), ordering="count")
    def versions_count(self, calendar: Any) -> int:
        return calendar.count


@admin.register(CalendarVersion)
class CalendarVersionAdmin(admin.ModelAdmin):
    form = CalendarForm
    list_display = ("calendar", "number", "timezone", "first_year", "last_year", "is_frozen")
    list_select_related = ("calendar",)
    list_filter = ("timezone",)
    search_fields = ("calendar__key",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return CalendarVersion.objects.with_frozen()

    def get_fieldsets(self, request: HttpRequest, obj: CalendarVersion | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("key", "yaml")})]
        known = (_("Public holidays"), {"fields": ("years", "holiday_list")})
        written = ("yaml",) if self.has_change_permission(request, obj) else ("written",)
        return [(None, {"fields": ("calendar", "number", *written)}), known]

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarVersion | None = None) -> Any:
        return () if obj is None else ("calendar", "number", "written", "years", "holiday_list")

    def has_change_permission(self, request: HttpRequest, obj: CalendarVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: CalendarVersion | None = None) -> bool:
        """Only what no agreement uses goes."""
        unused = obj is None or CalendarVersion.objects.unused().filter(pk=obj.pk).exists()
        return super().has_delete_permission(request, obj) and unused

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one, each asked whether it may
        return actions

    def save_model(self, request: HttpRequest, obj: CalendarVersion, form: Any, change: bool) -> None:
        now, definition = timezone.now(), form.cleaned_data["yaml"]
        if change:
            rewrite_calendar(obj, definition, by=person(request), as_of=now)
        else:
            made = add_calendar(form.cleaned_data["key"], definition, by=person(request), as_of=now)
            obj.pk, obj.calendar, obj.number = made.pk, made.calendar, made.number

    @admin.display(description=_("signed"), boolean=True)
    def is_frozen(self, calendar: Any) -> bool:
        return calendar.frozen

    @admin.display(description=_("YAML"))
    def written(self, calendar: CalendarVersion) -> SafeString:
        return yaml_block(write_yaml(in_order(calendar.definition)))

    @admin.display(description=_("known for"))
    def years(self, calendar: CalendarVersion) -> str:
        return f"{calendar.first_year}–{calendar.last_year}"

    @admin.display(description=_("dates"))
    def holiday_list(self, calendar: CalendarVersion) -> SafeString | str:
        return holidays(calendar.holiday_dates)


@admin.register(CalendarUse)
class CalendarUseAdmin(ReadOnlyAdmin):
    list_display = ("version", "position", "calendar")
    list_select_related = ("version__agreement", "calendar__calendar")


def _is_frozen(calendar: CalendarVersion | None) -> bool:
    return calendar is not None and CalendarVersion.objects.frozen().filter(pk=calendar.pk).exists()
