"""The explanation of a stored clock, with the names that its reader may see."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from agreements.promises import promise_of
from leads.models import Member
from measurement.explanation import Labels, explain
from measurement.models import Clock


def explained(clock: Clock, *, may_see: Callable[[int | None], bool], as_of: datetime) -> dict[str, Any]:
    """Why the clock stands as it does (CONTRACT §4), in two statements at most.

    The clock comes with its commitment, version, agreement and calendar. ``may_see`` tells of a user's id
    (none: a member who is no user here) whether the reader may see the name.
    """
    calendar = clock.commitment.calendar
    labels = Labels(
        members=_names(_members_in(clock), may_see),
        holidays=calendar.holiday_dates if calendar else {},
    )
    return explain(clock, promise=promise_of(clock.commitment), as_of=as_of, labels=labels)


def _members_in(clock: Clock) -> set[int]:
    actors = (entry["actor"] for entry in clock.evidence)
    owners = (span["member"] for span in clock.owners)
    return {member for member in (*actors, *owners) if member is not None}


def _names(refs: Iterable[int], may_see: Callable[[int | None], bool]) -> dict[int, str]:
    rows = Member.objects.filter(ref_id__in=set(refs)).select_related("user")
    seen = (member for member in rows if may_see(member.user_id))
    named = ((member.ref_id, member.name or str(member.user or member.email or "")) for member in seen)
    return {ref: name for ref, name in named if name}
