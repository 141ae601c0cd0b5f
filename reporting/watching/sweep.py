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
from reporting.noticing.breaches import tell_opened
from reporting.noticing.clocks import tell_about
from reporting.watching.judgements import Miss, Natural, misses_of, natural
from reporting.watching.lateness import Reports
from reporting.watching.merges import successors
from reporting.watching.periods import sync_periods
from reporting.watching.waived import Waived

BATCH = 5_000
SWEEP = "sweep:breaches"
ONE_SWEEP_AT_A_TIME = 0x51A_B4EA  # advisory lock of the transaction
LOOKED = "looked:breaches"  # as of when anybody last looked at clocks: a slow sweep must not undo a newer one


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
    as_of = heartbeats.no_earlier(LOOKED, as_of=as_of)
    clocks = {natural(clock): clock for clock in Clock.objects.filter(id__in=clock_ids)}
    breaches = _known(clocks, clock_ids)
    lost = {key: b for key, b in breaches.items() if key not in clocks and b.clock_id in clock_ids}
    for key, clock in successors(list(lost)):
        if natural(clock) == key or natural(clock) not in breaches:
            clocks[natural(clock)] = clock
            breaches[natural(clock)] = lost.pop(key)
    misses = misses_of(clocks.values(), as_of=as_of)
    concerned = {key: breach for key, breach in breaches.items() if key in clocks}
    waived = Waived.among(clocks, concerned, as_of)
    swept = _settle(misses, concerned, list(lost.values()), waived, as_of)
    waived.follow(clocks, concerned, [key for key, miss in misses.items() if miss.told_at <= as_of], as_of)
    tell_about(clocks.values(), as_of=as_of)
    return swept


def _known(clocks: Collection[Natural], clock_ids: Collection[int]) -> dict[Natural, Breach]:
    """Breaches about these clocks, or about clocks that had these ids, locked against people's acts."""
    rows = Breach.objects.about_clocks(clocks, clock_ids).select_for_update(of=("self",))
    return {(row.commitment_key, row.subject_id or 0, row.start_key): row for row in rows}


def _settle(
    misses: dict[Natural, Miss],
    breaches: dict[Natural, Breach],
    gone: list[Breach],
    waived: Waived,
    as_of: datetime,
) -> Swept:
    told = {key: miss for key, miss in misses.items() if miss.told_at <= as_of}
    waiting = [miss for key, miss in misses.items() if key not in told]
    undone = [b for key, b in breaches.items() if key not in told and key not in waived.forgiven]
    withdrawn = withdraw_all([*undone, *gone], as_of=as_of)
    reopened = reopen_all([breaches[key] for key in told if key in breaches], as_of=as_of)
    _follow({key: miss for key, miss in told.items() if key in breaches}, breaches)
    opened = _open([miss for key, miss in told.items() if key not in breaches], as_of)
    tell_opened(opened, as_of=as_of)
    _look_again(waiting, as_of)
    return Swept(len(opened), sum(b.historic for b in opened), withdrawn, reopened, len(waiting))


def _open(misses: Sequence[Miss], as_of: datetime) -> list[Breach]:
    users = users_of_members(miss.owner_id for miss in misses)
    reports = Reports.since(min((miss.told_at for miss in misses), default=as_of))
    return Breach.objects.bulk_create(
        Breach(
            type=BreachType.CLOCK,
            commitment_key=miss.clock.commitment_key,
            team_id=miss.team_id,
            subject_id=miss.clock.subject_id,
            start_key=miss.clock.start_key,
            clock_id=miss.clock.id,
            owner_id=miss.owner_id,
            assignee=users.get(miss.owner_id),
            missed_at=miss.missed_at,
            told_at=miss.told_at,
            opened_at=as_of,
            historic=miss.missed_at < miss.signed_at
            or reports.more_than_one_passed(miss.team_id, miss.told_at, known=as_of),
        )
        for miss in misses
    )


def _follow(misses: dict[Natural, Miss], breaches: dict[Natural, Breach]) -> None:
    """Take over what late facts moved: the instant of the miss, who owed it then, the row of the verdict."""
    moved = []
    for key, miss in misses.items():
        breach, clock = breaches[key], miss.clock
        before = (breach.subject_id, breach.clock_id, breach.missed_at, breach.told_at, breach.owner_id)
        if before != (clock.subject_id, clock.id, miss.missed_at, miss.told_at, miss.owner_id):
            breach.subject_id, breach.clock_id = clock.subject_id, clock.id
            breach.missed_at, breach.told_at, breach.owner_id = miss.missed_at, miss.told_at, miss.owner_id
            moved.append(breach)
    fields = ["subject_id", "clock_id", "missed_at", "told_at", "owner_id"]
    Breach.objects.bulk_update(moved, fields, batch_size=BATCH)


def _look_again(waiting: Iterable[Miss], as_of: datetime) -> None:
    by_instant = defaultdict(list)
    for miss in waiting:
        by_instant[miss.told_at].append(miss.clock.id)
    for told_at, ids in by_instant.items():
        mark(MarkKind.VERDICT, ids, as_of=as_of, ready_at=told_at)
