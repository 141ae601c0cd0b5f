"""From which states an act on a breach is allowed, where it leads, and the audit row that it leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from core.audit import record
from core.models import AuditEntry
from core.problems import Problem
from people.models import User
from reporting import words
from reporting.enums import BreachState
from reporting.models import Breach

BATCH = 1_000
OBJECT = "reporting.breach"


class Act(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    RESOLVE = "resolve"
    DISPUTE = "dispute"
    TAKE_BACK = "take_back"  # the owner takes the dispute back
    WAIVE = "waive"
    REFUSE = "refuse"
    COMMENT = "comment"
    UNDO = "undo"
    WITHDRAW = "withdraw"  # facts undid the miss
    REOPEN = "reopen"  # facts brought it back
    COME_BACK = "come_back"  # waived until a date, and not done by then
    HOLD = "hold"  # waived, and found to be done by then after all


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states an act is allowed, and the state it leads to (None: unchanged)."""

    of: frozenset[BreachState]
    to: BreachState | None


_TO_DO = frozenset({BreachState.OPEN, BreachState.ACKNOWLEDGED})
_LIVE = _TO_DO | {BreachState.DISPUTED}

TRANSITIONS = {
    Act.ACKNOWLEDGE: Transition(frozenset({BreachState.OPEN}), BreachState.ACKNOWLEDGED),
    Act.ASSIGN: Transition(_TO_DO, None),
    Act.RESOLVE: Transition(_TO_DO, BreachState.RESOLVED),
    Act.DISPUTE: Transition(_TO_DO, BreachState.DISPUTED),
    Act.TAKE_BACK: Transition(frozenset({BreachState.DISPUTED}), BreachState.OPEN),
    Act.WAIVE: Transition(_LIVE, BreachState.WAIVED),
    Act.REFUSE: Transition(frozenset({BreachState.DISPUTED}), BreachState.OPEN),
    Act.WITHDRAW: Transition(frozenset(BreachState) - {BreachState.WITHDRAWN}, BreachState.WITHDRAWN),
    Act.REOPEN: Transition(frozenset({BreachState.WITHDRAWN}), BreachState.OPEN),
    Act.COME_BACK: Transition(frozenset({BreachState.WAIVED}), BreachState.OPEN),
    Act.HOLD: Transition(_LIVE | {BreachState.WITHDRAWN}, BreachState.WAIVED),
}
OWED = (Act.ACKNOWLEDGE, Act.ASSIGN, Act.RESOLVE, Act.DISPUTE, Act.TAKE_BACK)  # of whoever owes it
DECIDED = (Act.WAIVE, Act.REFUSE)  # of the other team


def allowed_acts(state: str) -> list[Act]:
    """What a person may do with a breach in this state, whoever it is."""
    return [act for act in (*OWED, *DECIDED) if state in TRANSITIONS[act].of]


def locked(breach: Breach, act: Act) -> Breach:
    """The breach as it is now, nobody else acting on it. Raises Problem 409 where its state forbids it."""
    found = Breach.objects.select_for_update(of=("self",)).get(pk=breach.pk)
    if found.state not in TRANSITIONS[act].of:
        raise not_allowed(found, act)
    return found


def perform(
    breach: Breach,
    act: Act,
    *,
    by: Any,
    as_of: datetime,
    changes: Mapping[str, Any],
    told: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Change a locked breach and leave the audit row; ``told``: what else the row says of the act."""
    before, after = _change(breach, act, dict(changes))
    breach.save(update_fields=[*changes, "state"])
    return note(breach, act, by=by, before=before, after={**after, **(told or {})}, as_of=as_of)


def perform_all(breaches: Sequence[Breach], act: Act, *, as_of: datetime, **changes: Any) -> list[Breach]:
    """The same for many at once by facts alone, where their state allows it; those that changed."""
    allowed = [breach for breach in breaches if breach.state in TRANSITIONS[act].of]
    differences = [_change(breach, act, changes) for breach in allowed]
    Breach.objects.bulk_update(allowed, [*changes, "state"], batch_size=BATCH)
    for breach, (before, after) in zip(allowed, differences, strict=True):
        note(breach, act, by=None, before=before, after=after, as_of=as_of)
    return allowed


def note(breach: Breach, act: Act, *, by: Any, before: Any, after: Any, as_of: datetime) -> AuditEntry:
    """The audit row of an act."""
    return record(
        actor=by,
        verb=f"breach.{act}",
        object_type=OBJECT,
        object_id=breach.pk,
        before=before,
        after=after,
        as_of=as_of,
    )


def plain(value: Any) -> Any:
    """A value as an audit row keeps it."""
    if isinstance(value, User):
        return value.pk
    return value.isoformat() if isinstance(value, datetime) else value and str(value)


def not_allowed(breach: Breach, act: Act) -> Problem:
    """Why an act is not possible, and what is."""
    acts = ", ".join(allowed_acts(breach.state)) or _("nothing")
    detail = _("This breach is %(state)s: %(act)s is not possible. Possible now: %(acts)s.") % {
        "state": words.breach_state(breach.state),
        "act": act,
        "acts": acts,
    }
    return Problem(409, "Conflict", detail)


def wrong(field: str, message: str, code: str = "invalid") -> Problem:
    """What is wrong with a field of an act, and what to write instead."""
    errors = [{"field": field, "code": code, "message": message}]
    return Problem(422, "Unprocessable Content", f"{field} {message}.", errors=errors)


def _change(breach: Breach, act: Act, changes: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the new values; returns the old and the new ones as the audit row keeps them."""
    changes = {**changes, "state": _leads_to(breach, act)}
    before = {name: plain(getattr(breach, name)) for name in changes}
    for name, value in changes.items():
        setattr(breach, name, value)
    after = {name: plain(getattr(breach, name)) for name in changes}
    changed = _differing(before, after)
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _leads_to(breach: Breach, act: Act) -> str:
    """A dispute that ends leaves the breach as it found it: acknowledged where somebody had."""
    if act in (Act.REFUSE, Act.TAKE_BACK) and breach.acknowledged_at is not None:
        return BreachState.ACKNOWLEDGED
    return TRANSITIONS[act].to or breach.state


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    return [name for name in before if before[name] != after[name]]
