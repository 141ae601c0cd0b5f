"""What whoever owes a breach does with it: takes note, gives it to somebody, closes it with its cause."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.problems import Problem
from people.models import User
from reporting.acting.news import tell_assigned, tell_resolved
from reporting.acting.transitions import Act, locked, perform
from reporting.enums import RootCause
from reporting.models import Breach


@transaction.atomic
def acknowledge(breach: Breach, *, by: Any, as_of: datetime, note: str = "") -> Breach:
    """Take note of a breach: somebody is on it. Raises Problem 409 unless it is open."""
    found = locked(breach, Act.ACKNOWLEDGE)
    changes = {"acknowledged_at": as_of, **_noted(note)}
    perform(found, Act.ACKNOWLEDGE, by=by, as_of=as_of, changes=changes)
    return found


@transaction.atomic
def resolve(breach: Breach, *, by: Any, as_of: datetime, root_cause: str, note: str = "") -> Breach:
    """Close a breach with the cause of the miss.

    Raises Problem 422 without a known cause, 409 unless it is open or acknowledged.
    """
    if root_cause not in set(RootCause):
        raise _unknown_cause(root_cause)
    found = locked(breach, Act.RESOLVE)
    changes = {"closed_at": as_of, "root_cause": str(root_cause), **_noted(note)}
    entry = perform(found, Act.RESOLVE, by=by, as_of=as_of, changes=changes)
    tell_resolved(found, entry, by=by, as_of=as_of)
    return found


@transaction.atomic
def assign(breach: Breach, *, to: User, by: Any, as_of: datetime, note: str = "") -> Breach:
    """Make somebody answerable for it. Raises Problem 409 unless it is open or acknowledged."""
    found = locked(breach, Act.ASSIGN)
    entry = perform(found, Act.ASSIGN, by=by, as_of=as_of, changes={"assignee": to, **_noted(note)})
    tell_assigned(found, entry, to=to, by=by, as_of=as_of)
    return found


def _noted(note: str) -> dict[str, str]:
    return {"note": note} if note else {}


def _unknown_cause(given: str) -> Problem:
    message = _("must be one of %(causes)s") % {"causes": ", ".join(RootCause)}
    detail = _("root_cause %(message)s.") % {"message": message}
    errors = [{"field": "root_cause", "code": "invalid" if given else "required", "message": message}]
    return Problem(422, "Unprocessable Content", detail, errors=errors)
