"""Standard values and those that the company added, together."""

from collections.abc import Mapping

from leads.enums import RecordType
from leads.event_kinds import KINDS
from leads.models import EventKind, RejectionReason
from leads.values import REJECTION_REASONS, folded


def subject_types() -> dict[str, tuple[str, ...]]:
    """Every kind of event that may be stored → the types of record it can be about, the usual one first."""
    standard = {kind: tuple(map(str, types)) for kind, types in KINDS.items()}
    return standard | {name: (subject,) for name, subject in EventKind.objects.values_list("name", "subject")}


def about_members(types: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Of kinds with their types of record (``subject_types``) those that are about a member: the actor."""
    return frozenset(kind for kind, named in types.items() if RecordType.MEMBER in named)


def bad_data_reasons() -> dict[str, bool]:
    """Rejection reason → whether it says that the data was wrong; the company's word beats the standard."""
    return dict(REJECTION_REASONS) | dict(RejectionReason.objects.values_list("name", "bad_data"))


def bad_data_flags() -> dict[str, bool]:
    """The same by the folded reason, as the reasons of rejections are looked up."""
    return {folded(reason): flag for reason, flag in bad_data_reasons().items()}
