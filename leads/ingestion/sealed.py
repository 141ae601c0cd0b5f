"""What is dated behind the sealed horizon is not taken in, unless it is known already (docs/adr/0015)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from leads.event_kinds import RETRACTED
from leads.ingestion import checks
from leads.ingestion.read_events import Event, Indexed
from leads.ingestion.state import each_field
from leads.ingestion.summary import RowError
from leads.ingestion.validate_records import RecordRow
from leads.sealing import SEALED_BEFORE, horizon

CODE = "sealed"
KNOWN = """
SELECT external_id, occurred_at < %s FROM leads_event WHERE source = %s AND external_id = ANY (%s)
"""

#: Updates of known records behind the horizon; those that say only what was known of their instant are no
#: news. The first value of a field holds before itself only where the record's earliest update says it.
BEHIND = f"""
WITH behind AS (
    SELECT staged.ref_id, staged.valid_from, staged.fields FROM staged_version staged
    WHERE EXISTS (SELECT FROM leads_ref ref WHERE ref.id = staged.ref_id AND NOT ref.placeholder OFFSET 0)
    AND staged.probe IS NULL AND staged.valid_from < {SEALED_BEFORE}
), removed AS (
    DELETE FROM staged_version staged USING behind
    WHERE staged.ref_id = behind.ref_id AND staged.valid_from = behind.valid_from AND staged.probe IS NULL
)
SELECT behind.ref_id, (extract(epoch FROM behind.valid_from) * 1000000)::bigint, bool_or(
    said.key IS NOT NULL AND coalesce(before.value, earliest.value, 'null') <> said.value)
FROM behind LEFT JOIN LATERAL {each_field("behind.fields")} said ON true
LEFT JOIN LATERAL (
    SELECT known.value FROM leads_recordversion version
    CROSS JOIN LATERAL {each_field("version.fields")} known
    WHERE version.ref_id = behind.ref_id AND version.valid_from <= behind.valid_from
    AND known.extra = said.extra AND known.key = said.key ORDER BY version.valid_from DESC LIMIT 1
) before ON true
LEFT JOIN LATERAL (
    SELECT known.value FROM (
        SELECT fields, valid_from FROM leads_recordversion WHERE ref_id = behind.ref_id
        ORDER BY valid_from LIMIT 1
    ) version CROSS JOIN LATERAL {each_field("version.fields")} known
    WHERE version.valid_from > behind.valid_from AND known.extra = said.extra AND known.key = said.key
) earliest ON true
GROUP BY 1, 2
"""


def refuse_events(source: str, staged: Mapping[str, Indexed]) -> list[RowError]:
    """Errors of the events (by external id) that are not stored yet and dated before the horizon, and of
    withdrawals of such as are. One statement more where there are any, none but the look at the horizon else.
    """
    sealed = horizon()
    if sealed is None:
        return []
    before = sealed.sealed_before
    early = {key for key, (_index, event) in staged.items() if _is_before(event.occurred_at, before)}
    targets = {key: _withdrawn(event) for key, (_index, event) in staged.items() if event.kind == RETRACTED}
    if not early and not targets:
        return []
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [before, source, [*early, *targets, *targets.values()]])
        known = dict(cursor.fetchall())
    errors = [_error(staged[key], "occurred_at", _dated(before)) for key in early - known.keys()]
    for key, target in targets.items():
        if key not in known and key not in early and known.get(target):
            errors.append(_error(staged[key], "data.event", _withdrawing(before)))
    return errors


def refuse_updates() -> set[tuple[int, int]]:
    """Takes updates of known records behind the horizon out of ``staged_version``; those that would have
    changed something, (record, microseconds), are errors."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND)
        return {(ref, micros) for ref, micros, news in cursor.fetchall() if news}


def errors_of_updates(rows: Iterable[RecordRow]) -> list[RowError]:
    """The errors of the rows of such updates."""
    sealed = horizon()
    message = _dated(sealed.sealed_before) if sealed else ""
    return [RowError(row.index, row.external_id, "updated_at", CODE, message) for row in rows]


def _is_before(said: str, before: datetime) -> bool:
    """Most are told by the day they say, whatever their offset."""
    if said[:10] > (before + timedelta(days=1)).date().isoformat():
        return False
    return checks.instant(said) < before


def _withdrawn(event: Event) -> str:
    return str((event.data or {}).get("event", ""))


def _error(indexed: Indexed, field: str, message: str) -> RowError:
    index, event = indexed
    return RowError(index, event.external_id, field, CODE, message)


def _dated(before: datetime) -> str:
    return _("lies before %(day)s: what happened until then is sealed and changes no more") % {
        "day": f"{before:%Y-%m-%d}"
    }


def _withdrawing(before: datetime) -> str:
    return _("names an event before %(day)s, which is sealed and cannot be withdrawn any more") % {
        "day": f"{before:%Y-%m-%d}"
    }
