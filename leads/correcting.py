"""Mistakes in facts put right by hand: a wrong field, an event that was none, a deleted or double record.

Everything goes the way of any fact, so that order of arrival goes on not to matter. The source itself should
be corrected too: what it says later is a new fact.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.instants import format_instant
from core.problems import Problem
from leads.enums import RecordType
from leads.event_kinds import RETRACTED
from leads.ingestion import Summary, ingest
from leads.ingestion.amending import amend, spell_of
from leads.ingestion.checks import Refused
from leads.ingestion.naming import ensure_refs
from leads.ingestion.resources import BY_TYPE, EVENTS, Field, Resource
from leads.ingestion.turns import alone_with_records
from leads.models import Event, RecordVersion, Ref
from leads.personal import is_personal
from leads.sealing import horizon

CHANNEL = "correction"
#: Set by acts of their own; here they can only be cleared.
ENDS = frozenset({"deleted_at", "merged_into"})


@transaction.atomic
def correct(
    ref: Ref, *, field: str, value: Any, by: Any, as_of: datetime, since: datetime | None = None
) -> Ref:
    """Put right what a record says now in one field (``value`` as the API sends it, None: nothing).

    It was never otherwise: every update that said the wrong value says the right one from then on, also when
    its source sends it again. With ``since`` it was right until that instant.
    Raises Problem 422: unknown field, unusable value, an instant to come; 409 where nothing is known.
    """
    resource = _resource(ref)
    alone_with_records([ref.source])
    wanted = _checked(resource, field, value)
    if since is not None and since > as_of:
        raise refused("since", "in_future", _("This is still to come; a correction is about what was."))
    stored = _stored(ref, resource.fields[field], wanted, as_of)
    spell = spell_of(ref, field, as_of=as_of)
    instants = [at for at in spell if since is None or at >= since]
    if instants:
        amend(ref, field, stored, instants, as_of=as_of)
    begins = _beginning(ref) if since is None else since
    if not spell or (since is not None and since not in instants):
        _tell(ref, {field: wanted}, at=begins, as_of=as_of)
    shown = None if is_personal(ref.type, field) else value
    _note(
        ref, "correct", by, as_of, {"field": field, "value": shown, "since": since and format_instant(since)}
    )
    return ref


@transaction.atomic
def retract(event: Event, *, by: Any, as_of: datetime, why: str = "") -> Event:
    """Withdraw an event: it never happened. Raises Problem 409 when it was withdrawn, or is a withdrawal."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.kind == RETRACTED or event.retracted_by is not None:
        raise Problem(409, "Conflict", _("This has been withdrawn already, or is itself a withdrawal."))
    row = {
        "external_id": f"sla-hub-retracted-{event.pk}",
        "kind": RETRACTED,
        "occurred_at": format_instant(as_of),
        "data": {"event": event.external_id},
    }
    _stored_or_refused(ingest(resource=EVENTS, source=event.source, rows=[row], channel=CHANNEL, as_of=as_of))
    record(
        actor=by,
        verb="event.retract",
        object_type="leads.event",
        object_id=event.pk,
        after={"why": why, "kind": event.kind},
        as_of=as_of,
    )
    event.refresh_from_db()
    return event


@transaction.atomic
def mark_deleted(ref: Ref, *, at: datetime | None = None, by: Any, as_of: datetime) -> Ref:
    """The record was deleted (``at``, default now): its open clocks are cancelled with that reason."""
    if at is not None and at > as_of:
        raise refused("at", "in_future", _("This is still to come; delete it when it is gone."))
    _resource(ref)
    _tell(ref, {"deleted_at": format_instant(at or as_of)}, at=as_of, as_of=as_of)
    _note(ref, "delete", by, as_of, {"at": format_instant(at or as_of)})
    return ref


@transaction.atomic
def merge(ref: Ref, *, into: Ref, by: Any, as_of: datetime) -> Ref:
    """The record is the same as another one of its source and type, which stays: its history moves there."""
    if (ref.source, ref.type) != (into.source, into.type):
        raise refused("into", "other_kind", _("Only a record of the same source and type can take it in."))
    _resource(ref)
    _tell(ref, {"merged_into": into.external_id}, at=as_of, as_of=as_of)
    _note(ref, "merge", by, as_of, {"into": str(into)})
    return ref


def refused(field: str, code: str, message: str) -> Problem:
    """The answer to one wrong field."""
    errors = [{"field": field, "code": code, "message": message}]
    return Problem(422, "Unprocessable Content", f"{field}: {message}", errors=errors)


def _resource(ref: Ref) -> Resource:
    try:
        return BY_TYPE[RecordType(ref.type)]
    except KeyError:
        message = _("A call has no record of its own; withdraw its events instead.")
        raise refused("type", "no_record", message) from None


def _checked(resource: Resource, field: str, value: Any) -> Any:
    """The value in its canonical form, links as external ids."""
    known = resource.fields.get(field)
    if known is None:
        words = {"fields": ", ".join(resource.fields)}
        raise refused("field", "unknown", _("There is no such field; there are %(fields)s.") % words)
    if value in (None, ""):
        if known.required:
            raise refused("value", "required", _("This must be known; write what it is."))
        return None
    if field in ENDS:
        message = _("This is set by deleting or merging the record; here it can only be cleared.")
        raise refused("value", "not_here", message)
    try:
        return known.check(value)
    except Refused as error:
        raise refused("value", error.code, str(error)) from None


def _stored(ref: Ref, field: Field, value: Any, as_of: datetime) -> Any:
    """The value as versions hold it: a reference as the id of what it names."""
    if not field.link or value is None:
        return value
    name = (str(field.link), value)
    return ensure_refs(ref.source, [name], as_of=as_of)[name]


def _beginning(ref: Ref) -> datetime | None:
    """Of what can still be said about the record: its first update, or the sealed horizon after it."""
    rows = RecordVersion.objects.filter(ref_id=ref.pk).order_by("valid_from")
    first, sealed = rows.values_list("valid_from", flat=True).first(), horizon()
    return first if first is None or sealed is None else max(first, sealed.sealed_before)


def _tell(ref: Ref, fields: Mapping[str, Any], *, at: datetime | None, as_of: datetime) -> None:
    """One more update of the record, valid from ``at``."""
    row: dict[str, Any] = {"external_id": ref.external_id, "updated_at": format_instant(at or as_of)}
    for name, value in fields.items():
        row[name] = format_instant(value) if isinstance(value, datetime) else value
    resource = BY_TYPE[RecordType(ref.type)].name
    _stored_or_refused(ingest(resource=resource, source=ref.source, rows=[row], channel=CHANNEL, as_of=as_of))


def _stored_or_refused(summary: Summary) -> None:
    if summary.errors:
        error = summary.errors[0]
        raise refused(error.field or "record", error.code, error.message)


def _note(ref: Ref, verb: str, by: Any, as_of: datetime, after: Mapping[str, Any]) -> None:
    record(
        actor=by,
        verb=f"record.{verb}",
        object_type="leads.record",
        object_id=ref.pk,
        after=dict(after),
        as_of=as_of,
    )
