"""Which breaches are about misses that do not count: as it is stored, and as it is agreed now.

What was just agreed, or taken back, is judged a moment later: until then its breach is left as it is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from measurement.excluding import waived_periods, waivers_of
from measurement.models import Clock
from measurement.verdicts import Reason
from reporting.acting import bring_back_all, hold_all
from reporting.enums import BreachState
from reporting.models import Breach
from reporting.watching.closed import ClosedPeriod, PeriodKey
from reporting.watching.judgements import Natural


@dataclass(frozen=True, slots=True)
class Waived:
    """Clocks of breaches: ``forgiven`` are stored as excluded, ``agreed`` are those that shall not count."""

    forgiven: frozenset[Natural]
    agreed: frozenset[Natural]

    @classmethod
    def among(cls, clocks: Mapping[Natural, Clock], breaches: Collection[Natural], as_of: datetime) -> Self:
        """Of the clocks of these breaches; one statement where there is any."""
        excluded = {key for key in breaches if clocks[key].reason == Reason.WAIVED}
        waivers = waivers_of({subject for _, subject, _ in breaches}) if breaches else {}
        agreed = {
            key
            for key in breaches
            for waiver in waivers.get(key, ())
            if key in excluded or waiver.until is None or as_of < waiver.until
        }
        return cls(frozenset(excluded), frozenset(agreed))

    def follow(
        self,
        clocks: Mapping[Natural, Clock],
        breaches: Mapping[Natural, Breach],
        told: Collection[Natural],
        as_of: datetime,
    ) -> None:
        """Hold the breaches of what does not count; bring those back that are ``told`` and count again."""
        held = {key: breaches[key] for key in self.forgiven & self.agreed}
        hold_all(list(held.values()), as_of=as_of)
        _move(clocks, held)
        again = (breaches[key] for key in told if key in breaches and key not in self.agreed)
        bring_back_all([breach for breach in again if breach.state == BreachState.WAIVED], as_of=as_of)


def follow_periods(
    breaches: Mapping[PeriodKey, Breach], told: Mapping[PeriodKey, ClosedPeriod], as_of: datetime
) -> None:
    """The same of periods."""
    both = told.keys() & breaches.keys()
    agreed = waived_periods({key for key, _start, _each in both}) if both else {}
    hold_all([breaches[key] for key in both if told[key].is_waived and key in agreed], as_of=as_of)
    again = (breaches[key] for key in both if not told[key].is_waived and key not in agreed)
    bring_back_all([breach for breach in again if breach.state == BreachState.WAIVED], as_of=as_of)


def _move(clocks: Mapping[Natural, Clock], held: Mapping[Natural, Breach]) -> None:
    """A clock whose row was rebuilt, or that moved with a merge of records, keeps its breach."""
    moved = [
        breach
        for key, breach in held.items()
        if (breach.subject_id, breach.clock_id) != (clocks[key].subject_id, clocks[key].pk)
    ]
    for breach in moved:
        key = next(key for key, one in held.items() if one is breach)
        breach.subject_id, breach.clock_id = clocks[key].subject_id, clocks[key].pk
    Breach.objects.bulk_update(moved, ["subject_id", "clock_id"])
