"""Known too late to be news: a whole report of the team passed before a miss became known."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from reporting.models import DailyReport


@dataclass(frozen=True, slots=True)
class Reports:
    """When the reports of the teams were read, oldest first; only those really built count, so that an
    outage does not make the misses of its days old news."""

    instants: Mapping[int, Sequence[datetime]]

    @classmethod
    def since(cls, instant: datetime) -> Self:
        """The reports that could have told of something told from the instant on."""
        instants: dict[int, list[datetime]] = defaultdict(list)
        rows = DailyReport.objects.filter(as_of__gte=instant).order_by("as_of")
        for team_id, as_of in rows.values_list("team_id", "as_of"):
            instants[team_id].append(as_of)
        return cls(instants)

    def more_than_one_passed(self, team_id: int, told_at: datetime, *, known: datetime) -> bool:
        """Whether the report that should have told it, and the whole next one, came before it was known."""
        instants = self.instants.get(team_id, ())
        return bisect_left(instants, known) - bisect_left(instants, told_at) > 1
