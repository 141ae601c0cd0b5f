"""Who was there when: the stretches of one member's presence that a promise of coverage counts. Pure.

What is chosen where the contract leaves a choice:

- Somebody is there from an ``online`` to the next ``offline``. An ``offline`` of somebody who is not there
  says nothing. Of two at one instant the one that changes something comes first: who is there goes, and comes
  back.
- Presence without an ``offline`` ends with the open window that contains its beginning or follows it, and is
  flagged ``left_open``; so is presence that the next ``online`` finds without one: it ends there at the
  latest. In a calendar that never opens it covers nothing, and there is no unit.
- A stretch is cut where a version begins or ends, and where the member joins or leaves a team; each piece
  belongs to the version in force at its beginning and counts when the member then belongs to the team that
  owes, or to a team below it; else it is left out.
- Presence that began before the first version counts from that version's beginning on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from agreements.business_time import NeverOpenError, Schedule
from agreements.enums import Kind
from agreements.terms.values import Promise
from measurement.enums import UnitNote, UnitState
from measurement.facts import Fact, Subject, World
from measurement.measures.counting import entry
from measurement.measures.entries import is_logged_late
from measurement.measures.homes import MEMBER
from measurement.measures.passage import known_facts
from measurement.units import TEAM, UnitVerdict
from measurement.verdicts import Note, Role

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Presence:
    """One stretch; ``offline`` is None where nobody said that it ended."""

    online: Fact
    until: datetime
    offline: Fact | None


class PresenceMeasure:
    """The versions of one commitment of the kind ``coverage``, prepared once; others have no units here."""

    types = frozenset({MEMBER})

    def __init__(
        self,
        promises: Iterable[Promise],
        *,
        fiscal_year_start: int,
        subject_types: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Presence knows no periods and is always a member's: what other measures ask, it does not."""
        covers = [promise for promise in promises if promise.kind is Kind.COVERAGE]
        self.versions = tuple(sorted(covers, key=lambda promise: promise.starts_at))
        self.starts = frozenset(promise.terms.online for promise in covers)
        self.kinds = self.starts | {promise.terms.offline for promise in covers}
        ends = (promise.ends_at for promise in covers if promise.ends_at is not None)
        self._changes = {*(promise.starts_at for promise in covers), *ends}

    def units(self, subject: Subject, world: World, *, as_of: datetime) -> list[UnitVerdict]:
        """The stretches of presence of one member by the facts up to ``as_of``, oldest first.

        How long one lasts follows from the facts alone, also where its end is still to come.
        """
        if subject.type != MEMBER or not self.versions:
            return []
        facts = [fact for fact in known_facts(subject, as_of=as_of) if fact.kind in self.kinds]
        return [
            self._unit(subject, world, presence, promise, start, end)
            for presence in self._presences(facts)
            for promise, start, end in self._pieces(presence, world.moves(subject.ref))
        ]

    def _presences(self, facts: list[Fact]) -> Iterator[_Presence]:
        online: Fact | None = None
        for fact in _alternating(facts, self._is_online):
            if online is not None and fact.at > online.at:
                yield from self._ended(online, fact)
            online = fact if self._is_online(fact) else None
        if online is not None:
            yield from self._ended(online, None)

    def _ended(self, online: Fact, after: Fact | None) -> Iterator[_Presence]:
        """Presence up to what came after it: an offline, the next online, nothing yet."""
        if after is not None and not self._is_online(after):
            yield _Presence(online, after.at, after)
            return
        closing = closing_after(self._judging(online.at).schedule, online.at)
        if closing is not None:
            yield _Presence(online, closing if after is None else min(closing, after.at), None)

    def _is_online(self, fact: Fact) -> bool:
        return bool(fact.kind == self._judging(fact.at).terms.online)

    def _judging(self, at: datetime) -> Promise:
        """The version whose words the instant is read by: the latest that has begun, else the first."""
        begun = [promise for promise in self.versions if promise.starts_at <= at]
        return begun[-1] if begun else self.versions[0]

    def _pieces(
        self, presence: _Presence, moves: Iterable[datetime]
    ) -> Iterator[tuple[Promise, datetime, datetime]]:
        start = presence.online.at
        inside = sorted(at for at in {*self._changes, *moves} if start < at < presence.until)
        for end in (*inside, presence.until):
            promise = self._judging(start)
            if promise.starts_at <= start and (promise.ends_at is None or start < promise.ends_at):
                yield promise, start, end
            start = end

    def _unit(
        self,
        subject: Subject,
        world: World,
        presence: _Presence,
        promise: Promise,
        start: datetime,
        end: datetime,
    ) -> UnitVerdict:
        why_not = _why_not(promise, subject, world, presence, start)
        flagged = UnitNote.LEFT_OPEN if presence.offline is None and end == presence.until else ""
        evidence = [entry(Role.START, presence.online)]
        if presence.offline is not None:
            evidence.append(entry(Role.STOP, presence.offline))
        return UnitVerdict(
            commitment_id=promise.commitment_id,
            commitment_key=promise.key,
            subject_id=subject.ref,
            subject_type=subject.type,
            unit_key=f"s:{int(start.timestamp())}",
            each=TEAM,
            at=start,
            until=end,
            stretch=True,
            state=UnitState.LEFT_OUT if why_not else UnitState.HAVING,
            reason=str(why_not or flagged),
            owner_id=subject.ref,
            evidence=evidence,
        )


def _why_not(
    promise: Promise, subject: Subject, world: World, presence: _Presence, start: datetime
) -> Note | None:
    """Why presence does not count for the team: it is another's member, or it was entered too late."""
    if promise.team_id not in world.teams(subject.ref, start):
        return Note.OTHER_TEAM
    return Note.LOGGED_LATE if is_logged_late(promise, presence.online) else None


def closing_after(schedule: Schedule, at: datetime) -> datetime | None:
    """When the open window that contains the instant, or the next one, closes; None where none opens.

    Windows belong to the calendar's dates: around the clock, one closes at every midnight.
    """
    try:
        opening = schedule.add(at, 0)
    except NeverOpenError:
        return None
    epoch = int(opening.timestamp())
    day, _ = schedule.calendar.wall(epoch)
    segments = (*schedule.calendar.segments_of(day), *schedule.calendar.segments_of(day - _DAY))
    closing = max(closes for opens, closes in segments if opens <= epoch < closes)
    return datetime.fromtimestamp(closing, UTC)


def _alternating(facts: Iterable[Fact], is_online: Callable[[Fact], bool]) -> Iterator[Fact]:
    """In order; of those at one instant first the ones that say the contrary of what was said last."""
    was_online = False
    for _, together in groupby(facts, key=lambda fact: fact.at):
        for fact in sorted(together, key=lambda fact: is_online(fact) == was_online):
            yield fact
            was_online = is_online(fact)
