"""One row of a file, texts under the file's columns, into one row of the API. Pure."""

import re
from collections.abc import Callable
from collections.abc import Mapping as Row
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.instants import format_instant
from leads.importing.mapping import TEMPLATE, Mapping
from leads.ingestion.resources import EVENTS, RECORDS

INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
FLAGS = {
    **dict.fromkeys(("true", "yes", "1", "oui", "vrai", "t", "y"), True),
    **dict.fromkeys(("false", "no", "0", "non", "faux", "f", "n"), False),
}

Convert = Callable[[str], Any]


class Conversion:
    """Brings rows of a file into our fields; what it cannot read it leaves for ingestion to refuse."""

    def __init__(self, resource: str, mapping: Mapping) -> None:
        self.mapping = mapping
        self.converts = _converts(resource, mapping)

    def row(self, theirs: Row[str, Any]) -> dict[str, Any]:
        """The row as the API takes it; an empty cell is null."""
        ours: dict[str, Any] = {}
        for name, column in (self.mapping.fields or {name: name for name in theirs}).items():
            _put(ours, name, self._value(name, _cell(theirs, column)))
        for name, constant in self.mapping.constants.items():
            _put(ours, name, _cell(theirs, constant) if _is_template(constant) else constant)
        return ours

    def _value(self, name: str, cell: Any) -> Any:
        if not isinstance(cell, str):
            return cell
        cell = cell.strip()
        renamed = self.mapping.values.get(name, {})
        if cell in renamed:
            return renamed[cell]
        if not cell:
            return None
        if convert := self.converts.get(name):
            return convert(cell)
        return _guess(cell) if name.startswith(("attributes.", "data.")) else cell


def _is_template(theirs: Any) -> bool:
    return isinstance(theirs, str) and TEMPLATE.search(theirs) is not None


def _cell(row: Row[str, Any], theirs: str) -> Any:
    """The column's cell, or the template filled in; null as soon as one of its cells is empty."""
    if not _is_template(theirs):
        return row.get(theirs)
    cells = {column: row.get(column) for column in TEMPLATE.findall(theirs)}
    if any(cell is None or cell == "" for cell in cells.values()):
        return None
    return TEMPLATE.sub(lambda match: str(cells[match[1]]), theirs)


def _put(row: dict[str, Any], name: str, value: Any) -> None:
    outer, dot, inner = name.partition(".")
    if not dot or outer not in ("attributes", "data"):
        row[name] = value
    elif value is not None or outer == "attributes":
        row.setdefault(outer, {})[inner] = value


def _converts(resource: str, mapping: Mapping) -> dict[str, Convert]:
    instant = _instants(mapping)
    if resource == EVENTS:
        return {"occurred_at": instant, "recorded_at": instant}
    by_cast: dict[str, Convert] = {
        "timestamptz": instant,
        "integer": _integer,
        "bigint": _integer,
        "boolean": _flag,
        "text[]": lambda cell: [part.strip() for part in cell.split(mapping.list_separator) if part.strip()],
    }
    fields = RECORDS[resource].fields.values()
    typed = {field.name: by_cast[field.cast] for field in fields if field.cast in by_cast and not field.link}
    return {**typed, "updated_at": instant}


def _integer(cell: str) -> Any:
    return int(cell) if INTEGER.fullmatch(cell) else cell


def _flag(cell: str) -> Any:
    return FLAGS.get(cell.lower(), cell)


def _guess(cell: str) -> Any:
    """Free fields: what is plainly a number is one, so that conditions can compare it; 007 stays a text."""
    if INTEGER.fullmatch(cell):
        return int(cell)
    if NUMBER.fullmatch(cell):
        return float(cell)
    return {"true": True, "false": False}.get(cell.lower(), cell)


def _instants(mapping: Mapping) -> Convert:
    def convert(cell: str) -> str:
        local = _local(cell, mapping.dates)
        if local is None:
            return cell
        if local.tzinfo is None:
            if mapping.timezone is None:
                return cell
            local = _placed(local, mapping.timezone)
        try:
            return format_instant(local)
        except OverflowError:
            return cell

    return convert


def _local(cell: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(cell, form)  # noqa: DTZ007 - the map's zone follows
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return None


def _placed(local: datetime, zone: ZoneInfo) -> datetime:
    """A wall clock's time in its zone: of two the first; where clocks went forward, that much later."""
    return local.replace(tzinfo=zone).astimezone(UTC)
