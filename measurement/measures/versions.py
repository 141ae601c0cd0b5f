"""One version of a promise, prepared: which events it looks at in which role, and what it allows."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from agreements.deadlines import begin
from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Condition, Promise, ResponseTerms, Selector
from measurement.conditions import matches
from measurement.facts import Fact, Subject, World
from measurement.measures.entries import is_within
from measurement.verdicts import Role

#: What counts first at one instant (CONTRACT §3 "Order").
ORDER = (Role.START, Role.STOP, Role.CANCEL, Role.FAIL, Role.PAUSE, Role.RESUME)


class Version:
    """One promise with its selectors by role and event kind."""

    def __init__(self, promise: Promise) -> None:
        self.promise = promise
        self.terms: ResponseTerms | ChecklistTerms = promise.terms
        self.roles: dict[Role, Mapping[str, tuple[Selector, ...]]] = {
            role: _by_kind(_selectors(self.terms, role)) for role in ORDER
        }

    @property
    def outside_hours(self) -> str:
        """What a start in closed time does; only a response can say it."""
        return getattr(self.terms, "outside_hours", "count")

    @property
    def subject(self) -> str | None:
        """The type of record that the clocks belong to, where the terms name it."""
        return getattr(self.terms, "subject", None)

    def is_about(self, fact: Fact, subject: Subject, world: World) -> bool:
        """Whether a clock that the fact starts belongs to this record, and not to one it is linked to."""
        wanted = self.subject or world.subject_type(fact.kind)
        return wanted == subject.type and fact.refs.get(wanted) in (None, subject.ref)

    def applies(self, fact: Fact, subject: Subject, world: World) -> bool:
        """Whether the promise's ``where`` holds at the fact's instant."""
        return matches(
            self.terms.where,
            subject=subject,
            fact=fact,
            at=fact.at,
            world=world,
            team_id=self.promise.team_id,
        )

    def counts_now(self, fact: Fact) -> bool:
        """Whether a start at this instant is measured: not in closed time that is to be ignored."""
        if self.outside_hours != "ignore" or isinstance(self.terms, ChecklistTerms):
            return True
        return begin(self.promise.schedule, fact.at, self.terms.within, self.outside_hours) is not None

    def allows_early(self, stop: datetime, start: datetime) -> bool:
        """Whether an act before the start is within ``early`` of it, in that duration's own measure."""
        early = self.terms.early
        return early is not None and is_within(self.promise.schedule, stop, start, early)


def _selectors(terms: ResponseTerms | ChecklistTerms, role: Role) -> tuple[Selector, ...]:
    """A checklist's steps are stops that anybody may make, with one of its values in their data."""
    if isinstance(terms, ChecklistTerms) and role is Role.STOP:
        steps = terms.steps
        values = tuple(value for value, _ in steps.within)
        return (Selector((steps.event,), (Condition(f"data.{steps.field}", "eq", values),)),)
    selectors: tuple[Selector, ...] = getattr(terms, role.value, ())
    return selectors


def _by_kind(selectors: Iterable[Selector]) -> dict[str, tuple[Selector, ...]]:
    found: dict[str, tuple[Selector, ...]] = {}
    for selector in selectors:
        for kind in selector.events:
            found[kind] = (*found.get(kind, ()), selector)
    return found
