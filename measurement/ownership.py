"""Whose a clock is, at every instant of its life (CONTRACT §3 "Owner").

The subject's owner, else its lead's, contact's, account's owner, else nobody. A lead's owner changes with
its record and with ``lead.assigned`` (``data.owner``); at one instant the event has the last word. What
somebody owned who left is their cover's from then on, nobody's without one, until the record says otherwise;
who is only away still owns it.
"""

from bisect import bisect_right
from datetime import datetime
from typing import NamedTuple

from measurement.facts import Fact, OwnerCourse, Record, Subject, World
from measurement.relations import LINKS, related

_CHAIN = ("lead", "contact", "account")


class OwnerSpan(NamedTuple):
    """Lay with this member (None: with nobody) from an instant until another (None: still)."""

    member: int | None
    start: datetime
    end: datetime | None


class Ownership:
    """The owners of a subject, seen from the fact that started its clock."""

    def __init__(self, subject: Subject, start: Fact, world: World) -> None:
        self._subject, self._start, self._world = subject, start, world

    def at(self, at: datetime) -> int | None:
        """Ref id of the owner at the instant, None when nobody is; of a leaver's records their cover."""
        written = self.written_at(at)
        return None if written is None else self._world.holder(written, at)

    def written_at(self, at: datetime) -> int | None:
        """Ref id of the owner whom the records name at the instant, whether or not they are still there."""
        own = self._owner_of(self._subject.ref, at)
        if own is not None:
            return own
        for type_ in _CHAIN:
            if type_ == self._subject.type:
                continue
            for ref in related(type_, self._subject, self._start, at, self._world):
                owner = self._owner_of(ref, at)
                if owner is not None:
                    return owner
        return None

    def spans(self, start: datetime, end: datetime | None, *, until: datetime) -> list[OwnerSpan]:
        """The owners from ``start`` to ``end`` (None: still running, known up to ``until``), end to end."""
        last = until if end is None else end
        owner, since = self.at(start), start
        spans: list[OwnerSpan] = []
        for instant in sorted({at for at in self._turns() if start < at <= last and at != end}):
            now = self.at(instant)
            if now != owner:
                spans.append(OwnerSpan(owner, since, instant))
                owner, since = now, instant
        return [*spans, OwnerSpan(owner, since, end)]

    def acts_for(self, member: int, at: datetime) -> bool:
        """Whether what the member does at the instant is the owner's act: the owner's own, that of whoever
        has the records of an owner who left, or that of the cover while the owner is away."""
        written = self.written_at(at)
        if written is None:
            return False
        return member in (written, self._world.holder(written, at)) or member in self._world.stand_ins(
            written, at
        )

    def _owner_of(self, ref: int, at: datetime) -> int | None:
        owner: int | None = self._world.value(ref, "owner", at)
        assigned = self._world.assignments(ref)
        if not assigned:
            return owner
        place = bisect_right(assigned, at, key=lambda pair: pair[0])
        if not place:
            return owner
        instant, member = assigned[place - 1]
        changed = [at_ for at_, _ in self._world.changes(ref, "owner") if at_ <= at]
        return owner if changed and changed[-1] > instant else member

    def _turns(self) -> list[datetime]:
        """Every instant at which the owner may have changed."""
        found: list[datetime] = []
        owners: set[int] = set()
        waiting, seen = self._first(), set[Record]()
        while waiting:
            record = waiting.pop()
            if record not in seen:
                seen.add(record)
                turns, had, linked = self._course_of(record)
                found += turns
                owners.update(had)
                waiting += linked
        for owner in owners:
            found += self._world.departures(owner)
        return found

    def _first(self) -> list[Record]:
        """The records whose owner may count: the subject, what the start names; with these all that they ever
        linked to."""
        subject, world = self._subject, self._world
        first = [(subject.ref, subject.type), *((ref, type_) for type_, ref in self._start.refs.items())]
        return first + [
            (lead, "lead") for ref, type_ in first if type_ == "contact" for lead in world.leads_of(ref)
        ]

    def _course_of(self, record: Record) -> OwnerCourse:
        """What the world tells of one record, asked once: many subjects share an account, a lead."""
        known = self._world.courses.get(record)
        if known is None:
            turns, owners = self._turns_of_owner(record[0])
            moved, linked = self._links_of(*record)
            known = self._world.courses[record] = ((*turns, *moved), owners, linked)
        return known

    def _turns_of_owner(self, ref: int) -> tuple[list[datetime], set[int]]:
        """When the record may have passed to somebody else, and who ever had it.

        What the first version says holds before it too; it matters only beside assignments, which it ends.
        """
        assigned, owned = self._world.assignments(ref), self._world.changes(ref, "owner")
        owners = {member for _, member in (*assigned, *owned) if member is not None}
        return [at for at, _ in (*assigned, *(owned if assigned else owned[1:]))], owners

    def _links_of(self, ref: int, type_: str) -> tuple[list[datetime], list[Record]]:
        """When its links moved, and since when a lead exists; and where they ever led."""
        found: list[datetime] = []
        linked: list[Record] = []
        for field in LINKS.get(type_, ()):
            changes = self._world.changes(ref, field)
            linked += [(target, field) for _, target in changes if target is not None]
            found += [at for at, _ in changes[1:]]
        born = self._world.exists_since(ref) if type_ == "lead" else None
        return (found if born is None else [*found, born]), linked
