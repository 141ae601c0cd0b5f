"""What the pages of figures can be narrowed by: a window of days, origin, campaign, and how to count."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Campaign, Lead
from measurement.funnel import By, Cohort


def a_year_before(day: date) -> date:
    """The first day of the month eleven months before: with the running one that makes a year."""
    month = day.year * 12 + day.month - 12
    return date(month // 12, month % 12 + 1, 1)


class InsightFilter(django_filters.FilterSet):
    """A window of days, both included, and the origin. ``found`` has the values that could be read."""

    origin = django_filters.ChoiceFilter(label=gettext_lazy("Origin"), empty_label=gettext_lazy("all"))

    class Meta:
        model = Lead
        fields: list[str] = []

    #: What is asked when nothing is said.
    defaults: Mapping[str, str] = {}

    def __init__(self, data: Any, *, today: date) -> None:
        given = data.copy()
        given.setdefault("from", a_year_before(today).isoformat())
        for name, value in self.defaults.items():
            given.setdefault(name, value)
        super().__init__(given, queryset=Lead.objects.none())
        known = Lead.objects.exclude(origin=None).exclude(origin="").order_by("origin")
        self._offer(
            "origin", [(origin, origin) for origin in known.values_list("origin", flat=True).distinct()]
        )
        if "campaign" in self.filters:
            campaigns = Campaign.objects.filter(ref__merged_into=None, deleted_at=None).order_by("name")
            names = campaigns.values_list("ref_id", "name", "ref__external_id")
            self._offer("campaign", [(str(ref), name or external_id) for ref, name, external_id in names])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.form.fields[name]
        field.choices = [("", _("all")), *choices]

    @property
    def found(self) -> dict[str, Any]:
        """The values by field; one that cannot be read narrows nothing, and the form says so."""
        self.form.is_valid()
        return {name: self.form.cleaned_data.get(name) or None for name in self.form.fields}

    @property
    def query(self) -> str:
        """The filters as they stand in an address."""
        return self.data.urlencode()


def _day(label: Any) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _choice(label: Any, pairs: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, choices=pairs, empty_label=None, required=False)


_WINDOW = {"from": _day(gettext_lazy("From")), "to": _day(gettext_lazy("Until"))}

#: ``from`` is a word of Python's.
ConversionFilter: Any = type(
    "ConversionFilter",
    (InsightFilter,),
    {
        "by": _choice(
            gettext_lazy("Rows"),
            [
                (By.MONTH.value, gettext_lazy("by month")),
                (By.ORIGIN.value, gettext_lazy("by origin")),
                (By.OWNER.value, gettext_lazy("by owner")),
            ],
        ),
        "cohort": _choice(
            gettext_lazy("Month of"),
            [
                (Cohort.CREATED.value, gettext_lazy("the lead's creation")),
                (Cohort.QUALIFIED.value, gettext_lazy("the handoff (MQL)")),
            ],
        ),
        **_WINDOW,
        "defaults": {"by": By.MONTH.value, "cohort": Cohort.CREATED.value},
    },
)
