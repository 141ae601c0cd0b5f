"""The map of an import: which of our fields comes from which column, and how values are written there.

    fields: {external_id: "{mql_id}-won", closed_at: won_date}   # ours: theirs, or a template of columns
    constants: {outcome: won}
    values: {origin: {other_publicities: other}}                 # ours: {theirs: ours}
    timezone: America/Sao_Paulo                                  # for instants without an offset, and dates
    dates: ["%d/%m/%Y"]                                          # strptime formats beside ISO 8601
    list_separator: ";"

Our fields are those of CONTRACT §4, and ``attributes.x`` or ``data.x``.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leads.ingestion.resources import EVENT_LINKS, EVENTS, RECORDS

TEMPLATE = re.compile(r"\{([^{}]+)\}")
KEYS = ("fields", "constants", "values", "timezone", "dates", "list_separator")
FREE = ("attributes.", "data.")


class MapError(ValueError):
    """The map cannot be used; the message names the key and the fix."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A read map; without ``fields`` every column is taken under its own name."""

    fields: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    timezone: ZoneInfo | None = None
    dates: tuple[str, ...] = ()
    list_separator: str = ";"

    def check_columns(self, columns: Collection[str]) -> None:
        """Refuses a map that asks for columns which the file does not have."""
        for ours, theirs in self.fields.items():
            for column in columns_of(theirs):
                if column not in columns:
                    raise MapError(f"fields.{ours}: there is no column {_named(column, columns)}")


def columns_of(theirs: str) -> list[str]:
    """The columns that a mapping's right-hand side reads: one, or those of its template."""
    return TEMPLATE.findall(theirs) or [theirs]


def our_fields(resource: str) -> list[str]:
    """The names that a map of this resource may use, beside the free ones."""
    if resource == EVENTS:
        return ["external_id", "kind", "occurred_at", "recorded_at", *EVENT_LINKS]
    return ["external_id", *RECORDS[resource].fields, "updated_at"]


def read_map(text: str, resource: str) -> Mapping:
    """The map; raises MapError with the key and the fix."""
    return map_of(_parse(text), resource)


def map_of(read: dict[str, Any], resource: str) -> Mapping:
    """The same of a map that is an object already."""
    _refuse_others("", read, KEYS)
    known = our_fields(resource)
    for key in ("fields", "constants", "values"):
        _refuse_others(f"{key}.", _object(read, key), known)
    return Mapping(
        fields={ours: _word(f"fields.{ours}", theirs) for ours, theirs in _object(read, "fields").items()},
        constants={ours: _plain(value) for ours, value in _object(read, "constants").items()},
        values={ours: _pairs(ours, pairs) for ours, pairs in _object(read, "values").items()},
        timezone=_zone(read.get("timezone")),
        dates=tuple(_format(each) for each in _list(read.get("dates"))),
        list_separator=_word("list_separator", read.get("list_separator", ";")),
    )


def _parse(text: str) -> dict[str, Any]:
    try:
        read = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise MapError(f"{place}{getattr(error, 'problem', None) or error}") from None
    if not isinstance(read, dict):
        raise MapError(f"must be an object with any of {', '.join(KEYS)}")
    return read


def _object(read: dict[str, Any], key: str) -> dict[str, Any]:
    value = read.get(key) or {}
    if not isinstance(value, dict):
        raise MapError(f"{key}: must be an object of our fields")
    return {str(name): inner for name, inner in value.items()}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _refuse_others(prefix: str, given: Iterable[str], known: Collection[str]) -> None:
    for name in given:
        free = prefix and any(name.startswith(start) and len(name) > len(start) for start in FREE)
        if name not in known and not free:
            raise MapError(f"{prefix}{name}: there is no field {_named(name, known)}")


def _named(name: str, known: Collection[str]) -> str:
    near = get_close_matches(str(name), known, n=1)
    guess = f"; did you mean {near[0]!r}? " if near else "; "
    return f"{name!r}{guess}There are: {', '.join(known)}"


def _word(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise MapError(f"{key}: must be a text in quotes")
    return value


def _plain(value: Any) -> Any:
    """YAML's own dates as the texts that they were."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _pairs(ours: str, pairs: Any) -> dict[str, Any]:
    if not isinstance(pairs, dict):
        raise MapError(f"values.{ours}: must be an object {{theirs: ours}}")
    return {str(theirs): _plain(value) for theirs, value in pairs.items()}


def _zone(name: Any) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        raise MapError(f"timezone: {name!r} is unknown; write one like Europe/Paris") from None


def _format(value: Any) -> str:
    if not isinstance(value, str) or "%" not in value:
        raise MapError(f"dates: {value!r} is no format; write one like %d/%m/%Y")
    return value
