"""Breaches follow the verdicts: opened for misses, withdrawn when facts undo them, reopened with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from django.db import connection, transaction

from core import heartbeats
from core.enums import MarkKind
from core.marks import drain, mark
from measurement.models import Clock
from reporting.acting import reopen_all, withdraw_all
from reporting.enums import BreachType
from reporting.members import users_of_members
from reporting.models import Breach, ToldVerdict
from reporting.watching.judgements import Judgement, Natural, judgements, natural
from reporting.watching.lateness import Reports
from reporting.watching.merges import successors
from reporting.watching.periods import sync_periods

BATCH = 5_000
SWEEP = "sweep:breaches"
ONE_SWEEP_AT_A_TIME = 0x51A_B4EA  # advisory lock of the transaction


@dataclass(slots=True)
class Swept:
    """What one sweep did; ``waiting``: missed, but their settle time is not over."""

    opened: int = 0
    historic: int = 0
    withdrawn: int = 0
    reopened: int = 0
    waiting: int = 0

    def __iadd__(self, other: Self) -> Self:
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)
        return self


def sync_breaches(*, as_of: datetime) -> Swept:
    """Bring breaches in line with the clocks, in batches of a constant number of statements.

    Looks at the clocks whose verdict changed (marks) and at the open ones that fell due since the last
    sweep, never at history. A miss is opened once its promise's settle time is over; until then a mark for
    that instant waits. Running it again, or two at once, changes nothing more.
    """
    as_of = as_of.replace(microsecond=0)  # verdicts are in whole seconds, and so is the border of the sweep
    done = Swept()
    swept = heartbeats.last(SWEEP)
    since = swept.at if swept else None
    changed = _sync_changed(done, as_of)
    fell_due = Clock.objects.fell_due(since=since, before=as_of).values_list("id", flat=True)
    waited = [clock_id for clock_id in fell_due if clock_id not in changed]
    for first in range(0, len(waited), BATCH):
        with transaction.atomic():
            done += _sync_clocks(waited[first : first + BATCH], as_of)
    done += Swept(**sync_periods(since=since, as_of=as_of))
    heartbeats.beat(SWEEP, at=as_of, detail=asdict(done))
    return done


def _sync_changed(done: Swept, as_of: datetime) -> set[int]:
    """Look at the clocks whose verdict changed, batch by batch; their ids."""
    changed: set[int] = set()
    while batch := _drain_batch(done, as_of):
        changed |= batch
    return changed


def _drain_batch(done: Swept, as_of: datetime) -> set[int]:
    with transaction.atomic():
        ids = {changed.ref_id for changed in drain([MarkKind.VERDICT], as_of=as_of, limit=BATCH)}
        if ids:
            ToldVerdict.objects.filter(clock_id__in=ids, doubtful=False).update(doubtful=True)
            done += _sync_clocks(ids, as_of)
    return ids


def _sync_clocks(clock_ids: Collection[int], as_of: datetime) -> Swept:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_SWEEP_AT_A_TIME])
    clocks = {natural(clock): clock for clock in Clock.objects.filter(id__in=clock_ids)}
    breaches = _known(clocks, clock_ids)
    lost = {key: b for key, b in breaches.items() if key not in clocks and b.clock_id in clock_ids}
    for key, clock in successors(list(lost)):
        if natural(clock) == key or natural(clock) not in breaches:
            clocks[natural(clock)] = clock
            breaches[natural(clock)] = lost.pop(key)
    found = judgements(clocks.values(), as_of=as_of)
    return _settle(found, {key: b for key, b in breaches.items() if key in found}, list(lost.values()), as_of)


def _known(clocks: Collection[Natural], clock_ids: Collection[int]) -> dict[Natural, Breach]:
    """Breaches about these clocks, or about clocks that had these ids, locked against people's acts."""
    rows = Breach.objects.about_clocks(clocks, clock_ids).select_for_update(of=("self",))
    return {(row.commitment_key, row.subject_id, row.start_key): row for row in rows}


def _settle(
    found: dict[Natural, Judgement], breaches: dict[Natural, Breach], gone: list[Breach], as_of: datetime
) -> Swept:
    misses = {key: j for key, j in found.items() if j.told_at and j.told_at <= as_of}
    waiting = [j for j in found.values() if j.told_at and j.told_at > as_of]
    undone = [breach for key, breach in breaches.items() if key not in misses]
    withdrawn = withdraw_all([*undone, *gone], as_of=as_of)
    reopened = reopen_all([breaches[key] for key in misses if key in breaches], as_of=as_of)
    _follow({key: misses[key] for key in misses if key in breaches}, breaches)
    opened = _open([j for key, j in misses.items() if key not in breaches], as_of)
    _look_again(waiting, as_of)
    return Swept(len(opened), sum(b.historic for b in opened), withdrawn, reopened, len(waiting))


def _open(misses: Sequence[Judgement], as_of: datetime) -> list[Breach]:
    users = users_of_members(j.owner_id for j in misses)
    reports = Reports.since(min((j.told_at for j in misses), default=as_of))
    return Breach.objects.bulk_create(
        Breach(
            type=BreachType.CLOCK,
            commitment_key=j.clock.commitment_key,
            team_id=j.team_id,
            subject_id=j.clock.subject_id,
            start_key=j.clock.start_key,
            clock_id=j.clock.id,
            owner_id=j.owner_id,
            assignee=users.get(j.owner_id),
            missed_at=j.missed_at,
            told_at=j.told_at,
            opened_at=as_of,
            historic=j.missed_at < j.signed_at
            or reports.more_than_one_passed(j.team_id, j.told_at, known=as_of),
        )
        for j in misses
    )


def _follow(misses: dict[Natural, Judgement], breaches: dict[Natural, Breach]) -> None:
    """Take over what late facts moved: the instant of the miss, who owed it then, the row of the verdict."""
    moved = []
    for key, j in misses.items():
        breach, now = breaches[key], (j.clock.subject_id, j.clock.id, j.missed_at, j.told_at, j.owner_id)
        if now != (breach.subject_id, breach.clock_id, breach.missed_at, breach.told_at, breach.owner_id):
            breach.subject_id, breach.clock_id, breach.missed_at, breach.told_at, breach.owner_id = now
            moved.append(breach)
    Breach.objects.bulk_update(
        moved, ["subject_id", "clock_id", "missed_at", "told_at", "owner_id"], batch_size=BATCH
    )


def _look_again(waiting: Iterable[Judgement], as_of: datetime) -> None:
    by_instant = defaultdict(list)
    for j in waiting:
        by_instant[j.told_at].append(j.clock.id)
    for told_at, ids in by_instant.items():
        mark(MarkKind.VERDICT, ids, as_of=as_of, ready_at=told_at)
