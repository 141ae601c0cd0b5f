"""Which of many events a promise takes in a role, and why it does not take the others. Pure.

The rules of ``measurement.measures.acts``; each condition is asked once of every value that there is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from agreements.terms import Condition, Selector
from agreements.terms.values import Needs
from leads.event_kinds import TOUCHES
from measurement.columns.courses import Bools, Int64s, beginnings, moments
from measurement.columns.members import Members
from measurement.columns.relating import Asked, related
from measurement.columns.scene import Pairs, Scene
from measurement.conditions import Moment, first_failing
from measurement.facts import Fact
from measurement.verdicts import Note, Role

TAKEN = 0
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Holding:
    """Asks about the facts of one scene. ``told``: every fact with each subject, by subject and instant.

    ``refusals``: what the codes of refusals mean, as (note, field); 0 is taken. ``odd``: the subjects of
    which arrays cannot say it.
    """

    def __init__(self, scene: Scene, told: Pairs, members: Members) -> None:
        self._scene, self._told, self._members = scene, told, members
        self.refusals: list[tuple[Note, str | None] | None] = [None]
        self.odd = np.zeros(len(scene.refs), bool)
        self._truths: dict[tuple[str, Condition], Bools] = {}
        self._moments = moments(told.record, scene.facts.at[told.of])
        self._automatic = self._flag("automatic") & self._of_kinds(TOUCHES)
        self._self_service = self._flag("self_service")

    def refusal(
        self, role: Role, selectors: Mapping[str, Sequence[Selector]], asked: Asked, team_id: int
    ) -> Int64s:
        """For each event in this role: ``TAKEN``, or the code of the nearest miss, conditions last."""
        found = np.zeros(len(asked.at), np.int64)
        kinds = self._scene.facts.kind[asked.fact]
        for kind, those in selectors.items():
            which = np.flatnonzero(kinds == self._scene.kinds.index(kind))
            if len(which):
                found[which] = self._nearest(role, those, asked.only(which), team_id)
        return found

    def matches(self, conditions: Iterable[Condition], asked: Asked) -> Bools:
        """Whether every condition holds."""
        held = np.ones(len(asked.at), bool)
        for condition in conditions:
            held &= self._holds(condition, asked)
        return held

    def is_condition(self, codes: Int64s) -> Bools:
        """Which of the codes say that a condition does not hold."""
        of = np.array([known is not None and known[0] is Note.CONDITION for known in self.refusals])
        found: Bools = of[codes]
        return found

    def _nearest(self, role: Role, selectors: Sequence[Selector], asked: Asked, team_id: int) -> Int64s:
        found, *others = (self._refusal(role, selector, asked, team_id) for selector in selectors)
        for other in others:
            nearer = (other == TAKEN) | (self.is_condition(found) & ~self.is_condition(other))
            found = np.where((found != TAKEN) & nearer, other, found)
        return found

    def _refusal(self, role: Role, selector: Selector, asked: Asked, team_id: int) -> Int64s:
        found = np.zeros(len(asked.at), np.int64)
        for condition in selector.where:
            failing = (found == TAKEN) & ~self._holds(condition, asked)
            found[failing] = self._code(Note.CONDITION, condition.field)
        if role is Role.STOP:
            found[(found == TAKEN) & self._automatic[asked.fact]] = self._code(Note.AUTOMATIC)
        strange = (found == TAKEN) & ~self._is_by(selector.by, asked, team_id)
        if strange.any():
            found[strange] = self._why_not_by(selector.by, asked)[strange]
        if selector.needs:
            found[(found == TAKEN) & ~self._came_before(selector.needs, asked)] = self._code(Note.UNEVIDENCED)
        return found

    def _is_by(self, by: Sequence[str], asked: Asked, team_id: int) -> Bools:
        if "anyone" in by:
            return np.ones(len(asked.at), bool)
        found = np.zeros(len(asked.at), bool)
        if "contact" in by:
            found |= self._self_service[asked.fact]
        if "team" in by:
            found |= self._members.in_team(self._scene.facts.actor[asked.fact], team_id, asked.at)
        return found

    def _why_not_by(self, by: Sequence[str], asked: Asked) -> Int64s:
        if "team" not in by:
            return np.full(len(asked.at), self._code(Note.NOT_CONTACT))
        nobody = self._scene.facts.actor[asked.fact] < 0
        return np.where(nobody, self._code(Note.NO_ACTOR), self._code(Note.OTHER_TEAM))

    def _came_before(self, needs: Needs, asked: Asked) -> Bools:
        """A machine's touch is no attempt. What came within the same second needs the order of their ids:
        such a subject is odd."""
        counts = self._of_kinds(needs.events) & ~self._automatic
        summed = np.concatenate([[0], np.cumsum(counts[self._told.of])])
        now = moments(asked.subject, asked.at)
        first = summed[np.searchsorted(self._moments, beginnings(asked.subject))]
        before, after = (summed[np.searchsorted(self._moments, now, side)] for side in ("left", "right"))
        own = counts[asked.fact]
        self.odd[asked.subject[after - before > own]] = True
        found: Bools = before - first >= needs.at_least
        return found

    def _holds(self, condition: Condition, asked: Asked) -> Bools:
        head, _, name = condition.field.partition(".")
        if head == "data":
            found: Bools = self._truth("", condition)[self._scene.facts.said[asked.fact]]
            return found
        pairs = related(head, asked, self._scene)
        values = self._scene.fields[name].at(pairs.record, asked.at[pairs.of])
        if condition.op == "missing":
            present = Condition(condition.field, "present")
            return ~self._any(pairs, self._truth(name, present)[values], len(asked.at))
        return self._any(pairs, self._truth(name, condition)[values], len(asked.at))

    @staticmethod
    def _any(pairs: Pairs, true: Bools, size: int) -> Bools:
        found = np.zeros(size, bool)
        found[pairs.of[true]] = True
        return found

    def _truth(self, name: str, condition: Condition) -> Bools:
        """Whether the condition holds of each value of the field, of the data where it has no name; the last
        place is that of a value that is not there."""
        known = self._truths.get((name, condition))
        if known is None:
            values = [{"value": value} for value in self._scene.texts[name]] if name else self._scene.saids
            asked = Condition("data.value", condition.op, condition.value) if name else condition
            said = [first_failing((asked,), _of(value)) is None for value in values]
            known = self._truths[name, condition] = np.array([*said, False])
        return known

    def _flag(self, key: str) -> Bools:
        flags = np.array([*(said.get(key) is True for said in self._scene.saids), False])
        found: Bools = flags[self._scene.facts.said]
        return found

    def _of_kinds(self, kinds: Iterable[str]) -> Bools:
        wanted = [place for place, kind in enumerate(self._scene.kinds) if kind in set(kinds)]
        return np.isin(self._scene.facts.kind, wanted)

    def _code(self, note: Note, field: str | None = None) -> int:
        if (note, field) not in self.refusals:
            self.refusals.append((note, field))
        return self.refusals.index((note, field))


def _of(data: Mapping[str, object]) -> Moment:
    """A moment at which nothing but data can be asked."""
    fact = Fact(key="", kind="", at=_ANY_TIME, source="", external_id="", data=data)
    return Moment(None, fact, _ANY_TIME, None, 0)  # type: ignore[arg-type]  # conditions on data ask no World
