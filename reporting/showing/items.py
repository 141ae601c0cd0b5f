"""Rows of lists: exceptions and clocks as a reader sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.terms.values import Promise
from measurement.enums import ClockState
from measurement.models import Clock
from measurement.states import state_at
from reporting import words
from reporting.acting import Act, allowed_acts
from reporting.enums import BreachState, BreachType
from reporting.labels import each_ref
from reporting.models import Breach
from reporting.next_steps import acts_left, acts_of, next_step
from reporting.showing.promises import period_name, title_of
from reporting.showing.reader import Reader

OVER = (ClockState.LATE, ClockState.FAILED)  # worth a word: that a miss is overdue goes without saying


@dataclass(frozen=True, slots=True)
class ClockItem:
    """One clock in a list."""

    id: int
    what: str
    commitment_key: str
    commitment_title: str
    owner_label: str
    due_at: datetime | None
    tone: str
    state_label: str


@dataclass(frozen=True, slots=True)
class ExceptionItem:
    """One breach in a list or on its page."""

    id: int
    what: str
    natural: str
    commitment_key: str
    commitment_title: str
    owner_label: str
    assignee: str
    state: str
    state_label: str
    clock_state_label: str
    historic: bool
    missed_at: datetime
    opened_at: datetime
    next_step: str
    root_cause_label: str
    note: str
    is_live: bool
    may_acknowledge: bool
    may_resolve: bool


def clock_items(clocks: Collection[Clock], reader: Reader) -> list[ClockItem]:
    """Clocks as rows; three statements whatever their number."""
    reader.learn([c.subject_id for c in clocks], [c.owner_id for c in clocks])
    return [_clock_item(clock, reader) for clock in clocks]


def _clock_item(clock: Clock, reader: Reader) -> ClockItem:
    promise = reader.promise_of(clock.commitment_id)
    state = shown_state(clock, reader.as_of)
    return ClockItem(
        id=clock.pk,
        what=reader.record(clock.subject_id),
        commitment_key=clock.commitment_key,
        commitment_title=title_of(promise),
        owner_label=reader.member(clock.owner_id, promise.team_id, clock.due_at or clock.started_at),
        due_at=clock.due_at,
        tone=state,
        state_label=words.clock_state(state),
    )


def shown_state(clock: Clock, as_of: datetime) -> str:
    """A clock's state now, with ``at_risk`` for one that runs past its warning."""
    state = state_at(clock, as_of) or ClockState(clock.state)
    if state == ClockState.RUNNING and clock.warn_at and clock.warn_at <= as_of:
        return "at_risk"
    return state


def exception_items(breaches: Collection[Breach], reader: Reader) -> list[ExceptionItem]:
    """Breaches as rows; a constant number of statements whatever their number."""
    reader.learn(
        [one for b in breaches for one in (b.subject_id, each_ref(b.each))], [b.owner_id for b in breaches]
    )
    clocks = Clock.objects.in_bulk([b.clock_id for b in breaches if b.clock_id])
    return [_exception_item(breach, clocks.get(breach.clock_id or 0), reader) for breach in breaches]


def _exception_item(breach: Breach, clock: Clock | None, reader: Reader) -> ExceptionItem:
    promise = reader.promise_named(breach.commitment_key)
    state = shown_state(clock, reader.as_of) if clock else None
    acts = allowed_acts(breach.state)
    return ExceptionItem(
        id=breach.pk,
        what=_what(breach, promise, reader),
        natural=reader.natural(breach.subject_id),
        commitment_key=breach.commitment_key,
        commitment_title=title_of(promise) if promise else breach.commitment_key,
        owner_label=_owner(breach, reader),
        assignee=_assignee(breach, reader),
        state=breach.state,
        state_label=words.breach_state(breach.state),
        clock_state_label=words.clock_state(state) if state in OVER else "",
        historic=breach.historic,
        missed_at=breach.missed_at,
        opened_at=breach.opened_at,
        next_step=_next_step(breach, clock, promise, reader),
        root_cause_label=words.root_cause(breach.root_cause) if breach.root_cause else "",
        note=breach.note,
        is_live=breach.state in BreachState.live,
        may_acknowledge=Act.ACKNOWLEDGE in acts,
        may_resolve=Act.RESOLVE in acts,
    )


def _what(breach: Breach, promise: Promise | None, reader: Reader) -> str:
    if breach.subject_id:
        return reader.record(breach.subject_id)
    return period_what(promise, breach.commitment_key, breach.period_start, breach.each, reader)


def period_what(promise: Promise | None, key: str, start: datetime | None, each: str, reader: Reader) -> str:
    """A missed period: which promise, which period, and of which account where each has its own target."""
    title = title_of(promise) if promise else key
    if promise is None or start is None:
        return title
    parts = [title, period_name(promise, start)]
    if getattr(promise.terms, "each", "") == "account":
        parts.append(reader.record(each_ref(each)))
    return ", ".join(parts)


def _owner(breach: Breach, reader: Reader) -> str:
    """Who owed it; a period is the whole team's unless it was promised for each."""
    if breach.type == BreachType.PERIOD and breach.owner_id is None:
        return reader.teams[breach.team_id].name
    return reader.member(breach.owner_id, breach.team_id, breach.missed_at)


def _assignee(breach: Breach, reader: Reader) -> str:
    if breach.assignee_id is None:
        return ""
    seen = reader.sight.sees_name_of(breach.assignee_id, breach.team_id, breach.missed_at)
    return str(breach.assignee) if seen else reader.teams[breach.team_id].name


def _acts(clock: Clock | None, promise: Promise | None, reader: Reader) -> str:
    """What keeps the promise; of a checklist what is missing of it, by the wording of its own clock."""
    if clock is not None:
        return acts_left(reader.promise_of(clock.commitment_id), clock, as_of=reader.as_of)
    return acts_of(promise) if promise else ""


def _next_step(breach: Breach, clock: Clock | None, promise: Promise | None, reader: Reader) -> str:
    state = shown_state(clock, reader.as_of) if clock else None
    named = breach.owner_id and reader.may_name(breach.owner_id, breach.team_id, breach.missed_at)
    step = next_step(
        playbook=promise.terms.playbook if promise else None,
        type=breach.type,
        handled=breach.state,
        state=state,
        owner=reader.member(breach.owner_id, breach.team_id, breach.missed_at) if named else None,
        assigned=breach.owner_id is not None or breach.assignee_id is not None,
        acts=_acts(clock, promise, reader),
        kind=promise.kind if promise else None,
    )
    return step or _("Nothing is left to do.")
