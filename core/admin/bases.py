"""What admin pages are made of: rows that only the application writes, and edits that leave a trace."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from core import audit

SECRETS = {"password", "sha256"}


class FewPages(Paginator):
    """Pages of the first ten thousand rows: nobody leafs further, and nobody has to count millions."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        """How many rows there are, or the most that are paged."""
        rows: Any = self.object_list
        return int(rows.order_by()[: self.MOST].count())


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at."""

    paginator = FewPages
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AuditedAdmin(admin.ModelAdmin):
    """Each row added, changed or deleted by hand is an audit row, with what it was before and after."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        columns = {field.name for field in obj._meta.get_fields()} - SECRETS
        names = [name for name in form.changed_data if name in columns]
        before = {name: _text(form[name].initial) for name in names} if change else None
        after = {name: _text(form.cleaned_data[name]) for name in names}
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self._note(request, obj, "change" if change else "add", before, after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            self._note(request, obj, "delete", {"name": str(obj)}, None)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for obj in queryset:
                self._note(request, obj, "delete", {"name": str(obj)}, None)
            super().delete_queryset(request, queryset)

    def _note(self, request: HttpRequest, obj: Any, verb: str, before: Any, after: Any) -> None:
        audit.record(
            actor=request.user,
            verb=verb,
            object_type=obj._meta.model_name,
            object_id=obj.pk,
            before=before,
            after=after,
            as_of=timezone.now(),
        )


def _text(value: Any) -> Any:
    """A form's value as JSON: plain ones as they are, the others as text."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)
