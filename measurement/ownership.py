"""Whose a clock is, at every instant of its life (CONTRACT §3 "Owner").

The subject's owner, else its lead's, contact's, account's owner, else nobody. A lead's owner changes with
its record and with ``lead.assigned`` (``data.owner``); at one instant the event has the last word. What
somebody owned who left is their cover's from then on, nobody's without one, until the record says otherwise;
who is only away still owns it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from measurement.facts import Fact, Subject, World
from measurement.relations import LINKS, related

_CHAIN = ("lead", "contact", "account")


@dataclass(frozen=True, slots=True)
class OwnerSpan:
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
        for instant in sorted({at for at in self._changes() if start < at <= last and at != end}):
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

    def _changes(self) -> Iterator[datetime]:
        """Every instant at which the owner may have changed."""
        owners: set[int] = set()
        for ref, type_ in self._everybody():
            owned = [*self._world.assignments(ref), *self._world.changes(ref, "owner")]
            owners.update(member for _, member in owned if member is not None)
            yield from (at for at, _ in owned)
            for field in LINKS.get(type_, ()):
                yield from (at for at, _ in self._world.changes(ref, field))
            if type_ == "lead":
                yield from filter(None, (self._world.exists_since(ref),))
        for owner in owners:
            yield from self._world.departures(owner)

    def _everybody(self) -> Iterable[tuple[int, str]]:
        """The records whose owner may count: the subject, what the start names, what these ever linked to."""
        waiting = [
            (self._subject.ref, self._subject.type),
            *((ref, type_) for type_, ref in self._start.refs.items()),
        ]
        waiting += [
            (lead, "lead")
            for ref, type_ in waiting
            if type_ == "contact"
            for lead in self._world.leads_of(ref)
        ]
        seen: dict[tuple[int, str], None] = {}
        while waiting:
            record = waiting.pop()
            if record not in seen:
                seen[record] = None
                waiting += self._named_by(*record)
        return seen

    def _named_by(self, ref: int, type_: str) -> Iterator[tuple[int, str]]:
        for field in LINKS.get(type_, ()):
            for _, target in self._world.changes(ref, field):
                if target is not None:
                    yield target, field
