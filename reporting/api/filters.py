"""By what breaches and reports can be listed."""

from core.filters import Choices, FilterSet, Flags, Words
from measurement.api.filters import Commitments, Owners
from reporting.enums import BreachState, BreachType


class BreachFilters(FilterSet):
    commitment = Commitments("commitment_key")
    state = Choices("state", among=BreachState)
    owner = Owners("owner_id", help_text="E-mail address (needs people:read), or `none`.")
    team = Words("team__slug")
    historic = Flags("historic")
    type = Choices("type", among=BreachType)


class ReportFilters(FilterSet):
    team = Words("team__slug")
