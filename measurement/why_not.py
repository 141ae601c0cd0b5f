"""Why is there no clock for this record?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from agreements.models import Commitment
from agreements.promises import in_force_history
from leads.models import Ref
from measurement import world
from measurement.absence import Reason, absence
from measurement.excluding import waivers_of
from measurement.facts import Subject
from measurement.interest import Interest
from measurement.models import Clock
from measurement.waivers import for_good


class UnknownSubjectError(LookupError):
    """No fact names this record."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The record that was asked about, its clocks, and why there are no more of them."""

    subject: Ref
    clocks: list[Clock]
    reasons: list[Reason]

    def as_dict(self) -> dict[str, Any]:
        """As the API shows it."""
        reasons = [
            {"code": why.code, "text": why.text, "at": why.at, "event": why.event, "detail": why.detail}
            for why in self.reasons
        ]
        clocks = [clock.pk for clock in self.clocks]
        return {
            "subject": str(self.subject),
            "subject_type": self.subject.type,
            "clocks": clocks,
            "reasons": reasons,
        }


def why_not(key: str, *, source: str, external_id: str, as_of: datetime) -> Absence:
    """Why the commitment has no (more) clocks of this record; a constant number of statements.

    Of records that share the id the one that the promise can be about is meant; of a merged one its survivor.
    Raises Commitment.DoesNotExist, UnknownSubjectError.
    """
    promises = [promise for promise in in_force_history() if promise.key == key]
    if not promises:
        raise Commitment.DoesNotExist(key)
    types = world.subject_types()
    interest = Interest.of(promises, types, fiscal_year_start=settings.FISCAL_YEAR_START)
    ref = _meant(source, external_id, interest)
    clocks = list(Clock.objects.for_commitment(key).filter(subject_id=ref.pk).order_by("started_at", "id"))
    until = as_of.replace(microsecond=0)
    around, subjects = world.load(
        [ref.pk], kinds=interest.kinds, subject_types=types, until=until, ahead=True
    )
    subject = next(iter(subjects), Subject(ref=ref.pk, type=ref.type, facts=()))
    return Absence(
        ref, clocks, absence(promises, subject, around, as_of=until, let_go=for_good(waivers_of([ref.pk])))
    )


def _meant(source: str, external_id: str, interest: Interest) -> Ref:
    refs = list(Ref.objects.filter(source=source, external_id=external_id).order_by("type"))
    if not refs:
        raise UnknownSubjectError(f"{source}:{external_id}")
    ref = next((ref for ref in refs if ref.type in interest.types), refs[0])
    return ref if ref.merged_into is None else Ref.objects.get(pk=ref.merged_into)
