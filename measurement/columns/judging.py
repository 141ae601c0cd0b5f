"""Judges the plain ones among many records by arrays, and says which are left to the general way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from agreements.business_time import NeverOpenError
from agreements.terms import Promise
from leads import sealing
from measurement import world
from measurement.columns.clocks import Clocks, clocks
from measurement.columns.courses import Bools, Int64s, distinct
from measurement.columns.holding import Holding
from measurement.columns.loading import load
from measurement.columns.members import EPOCH, Members
from measurement.columns.scene import NAMED, Pairs, Scene, about
from measurement.columns.terms import Columnar, columnar
from measurement.excluding import waivers_of

Types = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The clocks of the plain records among some, of all commitments that arrays can judge.

    ``plain``: ref ids of the records that they are all clocks of. ``refusals``: what codes of acts mean.
    """

    scene: Scene
    clocks: list[Clocks]
    holding: Holding
    plain: Int64s

    def of_plain(self, one: Clocks) -> Int64s:
        """The places of those clocks that are of plain records."""
        return np.flatnonzero(~self.holding.odd[one.subject])


class Columns:
    """The commitments among some promises that arrays can judge."""

    def __init__(self, promises: Sequence[Promise], subject_types: Types) -> None:
        self._subject_types = subject_types
        self.commitments: list[Columnar] = columnar(promises, subject_types)
        self.keys = frozenset(one.key for one in self.commitments)
        self.types = frozenset[str]().union(*(one.types for one in self.commitments))

    def judged(self, refs: Collection[int], *, as_of: datetime) -> Judged | None:
        """The clocks of what is plain among these records, by the facts up to ``as_of``.

        None when there is nothing that arrays can judge.
        """
        if not self.commitments or not refs:
            return None
        until = as_of.replace(microsecond=0)
        around, _ = world.load((), kinds=(), subject_types=self._subject_types, until=until)
        loaded = load(self.commitments, refs, around, until=until)
        if loaded is None:
            return None
        scene, deleted, merged = loaded
        members = Members(_everybody(scene).tolist(), around)
        floors = sealing.floors(refs)
        told = _from_floor(scene, about(scene), floors)
        holding = Holding(scene, told, members)
        holding.odd |= deleted | _with_related(scene, told, merged) | _apart(scene, refs, floors)
        try:
            found = [
                clocks(one, scene, told, holding, members, self._subject_types, as_of=int(until.timestamp()))
                for one in self.commitments
            ]
        except NeverOpenError:  # of which start is for the general way to find out
            return None
        subjects = scene.subjects
        return Judged(scene, found, holding, scene.refs[subjects[~holding.odd[subjects]]])


def _everybody(scene: Scene) -> Int64s:
    """Every member who acts, or owns a record of the scene at some time."""
    return distinct(np.concatenate([scene.facts.actor, scene.owners.values, scene.assigned.values]))


def _from_floor(scene: Scene, told: Pairs, floors: sealing.Floors) -> Pairs:
    """What is told about each record from the instant on before which nothing is."""
    floor = (floors.floor - EPOCH) // timedelta(seconds=1)
    still = scene.facts.at[told.of] >= floor
    return Pairs(told.of[still], told.record[still])


def _apart(scene: Scene, refs: Collection[int], floors: sealing.Floors) -> Bools:
    """The records whose misses somebody agreed not to count, and those that are told from another floor."""
    found = np.zeros(len(scene.refs), bool)
    apart = np.array(sorted({*floors.whole, *(subject for _, subject, _ in waivers_of(refs))}), np.int64)
    found[np.isin(scene.refs, apart)] = True
    return found


def _with_related(scene: Scene, told: Pairs, merged: Bools) -> Bools:
    """The merged records, and those that look at one: merges reach as far as links do."""
    found = merged.copy()
    if merged.any():
        for _ in range(4):
            for field, course in scene.links.items():
                record = np.repeat(np.arange(len(scene.refs)), np.diff(course.first))
                there = course.values >= 0
                record, target = record[there], course.values[there]
                found[record[found[target]]] = True
                if field in ("contact", "lead"):
                    found[target[found[record]]] = True
        named = scene.facts.named[told.of]
        for type_ in range(len(NAMED)):
            there = named[:, type_] >= 0
            found[told.record[there][found[named[there, type_]]]] = True
    return found
