"""The explanation of a stored clock, with the names that its reader may see."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Value

from agreements.promises import promise_of
from leads.models import Event, Member, Ref
from measurement.explanation import Labels, explain
from measurement.models import Clock

#: How the keys of facts begin: events of the log, and those that a record implies.
_EVENT, _IMPLIED = "e:", "i:"


def explained(clock: Clock, *, may_see: Callable[[int | None], bool], as_of: datetime) -> dict[str, Any]:
    """Why the clock stands as it does (CONTRACT §4), in three statements at most.

    The clock comes with its commitment, version, agreement and calendar. ``may_see`` tells of a user's id
    (none: a member who is no user here) whether the reader may see the name.
    """
    calendar = clock.commitment.calendar
    labels = Labels(
        members=members_named(_members_in(clock), may_see),
        holidays=calendar.holiday_dates if calendar else {},
        facts=facts_named(entry["event"] for entry in clock.evidence),
    )
    return explain(clock, promise=promise_of(clock.commitment), as_of=as_of, labels=labels)


def _members_in(clock: Clock) -> set[int]:
    actors = (entry["actor"] for entry in clock.evidence)
    owners = (span["member"] for span in clock.owners)
    return {member for member in (*actors, *owners) if member is not None}


def facts_named(keys: Iterable[str]) -> dict[str, str]:
    """Key of an event → "source:external_id", of it or of the record that implies it; one statement."""
    places = {key: _place(key) for key in keys if key[:2] in (_EVENT, _IMPLIED)}
    rows = _named(Event, _EVENT, places).union(_named(Ref, _IMPLIED, places), all=True)
    names = {(prefix, pk): f"{source}:{external_id}" for prefix, pk, source, external_id in rows}
    return {key: names[place] for key, place in places.items() if place in names}


def _place(key: str) -> tuple[str, int]:
    """Which id of which table the key of a fact names (measurement.facts.Fact)."""
    return key[:2], int(key[2:].partition(":")[0])


def _named(model: type[Event] | type[Ref], prefix: str, places: Mapping[str, tuple[str, int]]) -> Any:
    ids = {pk for table, pk in places.values() if table == prefix}
    rows = model.objects.filter(pk__in=ids).annotate(prefix=Value(prefix))
    return rows.values_list("prefix", "pk", "source", "external_id")


def members_named(refs: Iterable[int], may_see: Callable[[int | None], bool]) -> dict[int, str]:
    """Member → the name, of those whom the reader may see (``may_see`` of a user's id); one statement."""
    rows = Member.objects.filter(ref_id__in=set(refs)).select_related("user")
    seen = (member for member in rows if may_see(member.user_id))
    named = ((member.ref_id, member.name or str(member.user or member.email or "")) for member in seen)
    return {ref: name for ref, name in named if name}
