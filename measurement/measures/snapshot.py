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

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
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
    """What holds from an instant on: ``lacks`` is the field of the first condition that fails."""

    at: datetime
    owner: int | None
    holds: bool
    lacks: str | None


def _stretches(reign: Reign, subject: Subject, world: World, since: datetime) -> Iterator[UnitVerdict]:
    """The stretches of one version: neighbouring pieces of time that nothing tells apart are one."""
    begin, end = max(reign.start, since), _end(reign, subject)
    if begin >= end:
        return
    pieces = list(_pieces(reign.promise, subject, world, begin, end))
    groups = [list(same) for _, same in groupby(pieces, key=lambda piece: replace(piece, at=begin))]
    ends = [*(group[0].at for group in groups[1:]), end]
    for group, until in zip(groups, ends, strict=True):
        if group[0].holds:
            yield _recorded(reign.promise, group[0], None if until == FOREVER else until, subject, world)


def _end(reign: Reign, subject: Subject) -> datetime:
    deleted = subject.deleted_at
    ends = (reign.end, deleted and deleted.replace(microsecond=0))
    return min(filter(None, ends), default=FOREVER)


def _pieces(
    promise: Promise, subject: Subject, world: World, begin: datetime, end: datetime
) -> Iterator[_Piece]:
    """The record between any two instants at which something that matters may change."""
    terms: RateTerms = promise.terms
    conditions: tuple[Condition, ...] = (*terms.where, *terms.having)  # type: ignore[arg-type]
    owners = Ownership(subject, NO_FACT, world).spans(begin, None, until=FOREVER)
    turns = {at for at in turns_of(conditions, subject, world) if begin < at < end}
    turns.update(span.start for span in owners if span.start < end)
    for at in sorted(turns):
        moment = Moment(subject, None, at, world, promise.team_id)
        holds = first_failing(terms.where, moment) is None
        failing = first_failing(terms.having, moment) if holds else None
        owner = owners[bisect_right(owners, at, key=lambda span: span.start) - 1].member
        yield _Piece(at, owner if holds else None, holds, failing and failing.field)


def _recorded(
    promise: Promise, piece: _Piece, until: datetime | None, subject: Subject, world: World
) -> UnitVerdict:
    return UnitVerdict(
        commitment_id=promise.commitment_id,
        commitment_key=promise.key,
        subject_id=subject.ref,
        subject_type=subject.type,
        unit_key=f"s:{int(piece.at.timestamp())}",
        each=TEAM,
        at=piece.at,
        until=until,
        stretch=True,
        state=UnitState.HAVING if piece.lacks is None else UnitState.LACKING,
        owner_id=piece.owner,
        origin=origin_of(subject, None, piece.at, world),
        evidence=[] if piece.lacks is None else [_lack(piece)],
    )


def _lack(piece: _Piece) -> dict[str, Any]:
    """What the record lacks, as evidence: the field whose condition fails first."""
    line = entry(Role.HAVING, replace(NO_FACT, at=piece.at), Note.CONDITION)
    return {**line, "field": piece.lacks}
