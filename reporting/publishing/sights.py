"""The clocks that a report looks at, each in its state as of the report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agreements.terms.values import Promise
from measurement.enums import ClockState
from measurement.models import Clock
from measurement.states import state_at
from reporting.publishing.scope import Scope
from reporting.watching.judgements import Natural, natural
from reporting.watching.misses import missed_at

COLUMNS = (
    "commitment_id",
    "commitment_key",
    "subject_id",
    "start_key",
    "started_at",
    "due_at",
    "warn_at",
    "ended_at",
    "state",
    "reason",
    "owner_id",
    "owners",
    "evidence",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """A clock with its promise and its state as of the report."""

    clock: Clock
    promise: Promise
    state: str

    @property
    def key(self) -> Natural:
        """What it is known by."""
        return natural(self.clock)

    @property
    def missed_at(self) -> datetime | None:
        """Since when it is a miss."""
        return missed_at(self.clock, self.state)

    def is_kept_after(self, instant: datetime) -> bool:
        """Whether it was kept, and became so after the instant."""
        return self.state == ClockState.MET and self._ended_after(instant)

    def is_missed_after(self, instant: datetime) -> bool:
        """Whether it is a miss, and became one after the instant."""
        return self.missed_at is not None and self.missed_at > instant

    def is_left_out_after(self, instant: datetime) -> bool:
        """Whether it does not count any more, since an instant after this one."""
        return self.state in ClockState.left_out and self._ended_after(instant)

    def is_at_risk(self, as_of: datetime, day_end: datetime) -> bool:
        """Whether it still runs and is past its warning, or due today."""
        warned = self.clock.warn_at is not None and self.clock.warn_at <= as_of
        return self.state == ClockState.RUNNING and (warned or self.is_due_before(day_end))

    def is_due_before(self, instant: datetime) -> bool:
        """Whether its deadline is known and lies before the instant."""
        return self.clock.due_at is not None and self.clock.due_at < instant

    def _ended_after(self, instant: datetime) -> bool:
        return self.clock.ended_at is not None and self.clock.ended_at > instant


def sights(scope: Scope) -> Iterator[Sight]:
    """The clocks of the promises that concern the team, soonest due first; one statement."""
    promises = {promise.commitment_id: promise for promise in (*scope.party.owed, *scope.party.shared)}
    keys = {promise.key for promise in promises.values()}
    clocks = Clock.objects.in_sight(keys, since=scope.horizon, as_of=scope.as_of, until=scope.day_end)
    for clock in clocks.only(*COLUMNS, "stopped_at", "gives_up_at").order_by("due_at", "id"):
        state = state_at(clock, scope.as_of)
        if state is not None and clock.commitment_id in promises:
            yield Sight(clock, promises[clock.commitment_id], state)
