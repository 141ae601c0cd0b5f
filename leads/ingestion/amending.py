"""A wrong value in the history of a record, made right in every update that said it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from leads.enums import RecordType
from leads.ingestion import staging
from leads.ingestion.project import project_current, project_history
from leads.ingestion.resources import BY_TYPE
from leads.models import RecordVersion, Ref

_encode = msgspec.json.Encoder(order="sorted", decimal_format="number").encode

LOCK = "SELECT FROM leads_ref WHERE id = %s FOR NO KEY UPDATE"
AMEND = """
UPDATE leads_recordversion SET fields = fields || jsonb_build_object(%(field)s, %(value)s::jsonb)
WHERE ref_id = %(ref)s AND valid_from = ANY (%(instants)s)
"""
REMEMBER = """
INSERT INTO leads_correction (ref_id, valid_from, field, value, at)
SELECT %(ref)s, instant, %(field)s, %(value)s::jsonb, %(as_of)s FROM unnest(%(instants)s) AS said (instant)
ON CONFLICT (ref_id, valid_from, field) DO UPDATE SET value = excluded.value, at = excluded.at
"""
TOUCH = """
INSERT INTO touched (ref_id, valid_from) SELECT ref_id, valid_from FROM leads_recordversion
WHERE ref_id = ANY (%s)
"""


def spell_of(ref: Ref, field: str, *, as_of: datetime) -> list[datetime]:
    """The instants of the updates that say what holds at ``as_of``, one after the other, oldest first."""
    said: list[tuple[datetime, Any]] = [
        (version.valid_from, version.fields[field])
        for version in RecordVersion.objects.filter(ref_id=ref.pk).order_by("valid_from")
        if field in version.fields and version.valid_from <= as_of
    ]
    spell: list[datetime] = []
    for at, value in reversed(said):
        if value != said[-1][1]:
            break
        spell.insert(0, at)
    return spell


def amend(ref: Ref, field: str, value: Any, instants: Sequence[datetime], *, as_of: datetime) -> None:
    """Make the field of these updates say ``value`` (canonical; references as ref ids), for good.

    All that follows is projected anew: columns, links, implied events, marks. In the caller's transaction.
    """
    parameters: dict[str, Any] = {
        "ref": ref.pk,
        "field": field,
        "value": _encode(value).decode(),
        "instants": list(instants),
        "as_of": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [ref.pk])
        cursor.execute(AMEND, parameters)
        cursor.execute(REMEMBER, parameters)
    project_again([ref], as_of=as_of)


def project_again(refs: Sequence[Ref], *, as_of: datetime) -> None:
    """What follows from the histories of these records of one type, after they were changed in place."""
    if not refs:
        return
    staging.prepare("touched")
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, [[ref.pk for ref in refs]])
    resource = BY_TYPE[RecordType(refs[0].type)]
    project_current(resource, as_of=as_of)
    project_history(resource, as_of=as_of)
