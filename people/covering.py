"""Who stands in for whom, at an instant. Pure: no Django, no clock.

Somebody away is covered: the cover receives and acts for them, and what they own stays theirs. Somebody who
left is gone: what they owned is their cover's from then on, or nobody's. A cover who is away passes it on to
their own cover, once; who left passes it on as far as it takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Away:
    """A person is not there from ``start`` until ``end`` (not included; None: for good)."""

    user: int
    cover: int | None
    left: bool
    start: datetime
    end: datetime | None

    def at(self, instant: datetime) -> bool:
        """Whether the person is away at the instant."""
        return self.start <= instant and (self.end is None or instant < self.end)


class Covers:
    """The absences of some people and of those who cover them, asked by instant."""

    def __init__(self, absences: Iterable[Away]) -> None:
        self._of: dict[int, list[Away]] = defaultdict(list)
        for absence in absences:
            self._of[absence.user].append(absence)

    def __bool__(self) -> bool:
        return bool(self._of)

    def people(self) -> list[int]:
        """Everybody who is away at some time."""
        return list(self._of)

    def absence_of(self, user: int, at: datetime) -> Away | None:
        """The absence of the person at the instant; there is at most one."""
        return next((absence for absence in self._of.get(user, ()) if absence.at(at)), None)

    def holder(self, user: int, at: datetime) -> int | None:
        """Whose the person's records are: their own until they left, then their cover's; None: nobody's."""
        seen: set[int] = set()
        while user not in seen:
            seen.add(user)
            absence = self.absence_of(user, at)
            if absence is None or not absence.left:
                return user
            if absence.cover is None:
                return None
            user = absence.cover
        return None  # a ring: each left to another of them

    def stand_ins(self, user: int, at: datetime) -> frozenset[int]:
        """Who counts as the person at the instant, beside themselves: cover, and the cover's cover."""
        found = self._line(user, at)
        return frozenset(found) - {user}

    def receiver(self, user: int, at: datetime) -> int | None:
        """Who gets what is meant for the person: themselves, else their cover, else the cover's cover."""
        last = self._line(user, at)[-1:]
        there = bool(last) and self.absence_of(last[0], at) is None
        return last[0] if there else None

    def departures(self, user: int) -> list[datetime]:
        """Every instant at which whose the person's records are may change, oldest first."""
        found: set[datetime] = set()
        waiting, seen = [user], {user}
        while waiting:
            for absence in self._of.get(waiting.pop(), ()):
                if absence.left:
                    found |= {at for at in (absence.start, absence.end) if at is not None}
                    if absence.cover is not None and absence.cover not in seen:
                        seen.add(absence.cover)
                        waiting.append(absence.cover)
        return sorted(found)

    def heirs(self, user: int) -> set[int]:
        """Everybody whose records may at any time be the person's: they and the covers they left them to."""
        found, waiting = {user}, [user]
        while waiting:
            for absence in self._of.get(waiting.pop(), ()):
                if absence.left and absence.cover is not None and absence.cover not in found:
                    found.add(absence.cover)
                    waiting.append(absence.cover)
        return found

    def _line(self, user: int, at: datetime) -> list[int]:
        """The holder, their cover while they are away, and the cover's cover; who left is passed over."""
        line: list[int] = []
        next_: int | None = user
        while next_ is not None and len(line) <= 2:  # the person and two covers
            holder = self.holder(next_, at)
            if holder is None or holder in line:
                break
            line.append(holder)
            absence = self.absence_of(holder, at)
            next_ = absence.cover if absence else None
        return line


def covered_by(users: Iterable[int], covers: Mapping[int, Sequence[int]]) -> set[int]:
    """These people and everybody whom they stand in for, through however many others.

    ``covers``: cover → whom they ever cover.
    """
    found = set(users)
    waiting = list(found)
    while waiting:
        for user in covers.get(waiting.pop(), ()):
            if user not in found:
                found.add(user)
                waiting.append(user)
    return found
