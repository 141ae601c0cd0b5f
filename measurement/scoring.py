"""What makes a lead qualified, applied to one: the points of each rule with their reason, and the criteria.

- A rule with events gives its points once, for any such event up to the instant of scoring that is not older
  than ``within``; the event's own conditions are judged at the event, the rule's ``where`` at the instant of
  scoring. A rule with ``where`` alone is judged at the instant of scoring.
- A rule or criterion that no machine can check gives nothing and is shown as judged by people.
- Criteria are asked of the personas that they are about: those of any persona and those of the lead's own
  (the persona of its contact, whatever its case). Every one of them that can be checked must hold.
- A lead qualifies when it has the threshold's points and its criteria hold; without a threshold the criteria
  decide, and where nothing can be checked only people can say: None.

Pure: no Django, no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from agreements.business_time import Schedule
from agreements.deadlines import due
from agreements.document.parts import ANY_PERSONA, Criterion, Points, Qualification
from measurement.conditions import Moment, first_failing, values_of
from measurement.facts import Fact, Subject, World
from measurement.measures.acts import Acts
from measurement.verdicts import Role

#: The field in which the CRM says what kind of person a contact is.
PERSONA = "contact.persona"


class Answer(StrEnum):
    """Whether a rule or a criterion holds of a lead."""

    YES = "yes"
    NO = "no"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule about one lead. ``fact``: the latest event that gave the points; ``missing``: the field whose
    condition does not hold, None where it is an event that is missing."""

    rule: Points
    answer: Answer
    points: Fraction
    fact: Fact | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion about one lead; ``missing`` as of a rule."""

    criterion: Criterion
    answer: Answer
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A lead by the rules at an instant. ``qualifies``: None where only people can say."""

    at: datetime
    points: Fraction
    rules: tuple[RuleLine, ...]
    criteria: tuple[CriterionLine, ...]
    threshold: Fraction | None

    @property
    def enough_points(self) -> bool | None:
        """Whether the threshold is reached; None without one."""
        return None if self.threshold is None else self.points >= self.threshold

    @property
    def qualifies(self) -> bool | None:
        """Whether the lead is an MQL by what a machine can check."""
        checked = [line.answer is Answer.YES for line in self.criteria if line.answer is not Answer.PEOPLE]
        if self.threshold is not None:
            checked.append(self.points >= self.threshold)
        return all(checked) if checked else None


@dataclass(frozen=True, slots=True)
class Scoring:
    """The rules of one version, ready to be applied; ``team`` is the one that ``team`` in conditions means,
    and business time in ``within`` is counted by ``schedule``."""

    qualification: Qualification
    schedule: Schedule
    team: int

    @property
    def kinds(self) -> frozenset[str]:
        """The events that the rules look at."""
        selectors = (selector for rule in self.qualification.scoring for selector in rule.events)
        needed = (selector.needs.events for selector in selectors if selector.needs)
        named = (s.events for rule in self.qualification.scoring for s in rule.events)
        return frozenset(kind for kinds in (*named, *needed) for kind in kinds)

    def score(self, subject: Subject, world: World, *, at: datetime) -> Scored:
        """The lead as it was at the instant."""
        moment = Moment(subject, None, at, world, self.team)
        acts = Acts(subject, subject.facts, world)
        rules = tuple(self._rule(rule, moment, acts) for rule in self.qualification.scoring)
        return Scored(
            at=at,
            points=sum((line.points for line in rules), Fraction(0)),
            rules=rules,
            criteria=tuple(_criteria(self.qualification.criteria, moment)),
            threshold=self.qualification.threshold,
        )

    def _rule(self, rule: Points, moment: Moment, acts: Acts) -> RuleLine:
        nothing = Fraction(0)
        if not rule.events and not rule.where:
            return RuleLine(rule, Answer.PEOPLE, nothing)
        failing = first_failing(rule.where, moment) if rule.where else None
        if failing:
            return RuleLine(rule, Answer.NO, nothing, missing=failing.field)
        fact = self._latest(rule, moment, acts) if rule.events else None
        if rule.events and fact is None:
            return RuleLine(rule, Answer.NO, nothing)
        return RuleLine(rule, Answer.YES, rule.points, fact)

    def _latest(self, rule: Points, moment: Moment, acts: Acts) -> Fact | None:
        """The latest event that counts at the instant."""
        for fact in reversed(moment.subject.facts):
            counts = fact.at <= moment.at and any(fact.kind in selector.events for selector in rule.events)
            if counts and acts.refusal(Role.START, rule.events, fact, self.team) is None:
                return fact if self._is_fresh(rule, fact, moment.at) else None
        return None

    def _is_fresh(self, rule: Points, fact: Fact, at: datetime) -> bool:
        if rule.within is None:
            return True
        until = due(self.schedule, fact.at, rule.within)
        return until is not None and at <= until


def _criteria(criteria: Iterable[Criterion], moment: Moment) -> Iterable[CriterionLine]:
    own = {str(persona).strip().casefold() for persona in values_of(PERSONA, moment)}
    for criterion in criteria:
        persona = criterion.persona.strip().casefold()
        if persona != ANY_PERSONA and persona not in own:
            continue
        if not criterion.where:
            yield CriterionLine(criterion, Answer.PEOPLE)
            continue
        failing = first_failing(criterion.where, moment)
        answer = Answer.NO if failing else Answer.YES
        yield CriterionLine(criterion, answer, failing.field if failing else None)
