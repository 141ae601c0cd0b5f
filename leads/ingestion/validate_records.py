"""Objects to rows of a record that may be stored, every error of a row at once. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from core.instants import format_instant
from leads.ingestion import checks
from leads.ingestion.checks import Refused
from leads.ingestion.decode import Row
from leads.ingestion.resources import Resource
from leads.ingestion.summary import RowError

SEND_ID = 'is missing; give every row the id that it has in its source, such as "external_id": "123"'
NULL_IS_MISSING = "is required: it may be left out of an update, but it cannot be cleared"

_external_id = checks.text()


@dataclass(slots=True)
class RecordRow:
    """One update of a record, links still as external ids; ``at`` is None without updated_at."""

    index: int
    external_id: str
    at: datetime | None
    fields: dict[str, Any]


def validate_records(
    resource: Resource, rows: Iterable[tuple[int, Row]]
) -> tuple[list[RecordRow], list[RowError]]:
    """The rows that may be stored, and the errors of the others."""
    good: list[RecordRow] = []
    errors: list[RowError] = []
    for index, row in rows:
        reading = _Reading(resource, row)
        read = reading.record(index)
        if reading.problems:
            known_id = shown_id(row)
            errors += [RowError(index, known_id, *problem) for problem in reading.problems]
        else:
            good.append(read)
    return good, errors


def shown_id(row: Row) -> str | None:
    """The row's external id where it has a usable one, to name it in an error."""
    value = row.get("external_id")
    return value[:255] if isinstance(value, str) and value else None


class _Reading:
    """One row while it is read; collects its problems as (field, code, message)."""

    def __init__(self, resource: Resource, row: Row) -> None:
        self.resource = resource
        self.row = row
        self.problems: list[tuple[str | None, str, str]] = []

    def record(self, index: int) -> RecordRow:
        external_id = self._value("external_id", _external_id)
        if external_id is None and not self.problems:
            self.problems.append(("external_id", "required", SEND_ID))
        at = self._value("updated_at", checks.instant)
        return RecordRow(index, external_id or "", at, self._fields())

    def _fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        unknown: dict[str, Any] = {}
        for name, value in self.row.items():
            field = self.resource.fields.get(name)
            if field is not None:
                fields[name] = _canonical(self._value(name, field.check))
                if fields[name] is None and field.required:
                    self.problems.append((name, "required", NULL_IS_MISSING))
            elif name == "attributes":
                unknown |= self._given_attributes(value)
            elif name not in ("external_id", "updated_at"):
                unknown[name] = value
        if unknown:
            fields["attributes"] = self._attributes(unknown)
        return fields

    def _given_attributes(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict | None):
            self.problems.append(
                ("attributes", "wrong_type", 'must be an object such as {"region": "north"}')
            )
        return value if isinstance(value, dict) else {}

    def _value(self, name: str, check: checks.Check) -> Any:
        """The canonical value; an empty text is none, as in a CRM's export."""
        value = self.row.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return check(value)
        except Refused as refused:
            self.problems.append((name, refused.code, str(refused)))
            return "refused"

    def _attributes(self, unknown: dict[str, Any]) -> msgspec.Raw | None:
        try:
            return msgspec.Raw(checks.freeze(unknown))
        except Refused as refused:
            named = next(iter(unknown)) if len(unknown) == 1 else "attributes"
            self.problems.append((named, refused.code, str(refused)))
            return None


def _canonical(value: Any) -> Any:
    return format_instant(value) if type(value) is datetime else value
