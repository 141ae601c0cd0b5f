"""What the audit trail can be narrowed by."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from core.distinct import distinct_values
from core.models import AuditEntry
from reporting.showing.audit import verb_in_words

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TEXT_LENGTH = 200


class AuditFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """Who, what they did, to what, and the days, both included, in the reader's zone."""

    actor = django_filters.CharFilter(label=gettext_lazy("Who"), method="by_actor", max_length=TEXT_LENGTH)
    verb = django_filters.ChoiceFilter(label=gettext_lazy("Did what"), empty_label=gettext_lazy("anything"))
    object = django_filters.CharFilter(label=gettext_lazy("To what"), method="about", max_length=TEXT_LENGTH)
    since = django_filters.DateFilter(label=gettext_lazy("From"), method="from_day", widget=DAY)
    until = django_filters.DateFilter(label=gettext_lazy("To"), method="to_day", widget=DAY)

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def __init__(self, data: Any, *, zone: ZoneInfo) -> None:
        super().__init__(data, queryset=AuditEntry.objects.select_related("actor"))
        self.zone = zone
        verbs = distinct_values(AuditEntry, "verb")
        choices = sorted(((verb, verb_in_words(verb)) for verb in verbs), key=lambda pair: pair[1])
        field: Any = self.form.fields["verb"]
        field.choices = [("", self.filters["verb"].extra["empty_label"]), *choices]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything at all was asked for."""
        return any(self.data.get(name) for name in self.filters)

    def by_actor(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """By address, by name, or by the name of the program that acted."""
        found = Q(actor__email__icontains=text) | Q(actor__name__icontains=text)
        return rows.filter(found | Q(actor_label__icontains=text))

    def about(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """By what it is, by which one, or by both: "breach", "ada@example.com", "reporting.breach 12"."""
        kind, _, which = text.strip().partition(" ")
        if which:
            return rows.filter(object_type=kind.lower(), object_id__iexact=which.strip())
        return rows.filter(Q(object_type__icontains=text.strip()) | Q(object_id__icontains=text.strip()))

    def from_day(self, rows: QuerySet, _name: str, day: Any) -> QuerySet:
        return rows.filter(at__gte=datetime.combine(day, time.min, self.zone))

    def to_day(self, rows: QuerySet, _name: str, day: Any) -> QuerySet:
        return rows.filter(at__lt=datetime.combine(day + timedelta(days=1), time.min, self.zone))
