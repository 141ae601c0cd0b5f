"""What the pages of figures can be narrowed by: a window of days, origin, campaign, and how to count."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.forms.fields import MEANT
from leads.models import Campaign, Lead
from measurement import feedback
from measurement.funnel import By, Cohort
from measurement.kept.origins import origins


def a_year_before(day: date) -> date:
    """The first day of the month eleven months before: with the running one that makes a year."""
    month = day.year * 12 + day.month - 12
    return date(month // 12, month % 12 + 1, 1)


class InsightFilter(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """A window of days, both included, and the origin. ``found`` has the values that could be read."""

    origin = django_filters.ChoiceFilter(label=gettext_lazy("Origin"), empty_label=gettext_lazy("all"))

    class Meta:
        model = Lead
        fields: list[str] = []

    #: What is asked when nothing is said.
    defaults: Mapping[str, str] = {}

    def __init__(self, data: Any, *, zone: str, as_of: datetime) -> None:
        given = data.copy()
        given.setdefault("from", a_year_before(as_of.astimezone(ZoneInfo(zone)).date()).isoformat())
        for name, value in self.defaults.items():
            given.setdefault(name, value)
        super().__init__(given, queryset=Lead.objects.none())
        self._offer("origin", [(origin, origin) for origin in origins(as_of=as_of)])
        if "campaign" in self.filters:
            nothing = (feedback.NONE, _("none"))
            campaigns = Campaign.objects.filter(ref__merged_into=None, deleted_at=None).order_by("name")
            names = campaigns.values_list("ref_id", "name", "ref__external_id")
            self._offer("campaign", [*((str(ref), str(name or key)) for ref, name, key in names), nothing])

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
        label=label, validators=MEANT, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
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

FeedbackFilter: Any = type(
    "FeedbackFilter",
    (InsightFilter,),
    {
        "by": _choice(
            gettext_lazy("Rows"),
            [
                (feedback.By.CAMPAIGN.value, gettext_lazy("by campaign")),
                (feedback.By.ORIGIN.value, gettext_lazy("by origin")),
            ],
        ),
        **_WINDOW,
        "defaults": {"by": feedback.By.CAMPAIGN.value},
    },
)

LeadsFilter: Any = type(
    "LeadsFilter",
    (InsightFilter,),
    {
        "campaign": django_filters.ChoiceFilter(
            label=gettext_lazy("Campaign"), empty_label=gettext_lazy("all"), required=False
        ),
        "outcome": django_filters.ChoiceFilter(
            label=gettext_lazy("What became of it"),
            empty_label=gettext_lazy("all"),
            choices=[
                (feedback.Outcome.WAITING.value, gettext_lazy("waiting for a decision")),
                (feedback.Outcome.ACCEPTED.value, gettext_lazy("accepted")),
                (feedback.Outcome.REJECTED.value, gettext_lazy("rejected")),
                (feedback.Outcome.RECYCLED.value, gettext_lazy("given back")),
            ],
        ),
        "reached": django_filters.ChoiceFilter(
            label=gettext_lazy("With"),
            empty_label=gettext_lazy("all"),
            choices=[
                ("meeting", gettext_lazy("a meeting")),
                ("deal", gettext_lazy("a deal")),
                ("won", gettext_lazy("a deal won")),
                ("bad_data", gettext_lazy("bad data")),
            ],
        ),
        "reason": django_filters.CharFilter(label=gettext_lazy("Reason"), widget=forms.TextInput()),
        **_WINDOW,
    },
)

PrioritiesFilter: Any = type(
    "PrioritiesFilter",
    (InsightFilter,),
    {
        "whose": django_filters.ChoiceFilter(
            label=gettext_lazy("Whose"),
            empty_label=gettext_lazy("everybody's"),
            choices=[("mine", gettext_lazy("mine"))],
        ),
        **_WINDOW,
    },
)
