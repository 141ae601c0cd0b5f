"""The promises of one moment, made ready to judge many subjects at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from agreements.promises import in_force_history
from agreements.terms import Promise
from measurement import world
from measurement.excluding import waivers_of
from measurement.interest import Asked, Interest, UnitMeasure
from measurement.measures.passage import ClockMeasure
from measurement.units import UnitVerdict
from measurement.verdicts import ClockVerdict
from measurement.waivers import for_good, with_waivers


@dataclass(slots=True)
class Judgements:
    """What became of promises about some records: clocks of responses and checklists, units of the rest."""

    clocks: list[ClockVerdict] = field(default_factory=list)
    units: list[UnitVerdict] = field(default_factory=list)


class Engine:
    """Judges subjects by every promise of every version."""

    def __init__(self, promises: Sequence[Promise] | None = None) -> None:
        """All that was ever signed; or these ``promises``, which need not be signed (nothing of them is
        stored then: a preview, a trial). What both teams agree not to count is left out of signed ones."""
        self._with_waivers = promises is None
        self.promises = in_force_history() if promises is None else list(promises)
        self.subject_types = world.subject_types()
        self.interest = Interest.of(
            self.promises, self.subject_types, fiscal_year_start=settings.FISCAL_YEAR_START
        )
        self._clocks: dict[str, list[Asked[ClockMeasure]]] = defaultdict(list)
        self._units: dict[str, list[Asked[UnitMeasure]]] = defaultdict(list)
        for clocks in self.interest.clocks:
            for type_ in clocks.types:
                self._clocks[type_].append(clocks)
        for units in self.interest.units:
            for type_ in units.types:
                self._units[type_].append(units)

    def judgements(self, refs: Collection[int], *, as_of: datetime) -> Judgements:
        """All clocks and units of these records, from the facts up to ``as_of``.

        A constant number of statements. A record that was merged away has none, its survivor has them.
        """
        found = Judgements()
        if not refs or not self.promises:
            return found
        around, subjects = world.load(
            refs,
            kinds=self.interest.kinds,
            subject_types=self.subject_types,
            until=as_of.replace(microsecond=0),
            untold=self.interest.untold,
        )
        waivers = waivers_of(refs) if self._with_waivers and self._clocks else {}
        let_go = for_good(waivers)
        for subject in subjects:
            kinds = {fact.kind for fact in subject.facts}
            for clocks in self._clocks[subject.type]:
                if clocks.wants(kinds):
                    found.clocks += clocks.measure.clocks(subject, around, as_of=as_of, let_go=let_go)
            for units in self._units[subject.type]:
                if units.wants(kinds):
                    found.units += units.measure.units(subject, around, as_of=as_of)
        if waivers:
            schedules = {promise.commitment_id: promise.schedule for promise in self.promises}
            found.clocks = with_waivers(found.clocks, waivers, schedules, as_of=as_of)
        return found
