"""What earlier reports said about clocks, what this one says, and what turned out to be wrong."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Self

from core.instants import format_instant
from measurement.models import Clock
from measurement.states import state_at
from reporting.enums import ToldState
from reporting.models import DailyReport, ToldVerdict
from reporting.publishing.scope import Scope
from reporting.watching.judgements import Natural, natural
from reporting.watching.merges import successors
from reporting.watching.misses import missed_at, told_state

BATCH = 5_000
VERDICTS = frozenset({ToldState.KEPT, ToldState.MISSED})


@dataclass(slots=True)
class Told:
    """The memory of the reports before one, and what that one adds to it."""

    scope: Scope
    doubtful: list[ToldVerdict]
    new: dict[Natural, tuple[int, ToldState]] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """What the team's earlier reports said and is in doubt since."""
        said = ToldVerdict.objects.filter(team=scope.party.team, doubtful=True, report__day__lt=scope.day)
        # Without the reports' bodies: each row would bring the whole of the same large one.
        return cls(scope, list(said.select_related("report").defer("report__body").order_by("id")))

    def untold(self, keys: Collection[Natural]) -> set[Natural]:
        """Those of these clocks that no earlier report has counted as kept or missed."""
        said = ToldVerdict.objects.filter(
            commitment_key__in={key for key, _, _ in keys},
            subject_id__in={subject for _, subject, _ in keys},
            state__in=VERDICTS,
            report__day__lt=self.scope.day,
        )
        told = set(said.values_list("commitment_key", "subject_id", "start_key"))
        return {key for key in keys if key not in told and key not in self.new}

    def tell(self, key: Natural, clock_id: int, state: ToldState) -> None:
        """This report counts the clock as kept or missed."""
        self.new[key] = (clock_id, state)

    def restated(self) -> list[dict[str, Any]]:
        """Verdicts of earlier reports that late facts changed: as reported, as known now.

        That a promise reported missed is done since is no restatement: the miss stands.
        """
        rows = []
        followed = dict(successors([_key(said) for said in self.doubtful]))
        for said in self.doubtful:
            clock = followed.get(_key(said))
            now = told_state(state_at(clock, self.scope.as_of) if clock else None)
            self._keep_sight_of(said, clock)
            if now != said.state and (said.state in VERDICTS or _was_due_then(clock, said.report)):
                rows.append(_restatement(said, clock, now))
                self.tell(_key(said), clock.id if clock else said.clock_id, now)
        return rows

    def _keep_sight_of(self, said: ToldVerdict, clock: Clock | None) -> None:
        """A clock whose row was rebuilt, or that moved with a merge of records, is not told anew."""
        if clock is None:
            return
        said.clock_id = clock.id
        if natural(clock) != _key(said):
            self.tell(natural(clock), clock.id, ToldState(said.state))

    def write(self, report: DailyReport) -> None:
        """Remember what the report says, and that doubts are answered."""
        for said in self.doubtful:
            said.doubtful = False
        ToldVerdict.objects.bulk_update(self.doubtful, ["clock_id", "doubtful"], batch_size=BATCH)
        ToldVerdict.objects.bulk_create(
            (
                ToldVerdict(
                    report=report,
                    team=self.scope.party.team,
                    commitment_key=commitment,
                    subject_id=subject,
                    start_key=start,
                    clock_id=clock_id,
                    state=state,
                )
                for (commitment, subject, start), (clock_id, state) in sorted(self.new.items())
            ),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["commitment_key", "subject_id", "start_key"],
            update_fields=["report", "clock_id", "state", "doubtful"],
        )


def _key(said: ToldVerdict) -> Natural:
    return (said.commitment_key, said.subject_id, said.start_key)


def _was_due_then(clock: Clock | None, report: DailyReport) -> bool:
    """Whether the clock got, by late facts, a verdict as of an instant at which the report gave none."""
    settled = (missed_at(clock, clock.state) or clock.stopped_at) if clock else None
    return settled is not None and settled <= report.as_of


def _restatement(said: ToldVerdict, clock: Clock | None, now: ToldState) -> dict[str, Any]:
    return {
        "commitment": said.commitment_key,
        "subject": natural(clock)[1] if clock else said.subject_id,
        "clock": clock.id if clock else None,
        "reported": said.state,
        "reported_on": said.report.day.isoformat(),
        "reported_as_of": format_instant(said.report.as_of),
        "now": str(now),
    }
