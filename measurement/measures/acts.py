"""Which events count for a promise, and why the others do not (CONTRACT §3 "Selectors")."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agreements.terms.values import Needs, Selector
from leads.event_kinds import TOUCHES
from measurement.conditions import first_failing
from measurement.facts import Fact, Subject, World
from measurement.ownership import Ownership
from measurement.verdicts import Note, Role


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act does not count; ``field`` names the condition that does not hold."""

    note: Note
    field: str | None = None


class Acts:
    """Judges single events about one subject for the team that owes."""

    def __init__(self, subject: Subject, facts: Sequence[Fact], world: World) -> None:
        """``facts`` are the subject's, in order (at, source, external_id)."""
        self.subject, self.world, self._facts = subject, world, facts
        self._by: dict[str, Callable[[Fact, int], bool]] = {
            "anyone": lambda fact, team_id: True,
            "contact": lambda fact, team_id: fact.data.get("self_service") is True,
            "team": self._by_team,
            "owner": self._by_owner,
        }

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
            failing = first_failing(
                selector.where, subject=self.subject, fact=fact, at=fact.at, world=self.world, team_id=team_id
            )
            if failing:
                return Refusal(Note.CONDITION, failing[0].field)
        if role is Role.STOP and is_automatic_touch(fact):
            return Refusal(Note.AUTOMATIC)
        if not any(self._by[by](fact, team_id) for by in selector.by):
            return Refusal(_why_not_by(selector.by, fact))
        if selector.needs and not self._came_before(selector.needs, fact):
            return Refusal(Note.UNEVIDENCED)
        return None

    def _by_team(self, fact: Fact, team_id: int) -> bool:
        return fact.actor is not None and team_id in self.world.teams(fact.actor, fact.at)

    def _by_owner(self, fact: Fact, team_id: int) -> bool:
        return fact.actor is not None and fact.actor == self._owner_at(fact, fact.at)

    def _owner_at(self, fact: Fact, at: datetime) -> int | None:
        return Ownership(self.subject, fact, self.world, self._facts).at(at)

    def _came_before(self, needs: Needs, fact: Fact) -> bool:
        """A machine's touch is no attempt; at one instant (source, external_id) tells what came before."""
        place = order_of(fact)
        came = 0
        for other in self._facts:
            if order_of(other) >= place:
                break
            came += other.kind in needs.events and not is_automatic_touch(other)
        return came >= needs.at_least


def order_of(fact: Fact) -> tuple[datetime, str, str, str]:
    """The order of facts of one role (CONTRACT §3 "Order"); the key only makes it total."""
    return fact.at, fact.source, fact.external_id, fact.key


def is_automatic_touch(fact: Fact) -> bool:
    """A call, mail, message or meeting that a machine made: it never satisfies a promise of contact."""
    return fact.kind in TOUCHES and fact.data.get("automatic") is True


def _why_not_by(by: Sequence[str], fact: Fact) -> Note:
    if "team" not in by and "owner" not in by:
        return Note.NOT_CONTACT
    if fact.actor is None:
        return Note.NO_ACTOR
    return Note.OTHER_TEAM if "team" in by else Note.NOT_OWNER
