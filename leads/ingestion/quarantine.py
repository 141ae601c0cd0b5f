"""What was received, and the refused rows with their reasons, readable until purged."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from core.heartbeats import beat
from leads.ingestion.decode import UNREADABLE, Row
from leads.ingestion.erased import Name, erased_names
from leads.ingestion.summary import RowError, Summary
from leads.models import Batch, QuarantinedRow
from leads.sources import BY_HAND

KEPT_FOR = timedelta(days=30)
RAW_LIMIT = 64 * 1024  # a larger row is shown by its beginning
EARLY = "required"  # the code of a row that lacks what the first row of its record must have
EXTERNAL_ID_LENGTH, FIELD_LENGTH = 255, 100


def keep(
    summary: Summary,
    rows: Sequence[bytes | Row],
    *,
    resource: str,
    source: str,
    channel: str,
    as_of: datetime,
) -> None:
    """Note the delivery, its refused rows, and that the feed is alive."""
    counts = {
        name: getattr(summary, name) for name in ("received", "created", "updated", "unchanged", "rejected")
    }
    batch = Batch.objects.create(
        source=source, resource=resource, channel=channel, received_at=as_of, **counts
    )
    by_row: dict[int, list[RowError]] = defaultdict(list)
    for error in summary.errors:
        by_row[error.index].append(error)
    refused = sorted(by_row.items())
    erased = _about_the_erased(source, resource, [rows[index] for index, _ in refused]) if refused else ()
    # All in one statement: its number must not depend on the number of rows.
    QuarantinedRow.objects.bulk_create(
        [
            _refused(batch, errors, {} if place in erased else rows[index], as_of, nameless=place in erased)
            for place, (index, errors) in enumerate(refused)
        ]
    )
    if channel not in BY_HAND:
        beat(f"feed:{source}:{resource}", at=as_of, detail=counts)


def take_early(resource: str, source: str, arrived: Sequence[str]) -> list[Row]:
    """The updates of these records that were refused because they came first; they leave quarantine.

    Only those with an instant of their own: without one, an update would now come out as the latest.
    """
    early = QuarantinedRow.objects.filter(
        code=EARLY, external_id__in=arrived, batch__source=source, batch__resource=resource
    )
    rows = {row.pk: row.raw for row in early if isinstance(row.raw, dict) and row.raw.get("updated_at")}
    QuarantinedRow.objects.filter(pk__in=rows).delete()
    return list(rows.values())


def purge(*, as_of: datetime) -> int:
    """Delete the refused rows whose time is over; how many."""
    return QuarantinedRow.objects.filter(purge_at__lte=as_of).delete()[0]


def _about_the_erased(source: str, resource: str, rows: Iterable[bytes | Row]) -> frozenset[int]:
    """The places of rows about somebody whose personal data was erased: of these only the reason is kept."""
    own = resource.removesuffix("s")
    said: list[tuple[int, Name]] = []
    for place, row in enumerate(rows):
        raw = _raw(row)
        for type_ in ("contact", "lead") if isinstance(raw, dict) else ():
            name = raw.get("external_id" if type_ == own else type_)
            if isinstance(name, str):
                said.append((place, (type_, name)))
    erased = erased_names(source, {name for _, name in said}) if said else {}
    return frozenset(place for place, name in said if name in erased)


def _refused(
    batch: Batch, errors: list[RowError], row: bytes | Row, as_of: datetime, *, nameless: bool
) -> QuarantinedRow:
    """A row with several errors is kept under its first, with the messages of all."""
    first = errors[0]
    return QuarantinedRow(
        batch=batch,
        index=first.index,
        external_id=None if nameless else _storable(first.external_id, EXTERNAL_ID_LENGTH),
        field=_storable(first.field, FIELD_LENGTH),
        code=first.code,
        message=_storable(_messages(errors), RAW_LIMIT) or "",
        raw=_raw(row),
        purge_at=as_of + KEPT_FOR,
    )


def _messages(errors: list[RowError]) -> str:
    return "; ".join(f"{error.field or 'row'}: {error.message}" for error in errors)


def _raw(row: bytes | Row) -> Any:
    """The row as received; as a text where the database cannot hold it as JSON."""
    try:
        encoded = bytes(row) if isinstance(row, bytes | msgspec.Raw) else msgspec.json.encode(row)
        if b"\\u0000" not in encoded and len(encoded) <= RAW_LIMIT:
            return msgspec.json.decode(encoded)
    except UNREADABLE:
        pass  # shown as it came, below
    shown = (
        bytes(row) if isinstance(row, bytes | msgspec.Raw) else repr(row).encode("utf-8", "backslashreplace")
    )
    return _storable(shown[:RAW_LIMIT].decode("utf-8", "backslashreplace"), RAW_LIMIT)


def _storable(text: str | None, longest: int) -> str | None:
    return None if text is None else text.replace("\x00", "\\0")[:longest]
