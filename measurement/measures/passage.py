"""The clocks of one commitment about one record, whatever kind they are (CONTRACT §3, DESIGN §3).

The facts up to ``as_of`` are gone through once in their order; a start without an open clock opens one under
the version in force at that instant, and the clock keeps that version's terms until it ends, unless a newer
version takes open clocks over (docs/adr/0009).

What is chosen where the contract leaves a choice:

- The first stop counts, also before the start: of several within ``early`` the earliest that no other clock
  has used. An act that settled a clock, or a part of one, serves no other.
- A stop exactly at ``give_up`` still counts. A clock is ended by it as soon as ``as_of`` is later, as by a
  fact; the engine judges it again then, so that waiting and judging everything afresh agree.
- A start after the record's deletion opens nothing; one at its instant is cancelled at once.
- Of acts before a start that came too early for ``early`` only the last within a day is listed, to say why it
  did not count.
- A miss that is waived for good is let go of: the next start opens the next clock, what is done before that
  still shows on the waived one.
"""

from abc import ABC
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar

from agreements.enums import Kind
from agreements.terms.values import Promise
from leads.told import order_of
from measurement.facts import Fact, Subject, World
from measurement.measures.acts import Acts, Refusal
from measurement.measures.clock import OpenClock
from measurement.measures.entries import FOR_WHO_OWES, is_logged_late
from measurement.measures.recording import verdict_of
from measurement.measures.versions import ORDER, Version
from measurement.verdicts import ClockVerdict, Note, Reason, Role
from measurement.waivers import Key

_NEARBY = timedelta(days=1)

#: The kind under which a record's deletion stands in the evidence.
DELETED = "record.deleted"
_OF_A_DELETION = (Role.CANCEL,)
NONE: Mapping[Key, datetime] = MappingProxyType({})


class ClockMeasure(ABC):
    """The versions of one commitment, prepared once; those of another kind have no clocks here."""

    kind: ClassVar[Kind]
    clock: ClassVar[type[OpenClock]]

    def __init__(self, promises: Iterable[Promise]) -> None:
        own = (promise for promise in promises if promise.kind is self.kind)
        self.versions = tuple(map(Version, sorted(own, key=lambda promise: promise.starts_at)))
        self.taking_over = tuple(version for version in self.versions if version.promise.takes_over)
        self.stops = frozenset(kind for version in self.versions for kind in version.roles[Role.STOP])
        self.roles = _roles_by_kind(self.versions)
        self.kinds = frozenset(self.roles)
        self.starts = frozenset(kind for version in self.versions for kind in version.roles[Role.START])

    def clocks(
        self, subject: Subject, world: World, *, as_of: datetime, let_go: Mapping[Key, datetime] = NONE
    ) -> list[ClockVerdict]:
        """The clocks of the commitment about one record, oldest first.

        Facts after ``as_of`` are not looked at; parts of a second are cut off. ``let_go``: clocks that are
        waived for good, and since when.
        """
        as_of = as_of.replace(microsecond=0)
        acts = Acts(subject, known_facts(subject, as_of=as_of), world)
        return [verdict_of(clock, acts, as_of=as_of) for clock in _Passage(self, acts, let_go).clocks(as_of)]

    def version_at(self, at: datetime) -> Version | None:
        """The version in force at the instant."""
        for version in self.versions:
            promise = version.promise
            if promise.starts_at <= at and (promise.ends_at is None or at < promise.ends_at):
                return version
        return None


class _Passage:
    """One going through the facts about one subject."""

    def __init__(self, measure: ClockMeasure, acts: Acts, let_go: Mapping[Key, datetime]) -> None:
        self._measure, self._acts, self._let_go = measure, acts, let_go
        self._subject, self._facts, self._world = acts.subject, acts.facts, acts.world
        self._clocks: list[OpenClock] = []
        self._open: OpenClock | None = None
        self._used: set[str] = set()
        self._idle: list[Fact] = []  # what could have stopped a clock and has not, in order

    def clocks(self, as_of: datetime) -> list[OpenClock]:
        """All clocks up to the instant; open are at most the last one and those that were let go of."""
        for role, fact in self._in_order(as_of):
            self._wait_until(fact.at)
            if role is Role.START:
                self._start(fact)
            elif self._open:
                self._act(self._open, role, fact)
        self._wait_until(as_of)
        for clock in self._clocks:  # also those that were let go of: time goes on for all alike
            if clock.state is None:
                clock.give_up(before=as_of)
        return self._clocks

    def _in_order(self, as_of: datetime) -> Iterator[tuple[Role, Fact]]:
        """Each fact in every role that it may have in any version; at one instant role by role."""
        measure, used = self._measure, self._used
        facts = [fact for fact in self._facts if fact.kind in measure.roles]
        if not any(fact.kind in measure.starts for fact in facts):
            return
        deleted = self._subject.deleted_at
        if deleted is not None and deleted <= as_of:
            facts = sorted([*facts, _deletion(deleted)], key=order_of)
        for group in _at_one_instant(facts):
            yield from _role_by_role(group, measure.roles)
            self._idle += [fact for fact in group if fact.kind in measure.stops and fact.key not in used]

    def _wait_until(self, now: datetime) -> None:
        """What time alone does to the open clock: newer versions take it over, and it is given up."""
        for version in self._measure.taking_over:
            if self._open is None:
                return
            self._hand_over(self._open, version, now)
        if self._open:
            self._open.give_up(before=now)
            self._close_if_ended()

    def _hand_over(self, clock: OpenClock, version: Version, now: datetime) -> None:
        begins = version.promise.starts_at
        if not clock.promise.starts_at < begins <= now:
            return
        clock.give_up(before=begins)
        if clock.state is None and self._would_start(version, clock.start):
            clock.move(version)
        self._close_if_ended()

    def _start(self, fact: Fact) -> None:
        version = self._measure.version_at(fact.at)
        if version is None or not self._would_start(version, fact):
            return
        if self._open and not self._is_let_go(self._open, fact.at):
            self._open.repeat(fact)
            return
        self._open = self._measure.clock(version, fact, self._acts)
        self._clocks.append(self._open)
        if self._open.state is None:
            self._look_back(self._open)
        self._close_if_ended()

    def _is_let_go(self, clock: OpenClock, now: datetime) -> bool:
        """Whether its miss was waived for good before the instant: nobody waits for it any more."""
        waived_at = self._let_go.get((clock.promise.key, self._subject.ref, clock.start.key))
        if waived_at is None or clock.due_at is None:
            return False
        return max(waived_at, clock.due_at) < now

    def _would_start(self, version: Version, fact: Fact) -> bool:
        return (
            fact.kind in version.roles[Role.START]
            and not self._is_deleted(fact.at)
            and version.is_about(fact, self._subject, self._world)
            and self._refusal(version, Role.START, fact) is None
            and version.applies(fact, self._subject, self._world)
            and version.counts_now(fact)
        )

    def _is_deleted(self, at: datetime) -> bool:
        deleted = self._subject.deleted_at
        return deleted is not None and deleted.replace(microsecond=0) < at

    def _look_back(self, clock: OpenClock) -> None:
        """Settle the clock by what was done before its start, or note why that came too early."""
        start, version = clock.start.at, clock.version
        before = list(self._earlier_stops(start, version))
        within = [fact for fact in reversed(before) if version.allows_early(fact.at, start)]
        for fact in clock.done_before(within):
            self._used.add(fact.key)
            self._idle.remove(fact)
        if before and not within:
            clock.ignore(Role.STOP, before[0], Refusal(Note.TOO_EARLY))

    def _earlier_stops(self, start: datetime, version: Version) -> Iterator[Fact]:
        """Unused stops before the start, the latest first, as far back as one may count or be listed."""
        kinds = version.roles[Role.STOP]
        for fact in reversed(self._idle):
            if fact.at < start - _NEARBY and not version.allows_early(fact.at, start):
                return
            if fact.kind in kinds and self._refusal(version, Role.STOP, fact) is None:
                yield fact

    def _act(self, clock: OpenClock, role: Role, fact: Fact) -> None:
        if fact.kind == DELETED:
            if role is Role.CANCEL:
                clock.cancel(fact, Reason.DELETED)
                self._close_if_ended()
            return
        if fact.kind not in clock.version.roles[role] or fact.key in self._used:
            return
        why = self._refusal(clock.version, role, fact) or clock.refusal(role, fact)
        if why is None:
            getattr(clock, role.value)(fact)
            if role is Role.STOP or clock.state is not None:
                self._used.add(fact.key)
            self._close_if_ended()
        elif role is Role.STOP or why.note is not Note.CONDITION:
            clock.ignore(role, fact, why)

    def _refusal(self, version: Version, role: Role, fact: Fact) -> Refusal | None:
        why = self._acts.refusal(role, version.roles[role][fact.kind], fact, version.promise.team_id)
        if why is None and role in FOR_WHO_OWES and is_logged_late(version.promise, fact):
            return Refusal(Note.LOGGED_LATE)
        return why

    def _close_if_ended(self) -> None:
        if self._open and self._open.state is not None:
            self._open = None


def known_facts(subject: Subject, *, as_of: datetime) -> Sequence[Fact]:
    """The subject's facts up to the instant: whole seconds, in order, each once."""
    if subject.known_until is not None and subject.known_until <= as_of:
        return subject.facts
    whole = (
        fact._replace(at=fact.at.replace(microsecond=0)) if fact.at.microsecond else fact
        for fact in subject.facts
    )
    once = {fact.key: fact for fact in whole if fact.at <= as_of}
    return sorted(once.values(), key=order_of)


def _at_one_instant(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    group: list[Fact] = []
    for fact in facts:
        if group and group[0].at != fact.at:
            yield group
            group = []
        group.append(fact)
    if group:
        yield group


def _roles_by_kind(versions: Iterable[Version]) -> dict[str, tuple[Role, ...]]:
    """Kind of event → the roles that it has in any of the versions, in their order."""
    found: dict[str, dict[Role, None]] = {}
    versions = list(versions)
    for role in ORDER:
        for version in versions:
            for kind in version.roles[role]:
                found.setdefault(kind, {})[role] = None
    return {kind: tuple(roles) for kind, roles in found.items()}


def _role_by_role(group: list[Fact], roles: Mapping[str, tuple[Role, ...]]) -> Iterator[tuple[Role, Fact]]:
    if len(group) == 1:
        for role in _roles_of(roles, group[0]):
            yield role, group[0]
        return
    for role in ORDER:
        for fact in group:
            if role in _roles_of(roles, fact):
                yield role, fact


def _roles_of(roles: Mapping[str, tuple[Role, ...]], fact: Fact) -> tuple[Role, ...]:
    return _OF_A_DELETION if fact.kind == DELETED else roles[fact.kind]


def _deletion(at: datetime) -> Fact:
    return Fact(key="", kind=DELETED, at=at.replace(microsecond=0), source="", external_id="")
