"""The promises of one moment, made ready to judge many subjects at once."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
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


@contextmanager
def rings_uncollected() -> Iterator[None]:
    """Nobody looks for rings of objects meanwhile: a batch is some hundred thousand small objects, none of
    which is in one, and looking through them again and again takes a third of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Asked:
    """The measures of some promises, by the type of record that they are about."""

    def __init__(self, interest: Interest) -> None:
        self.interest = interest
        self.clocks: dict[str, list[Asked[ClockMeasure]]] = defaultdict(list)
        self.units: dict[str, list[Asked[UnitMeasure]]] = defaultdict(list)
        for clocks in interest.clocks:
            for type_ in clocks.types:
                self.clocks[type_].append(clocks)
        for units in interest.units:
            for type_ in units.types:
                self.units[type_].append(units)


class Engine:
    """Judges subjects by every promise of every version."""

    def __init__(self, promises: Sequence[Promise] | None = None) -> None:
        """All that was ever signed; or these ``promises``, which need not be signed (nothing of them is
        stored then: a preview, a trial). What both teams agree not to count is left out of signed ones."""
        self._with_waivers = promises is None
        self.promises = in_force_history() if promises is None else list(promises)
        self.subject_types = world.subject_types()
        self._asked: dict[frozenset[str], _Asked] = {}
        self.interest = self._asking(frozenset()).interest

    def judgements(
        self, refs: Collection[int], *, as_of: datetime, without: frozenset[str] = frozenset()
    ) -> Judgements:
        """All clocks and units of these records, from the facts up to ``as_of``.

        A constant number of statements. A record that was merged away has none, its survivor has them.
        ``without``: keys of commitments that are not judged, all their versions; what only they look at is
        not read, and nothing at all when no other is left.
        """
        found = Judgements()
        asked = self._asking(without)
        if refs and asked.interest.types:
            with rings_uncollected():
                self._judge(refs, asked, found, as_of)
        return found

    def _judge(self, refs: Collection[int], asked: _Asked, found: Judgements, as_of: datetime) -> None:
        around, subjects = world.load(
            refs,
            kinds=asked.interest.kinds,
            subject_types=self.subject_types,
            until=as_of.replace(microsecond=0),
            untold=asked.interest.untold,
        )
        waivers = waivers_of(refs) if self._with_waivers and asked.interest.clocks else {}
        let_go = for_good(waivers)
        for subject in subjects:
            kinds = {fact.kind for fact in subject.facts}
            for clocks in asked.clocks.get(subject.type, ()):
                if clocks.wants(kinds):
                    found.clocks += clocks.measure.clocks(subject, around, as_of=as_of, let_go=let_go)
            for units in asked.units.get(subject.type, ()):
                if units.wants(kinds):
                    found.units += units.measure.units(subject, around, as_of=as_of)
        if waivers:
            schedules = {promise.commitment_id: promise.schedule for promise in self.promises}
            found.clocks = with_waivers(found.clocks, waivers, schedules, as_of=as_of)

    def _asking(self, without: frozenset[str]) -> _Asked:
        """The measures of all commitments but these; made once."""
        if without not in self._asked:
            left = [promise for promise in self.promises if promise.key not in without]
            self._asked[without] = _Asked(
                Interest.of(left, self.subject_types, fiscal_year_start=settings.FISCAL_YEAR_START)
            )
        return self._asked[without]
