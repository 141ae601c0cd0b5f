"""Clocks in the shape of the API: ids resolved in bulk, state and seconds of the moment."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rest_framework.request import Request

from agreements.calendars import schedule_of
from leads.models import Member, Ref
from measurement.models import Clock
from measurement.states import seconds_at, state_at
from people.api.names import NamesFor

STORED = (
    *("id", "subject_type", "started_at", "due_at", "warn_at", "stopped_at", "ended_at", "reason", "origin"),
    *("allowed_seconds", "repeats"),
)
SECONDS = ("elapsed", "business", "paused", "unassigned")


class Names:
    """Which owners this reader may see by name, and the names: two statements, with a person's sight four."""

    def __init__(self, request: Request, members: Iterable[int | None], *, as_of: datetime) -> None:
        self._names = NamesFor(request, as_of=as_of)
        wanted = {member for member in members if member is not None}
        self._members = _members(wanted) if self._names.any else {}

    def sees(self, user: int | None, team: int, at: datetime | None = None) -> bool:
        """Whether a person's name in a row that this team owes may be seen; `at`: when it happened."""
        return self._names.may_show(user, team, at)

    def email(self, member: int | None, team: int, at: datetime | None = None) -> str | None:
        """The e-mail of a member whose team this is; None where the reader may not see it."""
        email, user = self._members.get(member, (None, None))
        return email if self.sees(user, team, at) else None


def shown_clocks(clocks: Sequence[Clock], request: Request, *, as_of: datetime) -> list[dict[str, Any]]:
    """Rows of ClockSerializer; the clocks come with commitment, version and calendar."""
    subjects = {ref.id: str(ref) for ref in Ref.objects.filter(id__in={clock.subject_id for clock in clocks})}
    names = Names(request, [clock.owner_id for clock in clocks], as_of=as_of)
    return [_clock(clock, subjects, names, as_of) for clock in clocks]


def _clock(clock: Clock, subjects: dict[int, str], names: Names, as_of: datetime) -> dict[str, Any]:
    return {
        **{column: getattr(clock, column) for column in STORED},
        **_seconds(clock, as_of),
        "commitment": clock.commitment_key,
        "version": clock.commitment.version.number,
        "subject": subjects[clock.subject_id],
        "owner": names.email(clock.owner_id, clock.commitment.owner_id, clock.due_at or clock.started_at),
        "state": state_at(clock, as_of) or clock.state,
    }


def _seconds(clock: Clock, as_of: datetime) -> dict[str, int | None]:
    if clock.ended_at is not None:
        return {f"{name}_seconds": getattr(clock, f"{name}_seconds") for name in SECONDS}
    derived = seconds_at(clock, schedule_of(clock.commitment.calendar), as_of)
    return {f"{name}_seconds": getattr(derived, name) for name in SECONDS}


def _members(refs: set[int]) -> dict[int | None, tuple[str | None, int | None]]:
    rows = Member.objects.filter(ref_id__in=refs).values_list("ref_id", "email", "user_id")
    return {ref: (email, user) for ref, email, user in rows}
