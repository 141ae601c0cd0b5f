"""By what agreements and commitments can be listed."""

from agreements.enums import Kind, Standing
from core.filters import Choices, FilterSet, Numbers, Words


class AgreementFilters(FilterSet):
    key = Words("key")
    party = Words("parties__slug", distinct=True)


class CommitmentFilters(FilterSet):
    key = Words("key")
    owner = Words("owner__slug")
    kind = Choices("kind", among=Kind)
    state = Choices("standing", among=Standing)
    agreement = Words("version__agreement__key")
    version = Numbers("version__number")
