"""Taking an act back within a few seconds, by whoever did it: nothing of it stays but the two audit rows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.models import AuditEntry
from core.problems import Problem
from measurement.excluding import take_back
from measurement.models import Exclusion
from reporting.acting.news import UNDO_FOR, untell_act
from reporting.acting.transitions import DECIDED, OBJECT, OWED, Act, note, plain
from reporting.models import Breach, BreachComment, Dispute

UNDOABLE = frozenset({*OWED, *DECIDED, Act.COMMENT})
#: Columns of a breach that acts change, and how an audit row's value becomes one again.
_READ: Mapping[str, Callable[[Any], Any]] = {
    "state": str,
    "note": lambda text: text or "",
    "root_cause": lambda text: text,
    "acknowledged_at": lambda text: text and datetime.fromisoformat(text),
    "closed_at": lambda text: text and datetime.fromisoformat(text),
    "waived_until": lambda text: text and datetime.fromisoformat(text),
    "assignee": lambda key: key,
}


def last_undoable(breach: Breach, *, by: Any, as_of: datetime) -> AuditEntry | None:
    """The act that this person can still take back: their own, the last one, of a few seconds ago."""
    entry = AuditEntry.objects.filter(object_type=OBJECT, object_id=str(breach.pk)).order_by("-id").first()
    if entry is None or entry.actor_id is None or entry.actor_id != getattr(by, "pk", None):
        return None
    act = entry.verb.removeprefix("breach.")
    return entry if act in UNDOABLE and as_of < entry.at + UNDO_FOR else None


@transaction.atomic
def undo(breach: Breach, *, by: Any, as_of: datetime) -> Breach:
    """Make it as it was before the person's last act on it.

    Raises Problem 409 where there is nothing to take back: too late, another's act, or something came since.
    """
    found = Breach.objects.select_for_update(of=("self",)).get(pk=breach.pk)
    entry = last_undoable(found, by=by, as_of=as_of)
    if entry is None or not _is_as_left(found, entry.after or {}):
        seconds = UNDO_FOR.seconds
        detail = _("Nothing can be undone: only your own last act, within %(n)d seconds.") % {"n": seconds}
        raise Problem(409, "Conflict", detail)
    restored = {name: value for name, value in (entry.before or {}).items() if name in _READ}
    for name, value in restored.items():
        setattr(found, "assignee_id" if name == "assignee" else name, _READ[name](value))
    found.save(update_fields=list(restored))
    _take_back_rows(entry.after or {}, Act(entry.verb.removeprefix("breach.")), by, as_of)
    untell_act(entry)
    after = {**restored, "undone": entry.pk, "act": entry.verb}
    note(found, Act.UNDO, by=by, before=entry.after, after=after, as_of=as_of)
    return found


def _is_as_left(breach: Breach, after: Mapping[str, Any]) -> bool:
    return all(plain(getattr(breach, name)) == after[name] for name in _READ if name in after)


def _take_back_rows(after: Mapping[str, Any], act: Act, by: Any, as_of: datetime) -> None:
    """What the act made beside the breach: its comment, its dispute, the answer to one, what it excluded."""
    if act is Act.COMMENT:
        BreachComment.objects.filter(pk=after["comment"]).delete()
    if act is Act.DISPUTE:
        Dispute.objects.filter(pk=after["dispute"]).delete()
    elif after.get("dispute"):
        unanswered = {"outcome": None, "decided_by": None, "decided_at": None, "answer": ""}
        Dispute.objects.filter(pk=after["dispute"]).update(**unanswered)
    if act is Act.WAIVE:
        take_back(Exclusion.objects.filter(pk__in=after["exclusions"]), by=by, as_of=as_of)
