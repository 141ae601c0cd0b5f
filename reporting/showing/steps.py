"""How the steps of a checklist were kept, step by step."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.translation import get_language

from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Promise
from measurement.models import Clock
from measurement.steps import StepState, steps_of
from measurement.wording.steps import step_name
from reporting.showing.clauses import within_text
from reporting.showing.numbers import percent
from reporting.showing.reader import Reader


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: how often it was done in time, late, not at all, and is still to be done."""

    name: str
    allowed: str
    done: int
    late: int
    missing: int
    open: int
    rate: str


def step_rows(promise: Promise, since: datetime | None, reader: Reader) -> list[StepRow]:
    """The steps of the clocks due since then, in the order of the terms; one statement."""
    clocks = Clock.objects.for_commitment(promise.key).counted_between(since, None)
    counts = _counts(clocks.only("commitment_id", "evidence", "ended_at", "state", "started_at"), reader)
    language = get_language() or "en"
    return [
        _row(step_name(step, language), within_text(allowed), counts[step])
        for step, allowed in promise.terms.steps.within
    ]


def _counts(clocks: Iterable[Clock], reader: Reader) -> dict[str, Counter[StepState]]:
    counts: dict[str, Counter[StepState]] = defaultdict(Counter)
    for clock in clocks:
        terms = reader.promise_of(clock.commitment_id).terms
        if isinstance(terms, ChecklistTerms):
            for step in steps_of(clock, terms, reader.as_of):
                counts[step.value][step.state] += 1
    return counts


def _row(name: str, allowed: str, count: Counter[StepState]) -> StepRow:
    judged = count[StepState.DONE] + count[StepState.LATE] + count[StepState.MISSING]
    return StepRow(
        name=name,
        allowed=allowed,
        done=count[StepState.DONE],
        late=count[StepState.LATE],
        missing=count[StepState.MISSING],
        open=count[StepState.OPEN],
        rate=percent(Fraction(count[StepState.DONE], judged) if judged else None),
    )
