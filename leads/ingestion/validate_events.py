"""A closer look at rows in an unusual spelling: to events, or to every error of a row. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from leads.event_kinds import RETRACTED, near_matches
from leads.ingestion import checks
from leads.ingestion.checks import Refused
from leads.ingestion.decode import Row
from leads.ingestion.read_events import NAMING, Event, Indexed
from leads.ingestion.resources import EVENT_LINKS
from leads.ingestion.summary import RowError
from leads.ingestion.validate_records import SEND_ID, shown_id

Problem = tuple[str | None, str, str]

_text = checks.text()

CHECKS: Mapping[str, checks.Check] = {
    "external_id": _text,
    "kind": checks.text(64),
    "occurred_at": checks.instant_text,
    "recorded_at": checks.instant_text,
    **dict.fromkeys(EVENT_LINKS, _text),
}
KNOWN = {*CHECKS, "data"}
MISSING = {
    "external_id": SEND_ID,
    "kind": "is missing; say what happened, such as call.made",
    "occurred_at": "is missing; say when it happened, such as 2026-03-31T09:00:00Z",
}


def validate_events(
    rows: Iterable[tuple[int, Row]], *, kinds: Collection[str]
) -> tuple[list[Indexed], list[RowError]]:
    """The events that may be stored, and the errors of the others."""
    good: list[Indexed] = []
    errors: list[RowError] = []
    for index, row in rows:
        problems: list[Problem] = []
        values = _values(row, kinds, problems)
        data = _data(row, values.get("kind"), problems)
        if problems:
            known_id = shown_id(row)
            errors += [RowError(index, known_id, *problem) for problem in problems]
        else:
            good.append((index, Event(**values, data=data)))
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
        more = {name: row[name] for name in sorted(unknown) if row[name] is not None}
        data = {**data, "attributes": {**own, **more} if isinstance(own, dict) else more}
    if kind is not None and kind in NAMING:
        _check_named(NAMING[kind], data, kind, problems)
    try:
        checks.freeze(data)
    except Refused as refused:
        problems.append(("data", refused.code, str(refused)))
    return data


def _check_named(name: str, data: dict[str, Any], kind: str, problems: list[Problem]) -> None:
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
