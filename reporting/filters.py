"""What the list of exceptions can be narrowed by."""

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting import words
from reporting.enums import BreachState
from reporting.models import Breach
from reporting.querysets import BreachQuerySet
from reporting.showing.promises import title_of
from reporting.showing.reader import Reader

LIVE = "live"
SHOWN_STATES = tuple(BreachState)


class ExceptionFilter(django_filters.FilterSet):
    """State, commitment, team, whose, and whether historic ones are wanted."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), empty_label=gettext_lazy("all"), method="of_state", null_label=None
    )
    commitment = django_filters.ChoiceFilter(
        label=gettext_lazy("Commitment"), empty_label=gettext_lazy("all"), field_name="commitment_key"
    )
    team = django_filters.ChoiceFilter(
        label=gettext_lazy("Team"), empty_label=gettext_lazy("all"), field_name="team__slug"
    )
    whose = django_filters.ChoiceFilter(
        label=gettext_lazy("Whose"), empty_label=gettext_lazy("everybody's"), method="of_person"
    )
    historic = django_filters.ChoiceFilter(
        label=gettext_lazy("Historic"), empty_label=gettext_lazy("left out"), method="of_history"
    )

    class Meta:
        model = Breach
        fields: list[str] = []

    def __init__(self, data: Any, *, queryset: BreachQuerySet, reader: Reader) -> None:
        self.reader = reader
        given = data.copy()
        given.setdefault("state", LIVE)
        given.setdefault("historic", "")
        super().__init__(given, queryset=queryset)
        choices = {
            "state": [(LIVE, _("to deal with")), *((s.value, words.breach_state(s)) for s in SHOWN_STATES)],
            "commitment": sorted({(p.key, title_of(p)) for p in reader.promises}, key=lambda pair: pair[1]),
            "team": [(team.slug, team.name) for team in reader.teams.values()],
            "whose": [
                ("mine", _("mine")),
                ("nobody", _("nobody's")),
                ("decide", _("the other team's, for me to decide")),
            ],
            "historic": [("with", _("shown too")), ("only", _("only these"))],
        }
        for name, pairs in choices.items():
            self.form.fields[name].choices = [("", self.filters[name].extra["empty_label"]), *pairs]

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader asked for anything but the open ones."""
        return any(self.data.get(name) for name in ("commitment", "team", "whose", "historic")) or (
            self.data.get("state") != LIVE
        )

    def filter_queryset(self, queryset: BreachQuerySet) -> BreachQuerySet:
        """Without the historic ones unless asked for; a wrong value narrows nothing and the form says so."""
        narrowed = super().filter_queryset(queryset)
        return narrowed if self.form.cleaned_data.get("historic") else narrowed.tellable()

    def of_state(self, queryset: BreachQuerySet, name: str, value: str) -> BreachQuerySet:
        """Live ones, or one state."""
        return queryset.live() if value == LIVE else queryset.filter(state=value)

    def of_person(self, queryset: BreachQuerySet, name: str, value: str) -> BreachQuerySet:
        """The reader's own, nobody's, or those on which they decide."""
        if value == "decide":
            return queryset.filter(state=BreachState.DISPUTED).exclude(
                team_id__in=self.reader.sight.managed_team_ids
            )
        return queryset.of_nobody() if value == "nobody" else queryset.owed_by(self.reader.user)

    def of_history(self, queryset: BreachQuerySet, name: str, value: str) -> BreachQuerySet:
        """Historic ones too, or only them."""
        return queryset.historic() if value == "only" else queryset
