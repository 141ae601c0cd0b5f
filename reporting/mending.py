"""Acts on facts with what they do to verdicts: looked at first, or done and kept in the audit trail."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from core.audit import record
from core.instants import format_instant
from core.models import AuditEntry
from leads.models import Declaration, Ref
from measurement.compared import fields_compared
from measurement.effects import Effect, VerdictChange, effect_of

T = TypeVar("T")
MOST = 200
"""Changes that one answer and one audit row list; all are counted."""
VERB = "record.verdicts"
RECORD, DECLARATION = "leads.record", "leads.declaration"


def mend(
    change: Callable[[], T], *, about: Ref | None, by: Any, as_of: datetime, keep: bool
) -> tuple[Effect[T], list[dict[str, Any]]]:
    """The effect of an act on facts, and its changes as the API tells them; ``keep``: it is done.

    What it changed stands in the audit trail of the declaration or the record. Raises what the act raises.
    """
    effect = effect_of(change, as_of=as_of, keep=keep)
    rows = changed_rows(effect.changes)
    if keep:
        told = {"changed": rows[:MOST], "count": len(rows), "complete": effect.complete}
        type_, pk = _object(effect.given, about)
        record(actor=by, verb=VERB, object_type=type_, object_id=pk, after=told, as_of=as_of)
    return effect, rows


def changes_told(object_type: str, pk: int, *, at: datetime) -> list[dict[str, Any]]:
    """What the act of that instant changed, as the audit trail has it."""
    told = AuditEntry.objects.filter(verb=VERB, object_type=object_type, object_id=str(pk), at=at)
    entry = told.order_by("pk").first()
    return list(entry.after["changed"]) if entry and entry.after else []


def _object(given: Any, about: Ref | None) -> tuple[str, int]:
    """What the trail is of: the declaration, the record, else the event alone."""
    if isinstance(given, Declaration):
        return DECLARATION, given.pk
    return (RECORD, about.pk) if about else ("leads.event", given.pk)


def kept_fields() -> frozenset[str]:
    """The free fields whose values promises compare: an erasure leaves them."""
    return fields_compared()


def changed_rows(changes: Iterable[VerdictChange]) -> list[dict[str, Any]]:
    """Each change as JSON; one statement for the names of the records."""
    listed = list(changes)
    names = Ref.objects.in_bulk({one.subject_id for one in listed})
    return [
        {
            "commitment": one.commitment_key,
            "of": one.of,
            "subject": str(names[one.subject_id]) if one.subject_id in names else None,
            "subject_id": one.subject_id,
            "at": format_instant(one.at),
            "before": one.before,
            "after": one.after,
            "due_before": one.due_before and format_instant(one.due_before),
            "due_after": one.due_after and format_instant(one.due_after),
        }
        for one in listed
    ]
