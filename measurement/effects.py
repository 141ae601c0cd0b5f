"""What an act on facts does to verdicts: judged before and after it, to be looked at first or to be kept."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction

from core.marks import marks_after, newest_mark
from measurement import affected
from measurement.engine import Engine, Judgements
from measurement.states import state_at
from measurement.units import UnitVerdict
from measurement.verdicts import ClockVerdict

T = TypeVar("T")
LIMIT = 2_000
"""Records that are judged twice for one act: a second or two of work."""
CLOCK, UNIT = "clock", "unit"


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """One clock or one counted thing (``of``) that the act changes.

    ``before`` and ``after`` are states, None where there was or is none. ``at``: its start, or when it
    happened. ``subject_id`` is that after the act, where there is one.
    """

    commitment_key: str
    subject_id: int
    of: str
    at: datetime
    before: str | None
    after: str | None
    due_before: datetime | None = None
    due_after: datetime | None = None

    @property
    def is_moved(self) -> bool:
        """Whether only something beside the state is another: the deadline, the owner, the record."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Effect(Generic[T]):
    """What the act gave, and the verdicts that it changes, the latest first.

    ``looked_at`` records were judged; not ``complete``: there are more that may be touched.
    """

    given: T
    changes: list[VerdictChange] = field(default_factory=list)
    looked_at: int = 0
    complete: bool = True


@transaction.atomic
def effect_of(
    change: Callable[[], T], *, as_of: datetime, keep: bool = False, refs: Collection[int] = ()
) -> Effect[T]:
    """What ``change`` does to verdicts at ``as_of``, by judging all it touches before and after it.

    Without ``keep`` nothing of it lasts. It is called once, or with ``keep`` twice: the first time on trial.
    ``refs``: records to look at beside those whose facts it marks. What it raises is raised.
    """
    engine = Engine()
    trial = transaction.savepoint()
    newest = newest_mark()
    given = change()
    marks = marks_after(newest)
    found = sorted(affected.concerned(marks, engine.interest) | set(refs), reverse=True)
    looked = found[:LIMIT]
    after = engine.judgements(looked, as_of=as_of)
    transaction.savepoint_rollback(trial)
    before = engine.judgements(looked, as_of=as_of)
    if keep:
        given = change()
    changes = sorted(_changes(before, after, as_of), key=lambda one: one.at, reverse=True)
    return Effect(given, changes, len(looked), len(looked) == len(found))


def _changes(before: Judgements, after: Judgements, as_of: datetime) -> Iterator[VerdictChange]:
    clocks = (
        [_Seen.of_clock(one, as_of) for one in before.clocks],
        [_Seen.of_clock(one, as_of) for one in after.clocks],
    )
    units = [_Seen.of_unit(one) for one in before.units], [_Seen.of_unit(one) for one in after.units]
    for of, (was, now) in ((CLOCK, clocks), (UNIT, units)):
        for old, new in _pairs(was, now):
            shown = new or old
            if shown and (old is None or new is None or old.told != new.told):
                yield VerdictChange(
                    shown.commitment_key,
                    shown.subject_id,
                    of,
                    shown.at,
                    old.state if old else None,
                    new.state if new else None,
                    old.due_at if old else None,
                    new.due_at if new else None,
                )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is told of a clock or a unit; ``key`` is what began it, ``told`` all that an act may change."""

    key: Hashable
    commitment_key: str
    subject_id: int
    at: datetime
    state: str
    due_at: datetime | None
    told: tuple[Any, ...]

    @classmethod
    def of_clock(cls, clock: ClockVerdict, as_of: datetime) -> "_Seen":
        frozen: Any = clock  # read only; the protocol of stored clocks can also be written
        state = str(state_at(frozen, as_of) or clock.state)
        told = (clock.subject_id, state, clock.due_at, clock.stopped_at, clock.owner_id)
        key = clock.commitment_key, clock.start_key
        return cls(key, clock.commitment_key, clock.subject_id, clock.started_at, state, clock.due_at, told)

    @classmethod
    def of_unit(cls, unit: UnitVerdict) -> "_Seen":
        told = (unit.subject_id, unit.state, unit.reason, unit.at, unit.until, unit.each, unit.owner_id)
        key = unit.commitment_key, unit.unit_key
        return cls(key, unit.commitment_key, unit.subject_id, unit.at, str(unit.state), None, told)


def _pairs(before: Iterable[_Seen], after: Iterable[_Seen]) -> Iterator[tuple[_Seen | None, _Seen | None]]:
    """The same before and after: of the same record, else (after a merge) begun by the same event."""
    was = {(one.key, one.subject_id): one for one in before}
    now = {(one.key, one.subject_id): one for one in after}
    for both in was.keys() & now.keys():
        yield was.pop(both), now.pop(both)
    new_by_key: dict[Hashable, list[_Seen]] = defaultdict(list)
    for new in now.values():
        new_by_key[new.key].append(new)
    for old in was.values():
        yield old, new_by_key[old.key].pop() if new_by_key[old.key] else None
    for left in new_by_key.values():
        for new in left:
            yield None, new
