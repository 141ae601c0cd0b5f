"""The baseline of a version: what it is by the facts, what it was at the signing, and what somebody fixed.

A baseline is a function of the facts in its window, and follows them. Only an explicit act pins it: then its
version is held against the pinned value until somebody unpins it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from agreements.models import Commitment
from agreements.promises import history_of
from agreements.terms import Promise
from core import audit
from measurement import readings
from measurement.judged import no_earlier
from measurement.judging import be_the_only_one
from measurement.models import Baseline
from measurement.readings.samples import pinned_sample, sample_now, window_of
from measurement.targets import Sample


class NoBaselineError(LookupError):
    """The version promises nothing against a baseline."""


class EmptyBaselineError(ValueError):
    """Nothing was counted in the window: there is no value to pin."""


@dataclass(frozen=True, slots=True)
class BaselineNow:
    """A version's baseline: by the facts known now, at its signing, pinned; and which of them counts."""

    promise: Promise
    now: Sample
    at_signing: Sample | None
    signed_at: datetime | None
    pinned: Sample | None
    pinned_at: datetime | None
    pinned_by: Any

    @property
    def counts(self) -> Sample:
        """What the version is held against."""
        return self.pinned or self.now


def baseline_of(commitment: Commitment) -> BaselineNow:
    """The baseline of a signed version of a commitment; ``NoBaselineError`` where it has none."""
    promise = _promise(commitment)
    window = window_of(promise) if promise else None
    if promise is None or window is None:
        raise NoBaselineError(commitment.key)
    row = Baseline.objects.select_related("pinned_by").filter(pk=commitment.pk).first()
    return BaselineNow(
        promise=promise,
        now=sample_now(promise, window),
        at_signing=Sample(row.numerator, row.denominator) if row else None,
        signed_at=row.signed_at if row else None,
        pinned=pinned_sample(row) if row and row.pinned_at else None,
        pinned_at=row.pinned_at if row else None,
        pinned_by=row.pinned_by if row else None,
    )


@transaction.atomic
def pin(commitment: Commitment, *, by: Any, as_of: datetime) -> BaselineNow:
    """Fix the baseline at what the facts give now; later facts move it no more, and the readings follow.

    ``by``: a user, or the text of whoever else acts. Raises ``NoBaselineError`` and ``EmptyBaselineError``.
    """
    be_the_only_one()
    found = baseline_of(commitment)
    if not found.now.denominator:
        raise EmptyBaselineError(commitment.key)
    fixed = {
        "pinned_at": as_of,
        "pinned_by": by if isinstance(by, get_user_model()) else None,
        "pinned_numerator": found.now.numerator,
        "pinned_denominator": found.now.denominator,
    }
    signing = {
        "signed_at": as_of,
        "numerator": found.now.numerator,
        "denominator": found.now.denominator,
    }
    Baseline.objects.update_or_create(
        commitment=commitment, defaults=fixed, create_defaults={**signing, **fixed}
    )
    return _followed(commitment, found, "baseline.pin", by=by, as_of=as_of)


@transaction.atomic
def unpin(commitment: Commitment, *, by: Any, as_of: datetime) -> BaselineNow:
    """Let the baseline follow the facts again; nothing happens where it does already."""
    be_the_only_one()
    found = baseline_of(commitment)
    if found.pinned is None:
        return found
    names = ("pinned_at", "pinned_by", "pinned_numerator", "pinned_denominator")
    Baseline.objects.filter(pk=commitment.pk).update(**dict.fromkeys(names))
    return _followed(commitment, found, "baseline.unpin", by=by, as_of=as_of)


def _followed(
    commitment: Commitment, before: BaselineNow, verb: str, *, by: Any, as_of: datetime
) -> BaselineNow:
    """The readings counted again, and the act on record."""
    readings.recount([commitment.key], history_of({commitment.key}), as_of=no_earlier(as_of))
    after = baseline_of(commitment)
    audit.record(
        actor=by,
        verb=verb,
        object_type="commitment",
        object_id=f"{commitment.key} {before.promise.version_number}",
        before=_told(before.counts),
        after=_told(after.counts),
        as_of=as_of,
    )
    return after


def _told(sample: Sample) -> dict[str, int]:
    return {"numerator": sample.numerator, "denominator": sample.denominator}


def _promise(commitment: Commitment) -> Promise | None:
    history = history_of({commitment.key})
    return next((promise for promise in history if promise.commitment_id == commitment.pk), None)
