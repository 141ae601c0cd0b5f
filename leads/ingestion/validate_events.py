"""Objects to events that may be stored, every error of a row at once. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from core.instants import format_instant
from leads.event_kinds import RETRACTED, near_matches
from leads.ingestion import checks
from leads.ingestion.checks import Refused
from leads.ingestion.decode import Row
from leads.ingestion.resources import EVENT_LINKS
from leads.ingestion.summary import RowError
from leads.ingestion.validate_records import SEND_ID, shown_id

Problem = tuple[str | None, str, str]

_encode = msgspec.json.encode
_text = checks.text()
NOTHING = b"{}"

CHECKS: Mapping[str, checks.Check] = {
    "external_id": _text,
    "kind": checks.text(64),
    "occurred_at": checks.instant,
    "recorded_at": checks.instant,
    **dict.fromkeys(EVENT_LINKS, _text),
}
KNOWN = {*CHECKS, "data"}
MISSING = {
    "external_id": SEND_ID,
    "kind": "is missing; say what happened, such as call.made",
    "occurred_at": "is missing; say when it happened, such as 2026-03-31T09:00:00Z",
}


class EventRow(NamedTuple):
    """One event: ``links`` in the order of EVENT_LINKS, ``data`` as JSON, ``content`` tells repetition from conflict.

    ``call`` and ``owner`` are what ``data`` names: an inbound call, the new owner of a lead.
    """

    index: int
    external_id: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime | None
    links: tuple[str | None, ...]
    call: str | None
    owner: str | None
    target: str | None
    data: bytes
    content: bytes


def validate_events(
    rows: Iterable[tuple[int, Row]], *, kinds: Collection[str], bad_data: Mapping[str, bool]
) -> tuple[list[EventRow], list[RowError]]:
    """The events that may be stored, and the errors of the others.

    ``kinds`` are the known kinds, ``bad_data`` tells of each rejection reason whether it means wrong data.
    """
    good: list[EventRow] = []
    errors: list[RowError] = []
    for index, row in rows:
        problems: list[Problem] = []
        values = _values(row, kinds, problems)
        data = _data(row, values.get("kind"), problems)
        if problems:
            known_id = shown_id(row)
            errors += [RowError(index, known_id, *problem) for problem in problems]
        else:
            good.append(_event(index, values, data, bad_data))
    return good, errors


def _values(row: Row, kinds: Collection[str], problems: list[Problem]) -> dict[str, Any]:
    """Every field but data, canonical; what is empty is left out."""
    values: dict[str, Any] = {}
    for name, check in CHECKS.items():
        value = row.get(name)
        if value is None or value == "":
            if name in MISSING:
                problems.append((name, "required", MISSING[name]))
            continue
        try:
            values[name] = check(value)
        except Refused as refused:
            problems.append((name, refused.code, str(refused)))
    kind = values.get("kind")
    if kind is not None and kind not in kinds:
        problems.append(("kind", "unknown_kind", _unknown(kind, kinds)))
    return values


def _unknown(kind: str, kinds: Collection[str]) -> str:
    near = near_matches(kind, kinds)
    guess = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{kind!r} is not a known kind of event; {guess}An administrator can add kinds."


def _data(row: Row, kind: str | None, problems: list[Problem]) -> dict[str, Any]:
    """The event's data; unknown fields of the row are its attributes."""
    data = row.get("data")
    if data is None:
        data = {}
    if type(data) is not dict:
        problems.append(("data", "wrong_type", 'must be an object such as {"channel": "form"}'))
        return {}
    unknown = row.keys() - KNOWN
    if unknown:
        own = data.get("attributes")
        more = {name: row[name] for name in unknown if row[name] is not None}
        data = {**data, "attributes": {**own, **more} if isinstance(own, dict) else more}
    for name in _NAMING.get(kind or "", ()):
        _check_named(name, data, kind, problems)
    try:
        checks.freeze(data)
    except Refused as refused:
        problems.append(("data", refused.code, str(refused)))
    return data


#: Kinds whose data names something that the engine follows.
_NAMING: Mapping[str, tuple[str, ...]] = {
    RETRACTED: ("event",),
    "lead.assigned": ("owner",),
    "call.received": ("call",),
    "call.answered": ("call",),
    "call.abandoned": ("call",),
    "call.made": ("call",),
}


def _check_named(name: str, data: dict[str, Any], kind: str | None, problems: list[Problem]) -> None:
    value = data.get(name)
    if value is None or value == "":
        if kind == RETRACTED:
            problems.append(
                ("data.event", "required", "is missing; name the external_id of the event to withdraw")
            )
        return
    try:
        _text(value)
    except Refused as refused:
        problems.append((f"data.{name}", refused.code, str(refused)))


def _with_flag(data: dict[str, Any], frozen: bytes, bad_data: Mapping[str, bool]) -> bytes:
    """The data of a rejection, with its reason's flag unless the row says it."""
    reason = data.get("reason")
    if data.get("bad_data") is not None or not isinstance(reason, str) or reason not in bad_data:
        return frozen
    return checks.freeze({**data, "bad_data": bad_data[reason]})


def _event(
    index: int, values: dict[str, Any], data: dict[str, Any], bad_data: Mapping[str, bool]
) -> EventRow:
    kind, recorded_at = values["kind"], values.get("recorded_at")
    links = tuple(map(values.get, EVENT_LINKS))
    frozen = checks.freeze(data) if data else NOTHING
    said = [
        kind,
        format_instant(values["occurred_at"]),
        recorded_at and format_instant(recorded_at),
        links,
        msgspec.Raw(frozen),
    ]
    content = blake2b(_encode(said), digest_size=16).digest()
    if kind == "lead.rejected":
        frozen = _with_flag(data, frozen, bad_data)
    named = dict.fromkeys(("call", "owner", "event"))
    if data:
        named |= {name: data.get(name) or None for name in _NAMING.get(kind, ())}
    return EventRow(
        index,
        values["external_id"],
        kind,
        values["occurred_at"],
        recorded_at,
        links,
        named["call"],
        named["owner"],
        named["event"],
        frozen,
        content,
    )
