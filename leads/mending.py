"""Refused rows that a person mends and sends again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit
from leads.ingestion.replaying import replay
from leads.models import QuarantinedRow

#: Rows that one click sends again: what is answered within a request.
MOST = 5_000


class UnreadableRowError(ValueError):
    """What was written is no JSON object; the message says where it goes wrong."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How many rows were stored, and how many were refused once more."""

    stored: int
    refused: int


def row_of(text: str) -> dict[str, Any]:
    """The row that somebody wrote. Raises UnreadableRowError."""
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableRowError(f"is not valid JSON: {error}") from None
    if not isinstance(row, dict):
        raise UnreadableRowError('must be an object such as {"external_id": "…"}')
    return row


@transaction.atomic
def mend(row: QuarantinedRow, *, raw: dict[str, Any], by: Any, as_of: datetime) -> QuarantinedRow | None:
    """Send one row again as it was mended; None once it is stored, else the row that was refused anew.

    Of the mended row the audit row names the fields, never their values: they may be somebody's data.
    """
    locked = QuarantinedRow.objects.select_for_update(of=("self",)).select_related("batch").get(pk=row.pk)
    before = locked.raw if isinstance(locked.raw, dict) else {}
    fields = sorted(name for name in before.keys() | raw.keys() if before.get(name) != raw.get(name))
    newest = QuarantinedRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    locked.raw = raw
    summary = replay([locked], as_of=as_of)[0]
    _note("quarantine.mend", locked.external_id, {"fields": fields, "rejected": summary.rejected}, by, as_of)
    if not summary.rejected:
        return None
    same = QuarantinedRow.objects.filter(pk__gt=newest, batch__source=locked.batch.source)
    return same.filter(batch__resource=locked.batch.resource).order_by("-pk").first()


@transaction.atomic
def send_again(rows: Iterable[QuarantinedRow], *, by: Any, as_of: datetime) -> Sent:
    """Send these rows again as they are, because what was missing is there now; MOST of them at once."""
    summaries = replay(rows, as_of=as_of)
    refused = sum(summary.rejected for summary in summaries)
    stored = sum(summary.received for summary in summaries) - refused
    _note("quarantine.replay", "", {"stored": stored, "refused": refused}, by, as_of)
    return Sent(stored, refused)


def _note(verb: str, name: str | None, after: dict[str, Any], by: Any, as_of: datetime) -> None:
    audit.record(
        actor=by, verb=verb, object_type="quarantined_row", object_id=name or "", after=after, as_of=as_of
    )
