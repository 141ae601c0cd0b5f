"""What share of the records has that? The stretches of one rate over records, about one of them. Pure.

A stretch lasts while the record exists, is not deleted, and satisfies ``where``; it is split where it comes
to have what it should have or loses it, where its owner changes, and where another version begins: so the
value at any instant is a count of the stretches that contain it.

What is chosen where the contract leaves a choice:

- Conditions are asked of the record as at any other instant: with the links valid then, a contact's leads
  included. ``data.`` of a condition is missing, no event being told.
- Ages (``older_than: 30 days``) come true by waiting alone: a stretch may begin, and end, ahead of ``as_of``.
- Before the first version there are stretches inside baseline windows only, by the first version's terms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agreements.enums import Kind
from agreements.terms.fields import RESOURCES
from agreements.terms.kinds import RateTerms
from agreements.terms.values import Condition, Promise
from measurement.conditions import Moment, first_failing
from measurement.enums import UnitState
from measurement.facts import Subject, World
from measurement.measures.counting import NO_FACT, entry, origin_of
from measurement.measures.reigns import Reign, Reigns
from measurement.measures.turns import turns_of
from measurement.ownership import Ownership
from measurement.units import TEAM, UnitVerdict
from measurement.verdicts import Note, Role

FOREVER = datetime.max.replace(tzinfo=UTC)


class SnapshotMeasure:
    """The versions of one commitment, prepared once; those of another kind, or over events, have no units."""

    kinds: frozenset[str] = frozenset()
    starts = None

    def __init__(
        self,
        promises: Iterable[Promise],
        *,
        fiscal_year_start: int,
        subject_types: Mapping[str, tuple[str, ...]],
    ) -> None:
        """As ``VolumeMeasure``; of kinds of events nothing is asked."""
        promises = tuple(promises)
        snapshots = (
            promise for promise in promises if promise.kind is Kind.RATE and isinstance(promise.terms.of, str)
        )
        self.reigns = Reigns(promises, snapshots, fiscal_year_start=fiscal_year_start)
        self.versions = self.reigns.versions
        self.types = frozenset(RESOURCES[promise.terms.of] for promise in self.versions)

    def units(self, subject: Subject, world: World, *, as_of: datetime) -> list[UnitVerdict]:
        """The record's stretches, oldest first, as known at ``as_of``."""
        since = world.exists_since(subject.ref)
        if since is None or subject.type not in self.types:
            return []
        return [
            unit
            for reign in self.reigns.all
            if RESOURCES[reign.promise.terms.of] == subject.type
            for unit in _stretches(reign, subject, world, since.replace(microsecond=0))
        ]


@dataclass(frozen=True, slots=True)
class _Piece:
    """From ``at`` until ``until`` one owner has a record that ``lacks`` this field, or nothing."""

    at: datetime
    until: datetime
    owner: int | None
    lacks: str | None


def _stretches(reign: Reign, subject: Subject, world: World, since: datetime) -> Iterator[UnitVerdict]:
    """The stretches of one version: neighbouring pieces of time that nothing tells apart are one."""
    begin, end = max(reign.start, since), _end(reign, subject)
    promise, terms = reign.promise, reign.promise.terms
    asked = _Asked(subject, world, promise.team_id)
    for start, until, failing in asked.of(terms.where, begin, end):
        if failing is None:
            for piece in _pieces(asked, terms, start, until):
                yield _recorded(promise, piece, subject, world)


def _end(reign: Reign, subject: Subject) -> datetime:
    deleted = subject.deleted_at
    ends = (reign.end, deleted and deleted.replace(microsecond=0))
    return min(filter(None, ends), default=FOREVER)


class _Asked:
    """Conditions asked of one record over time."""

    def __init__(self, subject: Subject, world: World, team_id: int) -> None:
        self.subject, self.world, self._team_id = subject, world, team_id

    def of(
        self, conditions: Sequence[Condition], begin: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime, str | None]]:
        """(start, end, field of the first condition that fails then, or None), end to end."""
        if begin >= end:
            return
        turns = {at for at in turns_of(conditions, self.subject, self.world) if begin < at < end}
        start, failing = begin, self._failing(conditions, begin)
        for at in sorted(turns):
            now = self._failing(conditions, at)
            if now != failing:
                yield start, at, failing
                start, failing = at, now
        yield start, end, failing

    def _failing(self, conditions: Sequence[Condition], at: datetime) -> str | None:
        condition = first_failing(conditions, Moment(self.subject, None, at, self.world, self._team_id))
        return None if condition is None else condition.field


def _pieces(asked: _Asked, terms: RateTerms, begin: datetime, end: datetime) -> Iterator[_Piece]:
    """The time in which the record counts, cut where what it lacks changes, and whose it is."""
    owners = Ownership(asked.subject, NO_FACT, asked.world).spans(begin, None, until=end)
    having: tuple[Condition, ...] = terms.having  # type: ignore[assignment]
    for start, until, lacks in asked.of(having, begin, end):
        for span in owners:
            at, to = max(span.start, start), min(span.end or end, until)
            if at < to:
                yield _Piece(at, to, span.member, lacks)


def _recorded(promise: Promise, piece: _Piece, subject: Subject, world: World) -> UnitVerdict:
    return UnitVerdict(
        commitment_id=promise.commitment_id,
        commitment_key=promise.key,
        subject_id=subject.ref,
        subject_type=subject.type,
        unit_key=f"s:{int(piece.at.timestamp())}",
        each=TEAM,
        at=piece.at,
        until=None if piece.until == FOREVER else piece.until,
        stretch=True,
        state=UnitState.HAVING if piece.lacks is None else UnitState.LACKING,
        owner_id=piece.owner,
        origin=origin_of(subject, None, piece.at, world),
        evidence=[] if piece.lacks is None else [_lack(piece)],
    )


def _lack(piece: _Piece) -> dict[str, Any]:
    """What the record lacks, as evidence: the field whose condition fails first."""
    line = entry(Role.HAVING, NO_FACT._replace(at=piece.at), Note.CONDITION)
    return {**line, "field": piece.lacks}
