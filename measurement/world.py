"""What the measures ask about records and people, answered from timelines that were loaded in bulk."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from leads import kinds as event_kinds
from leads import timelines
from leads.sources import own_name
from leads.timelines import Timelines
from measurement.facts import OwnerCourse, Record, Subject
from people import absences, memberships
from people.covering import Covers

Period = tuple[int, datetime | None, datetime | None]
#: Kind of event → the types of record that it can be about, the usual one first.
Types = Mapping[str, tuple[str, ...]]
#: The instants at which teams change; the teams before the first, and from each on.
Teams = tuple[list[datetime], list[frozenset[int]]]

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class LoadedWorld:
    """The World (measurement.facts) of some subjects; asks the database nothing after loading."""

    def __init__(self, loaded: Timelines, *, subject_types: Types, people: "People") -> None:
        self._loaded = loaded
        self._histories = loaded.histories
        self._subject_types = subject_types
        self._people = people
        self._changes: dict[tuple[int, str], Sequence[tuple[datetime, Any]]] = {}
        self._births: dict[int, datetime | None] = {}
        self._teams: dict[int, Teams] = {}
        self.courses: dict[Record, OwnerCourse] = {}

    def survivor(self, ref: int) -> int:
        """The record that stands for this one after all merges."""
        return self._histories.survivor(ref)

    def type_of(self, ref: int) -> str:
        """The type of a record."""
        return self._histories.type_of(ref)

    def value(self, ref: int, name: str, at: datetime) -> Any:
        """A field at an instant; before the earliest version that one's."""
        return self._histories.value(ref, name, at)

    def changes(self, ref: int, name: str) -> Sequence[tuple[datetime, Any]]:
        """Every (instant, new value) of a field, oldest first."""
        found = self._changes.get((ref, name))
        if found is None:
            found = tuple(zip(*self._histories.course(ref, name), strict=True))
            self._changes[ref, name] = found
        return found

    def assignments(self, lead: int) -> Sequence[tuple[datetime, int | None]]:
        """The instants at which events of the log assigned a lead, and to whom, oldest first."""
        return self._assignments.get(lead, ())

    def exists_since(self, ref: int) -> datetime | None:
        """``created_at``, else the first fact that names the record: an event, or its own first version."""
        if ref not in self._births:
            self._births[ref] = self._birth_of(ref)
        return self._births[ref]

    def _birth_of(self, ref: int) -> datetime | None:
        histories = self._histories
        _, created = histories.course(ref, "created_at")
        if created and created[-1] is not None:
            birth: datetime = created[-1]
            return birth
        family = (ref, *histories.merged_into(ref))
        named = [self._loaded.first_named[one] for one in family if one in self._loaded.first_named]
        known = histories.known_since(ref)
        return min(named if known is None else [*named, known], default=None)

    def subject_type(self, kind: str) -> str | None:
        """The type of record that events of the kind are about."""
        return next(iter(self._subject_types.get(kind, ())), None)

    def leads_of(self, contact: int) -> Sequence[int]:
        """Leads that name the contact at any time."""
        return self._histories.leads_of(contact)

    def external_id(self, ref: int) -> str | None:
        """What the source calls the record."""
        row = self._histories.refs.get(ref)
        return row.external_id if row else None

    def member(self, source: str, external_id: str) -> int | None:
        """The ref id of a member named in an event's data."""
        ref = self._members.get(own_name(source, external_id))
        return None if ref is None else self._histories.survivor(ref)

    def teams(self, member: int, at: datetime) -> frozenset[int]:
        """The teams that the member belongs to at the instant, with all above them."""
        known = self._teams.get(member)
        if known is None:
            known = self._teams[member] = self._teams_of(member)
        begins, teams = known
        return teams[bisect_right(begins, at)]

    def _teams_of(self, member: int) -> Teams:
        users = [self._users.get(ref) for ref in (member, *self._histories.merged_into(member))]
        known = [user for user in users if user is not None]
        begins = sorted({at for user in known for at in self._people.moves(user)})
        return begins, [
            frozenset().union(*(self._people.teams(user, at) for user in known))
            for at in (_BEFORE_ALL, *begins)
        ]

    def moves(self, member: int) -> Sequence[datetime]:
        """The instants at which the teams of a member change."""
        users = (self._users.get(ref) for ref in (member, *self._histories.merged_into(member)))
        return sorted({at for user in users if user is not None for at in self._people.moves(user)})

    def holder(self, member: int, at: datetime) -> int | None:
        """Whose the member's records are: their own; once they left, their cover's in the same source."""
        user = self._user_of(member)
        if user is None or not self._people.covers:
            return member
        holder = self._people.covers.holder(user, at)
        return member if holder == user else self._member_like(member, holder)

    def stand_ins(self, member: int, at: datetime) -> frozenset[int]:
        """The cover of a member who is away, and the cover's cover, as whomever the sources know them."""
        user = self._user_of(member)
        if user is None or not self._people.covers:
            return frozenset()
        users = self._people.covers.stand_ins(user, at)
        return frozenset(ref for one in users for _, _, ref in self._refs_of.get(one, ()))

    def departures(self, member: int) -> Sequence[datetime]:
        """The instants at which the member, or who has their records since, left or came back."""
        user = self._user_of(member)
        return () if user is None else self._people.covers.departures(user)

    def _user_of(self, member: int) -> int | None:
        """The person behind a member, by any of the records that were merged into it."""
        if member in self._users:
            return self._users[member]
        known = [ref for ref in self._histories.merged_into(member) if ref in self._users]
        rows = self._histories.refs
        first = min(known, key=lambda ref: (rows[ref].source, rows[ref].external_id), default=None)
        return None if first is None else self._users[first]

    def _member_like(self, member: int, user: int | None) -> int | None:
        """The person as the member's source knows them, else as another does; None when none does."""
        known = self._refs_of.get(user, ()) if user is not None else ()
        row = self._histories.refs.get(member)
        source = row.source if row else ""
        return min(known, key=lambda one: (one[0] != source, one), default=(None, None, None))[2]

    @cached_property
    def _refs_of(self) -> dict[int, list[tuple[str, str, int]]]:
        """The surviving member records of each person, with what the source calls them."""
        found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
        for row in self._loaded.members:
            if row.user_id is not None:
                found[row.user_id].append((row.source, row.external_id, self._histories.survivor(row.ref)))
        return found

    @cached_property
    def _members(self) -> dict[tuple[str, str], int]:
        return {(row.source, row.external_id): row.ref for row in self._loaded.members}

    @cached_property
    def _assignments(self) -> dict[int, list[tuple[datetime, int | None]]]:
        found: dict[int, list[tuple[datetime, int | None]]] = defaultdict(list)
        for lead, assignments in self._loaded.assignments.items():
            for at, source, owner in assignments:
                found[lead].append((at, None if owner is None else self.member(source, owner)))
        return found

    @cached_property
    def _users(self) -> dict[int, int]:
        return {row.ref: row.user_id for row in self._loaded.members if row.user_id is not None}


class People:
    """Who belonged to which team when, and who stood in for whom."""

    def __init__(self, user_ids: Collection[int]) -> None:
        self._above = memberships.team_tree()
        self.covers: Covers = absences.covers_of_all_times()
        self._periods: dict[int, list[Period]] = defaultdict(list)
        for user, team, lower, upper in memberships.memberships_of(user_ids):
            self._periods[user].append((team, _whole(lower), _whole(upper)))

    def teams(self, user: int, at: datetime) -> set[int]:
        """The teams of a user at the instant, with all above them."""
        found: set[int] = set()
        for team, lower, upper in self._periods.get(user, ()):
            if (lower is None or lower <= at) and (upper is None or at < upper):
                found |= self._above[team]
        return found

    def moves(self, user: int) -> Iterator[datetime]:
        """The instants at which the user joined a team or left one."""
        for _, lower, upper in self._periods.get(user, ()):
            yield from filter(None, (lower, upper))


def load(
    refs: Collection[int],
    *,
    kinds: Collection[str],
    subject_types: Types,
    until: datetime,
    ahead: bool = False,
    untold: Collection[str] = (),
) -> tuple[LoadedWorld, list[Subject]]:
    """The world around these records as known at ``until``, and the surviving ones with what is told.

    ``ahead``: also events dated later, which a measure does not look at.
    ``untold``: types of record that are subjects although nothing may be told about them.
    """
    loaded = timelines.load(
        refs,
        kinds=kinds,
        until=until,
        ahead=ahead,
        about_members=event_kinds.about_members(subject_types),
        existing=untold,
    )
    people = People({row.user_id for row in loaded.members if row.user_id is not None})
    world = LoadedWorld(loaded, subject_types=subject_types, people=people)
    return world, list(_subjects(loaded, until, frozenset(untold), ahead=ahead))


def subject_types() -> Types:
    """The types of record that each kind of event can be about, the company's own kinds included."""
    return event_kinds.subject_types()


def _subjects(
    loaded: Timelines, until: datetime, untold: frozenset[str], *, ahead: bool
) -> Iterator[Subject]:
    histories = loaded.histories
    for ref in loaded.subjects:
        told, type_ = loaded.told.get(ref, ()), histories.type_of(ref)
        if not told and type_ not in untold:
            continue
        deleted_at = histories.value(ref, "deleted_at", until)
        yield Subject(
            ref=ref,
            type=type_,
            facts=tuple(told),
            deleted_at=deleted_at if deleted_at is not None and deleted_at <= until else None,
            known_until=None if ahead else until,
        )


def _whole(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(microsecond=0)
