"""Events to lines of COPY's text format, column by column; columns that would be empty are left out."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any

import msgspec

from leads.enums import RecordType
from leads.ingestion.naming import Name
from leads.ingestion.read_events import NAMING, Event
from leads.ingestion.resources import EVENT_LINKS
from leads.ingestion.staging import NULL, escaped
from leads.values import folded

Columns = dict[str, Iterable[str]]

CALLS = frozenset(kind for kind, name in NAMING.items() if name == "call")

_encoder = msgspec.json.Encoder()


def columns_of(
    events: Sequence[Event], refs: Mapping[Name, int], bad_data: Mapping[str, bool], *, unescaped: bool
) -> Columns:
    """Column of the table → its texts; ``said`` is the data as it was sent, where something was added to it.

    ``bad_data``: of each folded rejection reason whether it means wrong data; ``unescaped`` as in ``Read``.
    """
    external_ids: Iterable[str] = [event.external_id for event in events]
    data, said = _data(events, bad_data)
    if not unescaped:
        external_ids = map(escaped, external_ids)
        data, said = (each and list(map(_escaped_json, each)) for each in (data, said))
    columns: Columns = {
        "external_id": external_ids,
        "kind": [event.kind for event in events],
        "occurred_at": [event.occurred_at for event in events],
        **_recorded(events),
        **_links(events, refs),
        **_calls(events, refs),
        "data": data,
    }
    return columns | {"said": said} if said else columns


def lines(columns: Columns) -> Iterable[str]:
    """The lines, in the order of the columns."""
    return map("\t".join, zip(*columns.values()))  # noqa: B905  constants may go on for ever


def constant(text: str) -> Iterable[str]:
    """A column that says the same of every event."""
    return repeat(escaped(text))


def numbers(values: Iterable[int | None]) -> Iterable[str]:
    """A column of whole numbers."""
    return [NULL if value is None else str(value) for value in values]


def _recorded(events: Sequence[Event]) -> Columns:
    said = [event.recorded_at or NULL for event in events]
    return {"recorded_at": said} if said.count(NULL) < len(said) else {}


def _links(events: Sequence[Event], refs: Mapping[Name, int]) -> Columns:
    columns: Columns = {}
    for name, type_ in EVENT_LINKS.items():
        named = list(map(attrgetter(name), events))
        ids = {each: str(refs[str(type_), each]) for each in {*named} - {None}}
        if ids:
            columns[f"{name}_id"] = [ids.get(each, NULL) for each in named]
    return columns


def _calls(events: Sequence[Event], refs: Mapping[Name, int]) -> Columns:
    if CALLS.isdisjoint({event.kind for event in events}):
        return {}
    calls = [event.data.get("call") if event.data and event.kind in CALLS else None for event in events]
    ids = [str(refs[RecordType.CALL.value, call]) if call else NULL for call in calls]
    return {"call_id": ids} if any(calls) else {}


def _data(events: Sequence[Event], bad_data: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """The data to store, and as it was said where that differs: a rejection gets its reason's flag."""
    every = [event.data or {} for event in events]
    rejected = [place for place, event in enumerate(events) if event.kind == "lead.rejected"]
    flags = {place: _flag(every[place], bad_data) for place in rejected}
    flagged = {place: flag for place, flag in flags.items() if flag is not None}
    said = [NULL] * len(events) if flagged else []
    for place, flag in flagged.items():
        said[place] = _encoder.encode(every[place]).decode()
        every[place] = {**every[place], "bad_data": flag}
    # JSON has no line breaks of its own.
    return _encoder.encode_lines(every).decode().split("\n")[:-1], said


def _flag(data: Mapping[str, Any], bad_data: Mapping[str, bool]) -> bool | None:
    if data.get("bad_data") is not None:
        return None
    reason = data.get("reason")
    return bad_data.get(folded(reason)) if isinstance(reason, str) else None


def _escaped_json(text: str) -> str:
    return text if text == NULL else text.replace("\\", "\\\\")
