"""In whose name members act and own, at instants, for many at once. Pure.

Members are few: what the World says of each is asked once a stretch of time, the arrays look it up.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import numpy as np

from measurement.columns.courses import NONE, Course, Int64s
from measurement.facts import World
from measurement.measures.acts import doer

_EVER = datetime(1, 1, 2, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Members:
    """Some members, by their ref ids."""

    def __init__(self, refs: Iterable[int], world: World) -> None:
        self._refs = np.array(sorted(set(refs) - {NONE}), np.int64)
        self._world = world
        self._teams: dict[int, Course] = {}
        self._holders: Course | None = None
        self.leave = bool(any(world.departures(int(member)) for member in self._refs))

    def in_team(
        self, members: Int64s, team_id: int, at: Int64s
    ) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Whether what they do at the instants is done by the team, or by a team below it."""
        if team_id not in self._teams:
            self._teams[team_id] = self._course(
                lambda member, at: int(team_id in self._world.teams(doer(member, at, self._world), at))
            )
        return self._teams[team_id].at(self._places(members), at) == 1

    def holders(self, members: Int64s, at: Int64s) -> Int64s:
        """Who has what these own at the instants: they, or the cover of one who left, or ``NONE``."""
        if not self.leave:
            return members
        return self.holding.at(self._places(members), at)

    def departures(self, members: Int64s, after: Int64s, until: Int64s) -> tuple[Int64s, Int64s]:
        """The instants in (after, until] at which that may have changed: (which, instant)."""
        return self.holding.changes(self._places(members), after, until)

    @property
    def holding(self) -> Course:
        """Who has what each member owns."""
        if self._holders is None:
            self._holders = self._course(self._holder)
        return self._holders

    def _holder(self, member: int, at: datetime) -> int:
        holder = self._world.holder(member, at)
        return NONE if holder is None else holder

    def _places(self, members: Int64s) -> Int64s:
        if not len(self._refs):
            return np.full(len(members), NONE, np.int64)
        place = np.minimum(np.searchsorted(self._refs, members), len(self._refs) - 1)
        return np.where(self._refs[place] == members, place, NONE)

    def _course(self, value: Callable[[int, datetime], int]) -> Course:
        rows = [
            (place, _seconds(at), value(member, at))
            for place, member in enumerate(map(int, self._refs))
            for at in self._turns(member)
        ]
        places, since, values = np.array(rows or np.zeros((0, 3)), np.int64).reshape(-1, 3).T
        return Course.of(places, since, values, len(self._refs))

    def _turns(self, member: int) -> list[datetime]:
        """The instants at which anything about the member, or about who has their records, may change."""
        departures = [_EVER, *self._world.departures(member)]
        holders = {member, *(doer(member, at, self._world) for at in departures)}
        return sorted({*departures, *(at for one in holders for at in self._world.moves(one))})


def _seconds(at: datetime) -> int:
    passed = at - EPOCH
    return passed.days * 86_400 + passed.seconds
