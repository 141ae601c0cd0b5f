"""Rows to events, most of them in one typed pass over their bytes; the rest needs a closer look. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import msgspec

from leads.event_kinds import RETRACTED
from leads.ingestion import checks
from leads.ingestion.checks import Refused
from leads.ingestion.decode import UNREADABLE, Row

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class Event(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One event in its usual spelling: nothing unknown, nothing empty, instants as texts."""

    external_id: Text
    kind: Text
    occurred_at: Text
    recorded_at: Text | None = None
    account: Text | None = None
    contact: Text | None = None
    lead: Text | None = None
    deal: Text | None = None
    campaign: Text | None = None
    content: Text | None = None
    actor: Text | None = None
    data: dict[str, Any] | None = None


#: Kinds whose data names something that the engine follows, and by which key.
NAMING: Mapping[str, str] = {
    RETRACTED: "event",
    "lead.assigned": "owner",
    "call.received": "call",
    "call.answered": "call",
    "call.abandoned": "call",
    "call.made": "call",
}

Indexed = tuple[int, Event]

_every = msgspec.json.Decoder(list[Event])
_one = msgspec.json.Decoder(Event)


@dataclass(slots=True)
class Read:
    """``good`` events with the indexes of their rows, and the indexes of the rows that need a closer look.

    ``unescaped``: no text of these rows contains a character that JSON or COPY would have to escape.
    """

    good: list[Indexed] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)
    unescaped: bool = False


def read_quickly(rows: Sequence[bytes | Row], kinds: Collection[str]) -> Read:
    """Tell the events that are plainly good from the rest."""
    texts = [row if isinstance(row, bytes | msgspec.Raw) else _text(row) for row in rows]
    joined = b",".join(texts)
    read = Read(unescaped=b"\\" not in joined)
    if b"\\u0000" in joined:
        read.doubtful = list(range(len(rows)))
        return read
    for index, event in enumerate(_typed(texts, joined)):
        if event is not None and _is_plain(event, kinds):
            read.good.append((index, event))
        else:
            read.doubtful.append(index)
    return read


def _typed(texts: list[bytes], joined: bytes) -> Iterable[Event | None]:
    try:
        events: list[Event] = _every.decode(b"[" + joined + b"]")
    except UNREADABLE:
        return map(_try, texts)
    # A row that is several values in a row, or none, would shift all that follow.
    return events if len(events) == len(texts) else map(_try, texts)


def _try(text: bytes) -> Event | None:
    try:
        return _one.decode(text)
    except UNREADABLE:
        return None


def _text(row: Any) -> bytes:
    try:
        return msgspec.json.encode(row)
    except (TypeError, ValueError, RecursionError):
        return b"null"  # no JSON: the closer look says so


def _is_plain(event: Event, kinds: Collection[str]) -> bool:
    """Whether nothing can be wrong with the event."""
    if event.kind not in kinds or not checks.is_plain_instant(event.occurred_at):
        return False
    if event.recorded_at is not None and not checks.is_plain_instant(event.recorded_at):
        return False
    if event.kind in NAMING:
        return _names_plainly(NAMING[event.kind], event.data or {}, needed=event.kind == RETRACTED)
    return event.data is None or _is_flat(event.data)


def _names_plainly(name: str, data: dict[str, Any], *, needed: bool) -> bool:
    named = data.get(name)
    if named is None:
        return not needed and _is_flat(data)
    return isinstance(named, str) and 0 < len(named) <= 255 and _is_flat(data)


def _is_flat(data: dict[str, Any]) -> bool:
    """Whether the data is nested no deeper than it may be; hardly ever more than a list deep."""
    for value in data.values():
        if type(value) is dict or type(value) is list:
            return _is_shallow(data)
    return True


def _is_shallow(data: dict[str, Any]) -> bool:
    try:
        checks.freeze(data)
    except Refused:
        return False
    return True
