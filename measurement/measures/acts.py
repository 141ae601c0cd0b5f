"""Which events count for a promise, and why the others do not (CONTRACT §3 "Selectors")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agreements.terms.values import Needs, Selector
from leads.event_kinds import TOUCHES
from leads.told import order_of
from measurement.conditions import Moment, first_failing
from measurement.facts import Fact, Subject, World
from measurement.ownership import Ownership
from measurement.verdicts import Note, Role

ANYONE = ("anyone",)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act does not count; ``field`` names the condition that does not hold."""

    note: Note
    field: str | None = None


class Acts:
    """Judges single events about one subject for the team that owes."""

    def __init__(self, subject: Subject, facts: Sequence[Fact], world: World) -> None:
        """``facts`` are the subject's, in order (at, source, external_id)."""
        self.subject, self.facts, self.world = subject, facts, world

    def refusal(self, role: Role, selectors: Iterable[Selector], fact: Fact, team_id: int) -> Refusal | None:
        """None when any selector takes the event; else why not: the nearest miss, conditions last."""
        refused: list[Refusal] = []
        for selector in selectors:
            if fact.kind not in selector.events:
                continue
            why = self._refusal(role, selector, fact, team_id)
            if why is None:
                return None
            refused.append(why)
        return next((why for why in refused if why.note is not Note.CONDITION), refused[0])

    def _refusal(self, role: Role, selector: Selector, fact: Fact, team_id: int) -> Refusal | None:
        if selector.where:
            failing = first_failing(selector.where, Moment(self.subject, fact, fact.at, self.world, team_id))
            if failing:
                return Refusal(Note.CONDITION, failing.field)
        if role is Role.STOP and is_automatic_touch(fact):
            return Refusal(Note.AUTOMATIC)
        if selector.by != ANYONE and not any(self._is_by(by, fact, team_id) for by in selector.by):
            return Refusal(_why_not_by(selector.by, fact))
        if selector.needs and not self._came_before(selector.needs, fact):
            return Refusal(Note.UNEVIDENCED)
        return None

    def _is_by(self, by: str, fact: Fact, team_id: int) -> bool:
        match by:
            case "anyone":
                return True
            case "contact":
                return fact.data.get("self_service") is True
        if fact.actor is None:
            return False
        if by == "team":
            return team_id in self.world.teams(doer(fact.actor, fact.at, self.world), fact.at)
        return Ownership(self.subject, fact, self.world).acts_for(fact.actor, fact.at)

    def _came_before(self, needs: Needs, fact: Fact) -> bool:
        """A machine's touch is no attempt; at one instant (source, external_id) tells what came before."""
        place = order_of(fact)
        came = 0
        for other in self.facts:
            if order_of(other) >= place:
                break
            came += other.kind in needs.events and not is_automatic_touch(other)
        return came >= needs.at_least


def doer(member: int, at: datetime, world: World) -> int:
    """Whose act it is: a record that still names somebody who left speaks for who has it since."""
    return world.holder(member, at) or member


def is_automatic_touch(fact: Fact) -> bool:
    """A call, mail, message or meeting that a machine made: it never satisfies a promise of contact."""
    return fact.kind in TOUCHES and fact.data.get("automatic") is True


def _why_not_by(by: Sequence[str], fact: Fact) -> Note:
    if "team" not in by and "owner" not in by:
        return Note.NOT_CONTACT
    if fact.actor is None:
        return Note.NO_ACTOR
    return Note.OTHER_TEAM if "team" in by else Note.NOT_OWNER
