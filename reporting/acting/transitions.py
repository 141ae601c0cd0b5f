"""What people may do with a breach and what facts do to it; every act leaves an audit row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.problems import Problem
from people.models import User
from reporting import words
from reporting.enums import BreachState, RootCause
from reporting.models import Breach

BATCH = 1_000


class Act(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    RESOLVE = "resolve"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states an act is allowed, and the state it leads to (None: unchanged)."""

    of: frozenset[BreachState]
    to: BreachState | None


_TO_DO = frozenset({BreachState.OPEN, BreachState.ACKNOWLEDGED})

TRANSITIONS = {
    Act.ACKNOWLEDGE: Transition(frozenset({BreachState.OPEN}), BreachState.ACKNOWLEDGED),
    Act.ASSIGN: Transition(_TO_DO, None),
    Act.RESOLVE: Transition(_TO_DO, BreachState.RESOLVED),
    Act.WITHDRAW: Transition(frozenset(BreachState) - {BreachState.WITHDRAWN}, BreachState.WITHDRAWN),
    Act.REOPEN: Transition(frozenset({BreachState.WITHDRAWN}), BreachState.OPEN),
}


def allowed_acts(state: str) -> list[Act]:
    """What a person may do with a breach in this state."""
    return [act for act in (Act.ACKNOWLEDGE, Act.ASSIGN, Act.RESOLVE) if state in TRANSITIONS[act].of]


def acknowledge(breach: Breach, *, by: Any, as_of: datetime, note: str = "") -> Breach:
    """Take note of a breach: somebody is on it. Raises Problem 409 unless it is open."""
    return _act(breach, Act.ACKNOWLEDGE, by, as_of, note, acknowledged_at=as_of)


def resolve(breach: Breach, *, by: Any, as_of: datetime, root_cause: str, note: str = "") -> Breach:
    """Close a breach with the cause of the miss.

    Raises Problem 422 without a known cause, 409 unless it is open or acknowledged.
    """
    if root_cause not in set(RootCause):
        raise _unknown_cause(root_cause)
    return _act(breach, Act.RESOLVE, by, as_of, note, closed_at=as_of, root_cause=str(root_cause))


def assign(breach: Breach, *, to: User, by: Any, as_of: datetime, note: str = "") -> Breach:
    """Make somebody answerable for it. Raises Problem 409 unless it is open or acknowledged."""
    return _act(breach, Act.ASSIGN, by, as_of, note, assignee=to)


def withdraw_all(breaches: Sequence[Breach], *, as_of: datetime) -> int:
    """Facts undid these misses; returns how many were not withdrawn already. The rows must be locked."""
    return _change_all(breaches, Act.WITHDRAW, as_of, closed_at=as_of)


def reopen_all(breaches: Sequence[Breach], *, as_of: datetime) -> int:
    """Facts say that these are misses: withdrawn ones begin anew. The rows must be locked."""
    return _change_all(breaches, Act.REOPEN, as_of, closed_at=None, acknowledged_at=None, root_cause=None)


@transaction.atomic
def _act(breach: Breach, act: Act, by: Any, as_of: datetime, note: str, **changes: Any) -> Breach:
    locked = Breach.objects.select_for_update(of=("self",)).get(pk=breach.pk)
    if locked.state not in TRANSITIONS[act].of:
        raise _not_allowed(locked, act)
    if note:
        changes["note"] = note
    before, after = _change(locked, act, changes)
    locked.save(update_fields=[*changes, "state"])
    _note(locked, act, by, before, after, as_of)
    return locked


def _change_all(breaches: Sequence[Breach], act: Act, as_of: datetime, **changes: Any) -> int:
    allowed = [breach for breach in breaches if breach.state in TRANSITIONS[act].of]
    differences = [_change(breach, act, changes) for breach in allowed]
    Breach.objects.bulk_update(allowed, [*changes, "state"], batch_size=BATCH)
    for breach, (before, after) in zip(allowed, differences, strict=True):
        _note(breach, act, None, before, after, as_of)
    return len(allowed)


def _change(breach: Breach, act: Act, changes: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the new values; returns the old and the new ones as the audit row keeps them."""
    changes = {**changes, "state": TRANSITIONS[act].to or breach.state}
    before = {name: _plain(getattr(breach, name)) for name in changes}
    for name, value in changes.items():
        setattr(breach, name, value)
    after = {name: _plain(getattr(breach, name)) for name in changes}
    changed = [name for name in changes if before[name] != after[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _note(breach: Breach, act: Act, by: Any, before: Any, after: Any, as_of: datetime) -> None:
    record(
        actor=by,
        verb=f"breach.{act}",
        object_type="reporting.breach",
        object_id=breach.pk,
        before=before,
        after=after,
        as_of=as_of,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.pk
    return value.isoformat() if isinstance(value, datetime) else value and str(value)


def _not_allowed(breach: Breach, act: Act) -> Problem:
    acts = ", ".join(allowed_acts(breach.state)) or _("nothing")
    detail = _("This breach is %(state)s: %(act)s is not possible. Possible now: %(acts)s.") % {
        "state": words.breach_state(breach.state),
        "act": act,
        "acts": acts,
    }
    return Problem(409, "Conflict", detail)


def _unknown_cause(given: str) -> Problem:
    message = _("must be one of %(causes)s") % {"causes": ", ".join(RootCause)}
    detail = _("root_cause %(message)s.") % {"message": message}
    errors = [{"field": "root_cause", "code": "invalid" if given else "required", "message": message}]
    return Problem(422, "Unprocessable Content", detail, errors=errors)
