"""What is promised, as values ready to be measured."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from agreements.calendars import schedule_of, timezone_of
from agreements.enums import Kind
from agreements.models import Commitment
from agreements.terms import Promise, parse_terms


def in_force_history() -> list[Promise]:
    """Every commitment of every signed version with the time it was in force, by key, oldest first.

    A version is in force until the next signed version of its agreement starts, whether or not that one
    still has the commitment. One statement, whatever their number.
    """
    return _in_force(Commitment.objects.signed())


def history_of(keys: Collection[str]) -> list[Promise]:
    """The same of the commitments of these keys alone."""
    return _in_force(Commitment.objects.signed().filter(key__in=keys))


def _in_force(signed: Any) -> list[Promise]:
    commitments: Any = (
        signed.with_end()
        .select_related("version__agreement", "calendar")
        .order_by("key", "version__starts_at")
    )
    return [promise_of(commitment, ends_at=commitment.ends_at) for commitment in commitments]


def promise_of(commitment: Commitment, *, ends_at: datetime | None = None) -> Promise:
    """A commitment as it is measured, from its version's start until ``ends_at`` (None: open)."""
    return Promise(
        commitment_id=commitment.pk,
        key=commitment.key,
        version_number=commitment.version.number,
        agreement_key=commitment.version.agreement.key,
        kind=Kind(commitment.kind),
        team_id=commitment.owner_id,
        starts_at=commitment.version.starts_at,
        ends_at=ends_at,
        terms=parse_terms(commitment.kind, commitment.terms),
        schedule=schedule_of(commitment.calendar),
        timezone=timezone_of(commitment.calendar),
        takes_over=commitment.version.document.get("open_clocks") == "move",
    )
