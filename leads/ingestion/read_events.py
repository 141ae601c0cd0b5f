"""Rows to events, most of them in one typed pass over their bytes; the rest needs a closer look. Pure."""

import hashlib
import struct
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

TEXTS = (bytes, msgspec.Raw)
NO_TEXT = b"null"  # of a row that is no JSON

_every = msgspec.json.Decoder(list[Event])
_one = msgspec.json.Decoder(Event)


@dataclass(slots=True)
class Read:
    """``good`` events with the indexes of their rows, and the indexes of the rows that need a closer look.

    ``unescaped``: no text of these rows contains a character that JSON or COPY would have to escape.
    ``fingerprints``: of every row, by its index.
    """

    good: list[Indexed] = field(default_factory=list)
    doubtful: Sequence[int] = ()
    unescaped: bool = False
    fingerprints: Sequence[int | None] = ()


def read_quickly(rows: Sequence[bytes | Row], kinds: Collection[str]) -> Read:
    """Tell the events that are plainly good from the rest."""
    texts = [row if isinstance(row, TEXTS) else _text(row) for row in rows]
    joined = b",".join(texts)
    read = Read(unescaped=b"\\" not in joined, fingerprints=fingerprints(texts))
    if b"\\u0000" in joined:
        read.doubtful = range(len(rows))
        return read
    events = _typed(texts, joined)
    # Each event and its data have a brace; of rows that are none nobody knows how many.
    is_flat = None not in events and b"[" not in joined
    is_flat = is_flat and joined.count(b"{") <= len(texts) + _with_data(events)
    if _all_plain(events, kinds, is_flat=is_flat):
        read.good = list(enumerate(events))  # type: ignore[arg-type]
        return read
    good = [event is not None and _all_plain([event], kinds, is_flat=is_flat) for event in events]
    read.good = [(index, event) for index, event in enumerate(events) if good[index]]  # type: ignore[misc]
    read.doubtful = [index for index, plain in enumerate(good) if not plain]
    return read


def fingerprints(texts: Collection[bytes]) -> tuple[int | None, ...]:
    """64 bits of each text, by which the same one is recognised later; none of a row that has no text."""
    digests = [hashlib.blake2b(text, digest_size=8).digest() for text in texts]
    prints: tuple[int, ...] = struct.unpack(f">{len(digests)}q", b"".join(digests))
    if NO_TEXT in texts:
        return tuple(None if text == NO_TEXT else each for text, each in zip(texts, prints, strict=True))
    return prints


def _typed(texts: list[bytes], joined: bytes) -> Sequence[Event | None]:
    try:
        events: list[Event] = _every.decode(b"[" + joined + b"]")
    except UNREADABLE:
        return [_try(text) for text in texts]
    # A row that is several values in a row, or none, would shift all that follow.
    return events if len(events) == len(texts) else [_try(text) for text in texts]


def _try(text: bytes) -> Event | None:
    try:
        return _one.decode(text)
    except UNREADABLE:
        return None


def _text(row: Any) -> bytes:
    try:
        return msgspec.json.encode(row)
    except (TypeError, ValueError, RecursionError):
        return NO_TEXT  # the closer look says so


def _with_data(events: Iterable[Event | None]) -> int:
    return sum(event is not None and event.data is not None for event in events)


def _all_plain(events: Sequence[Event | None], kinds: Collection[str], *, is_flat: bool) -> bool:
    """Whether nothing can be wrong with any of the events; ``is_flat``: no data is nested."""
    if None in events:
        return False
    every: Sequence[Event] = events  # type: ignore[assignment]
    named = {event.kind for event in every}
    said = [event.occurred_at for event in every]
    said += [event.recorded_at for event in every if event.recorded_at is not None]
    return (
        named <= kinds  # type: ignore[operator]
        and checks.are_plain_instants(said)
        and (is_flat or all(event.data is None or _is_flat(event.data) for event in every))
        and (named.isdisjoint(NAMING) or all(map(_names_plainly, every)))
    )


def _names_plainly(event: Event) -> bool:
    if event.kind not in NAMING:
        return True
    named = event.data.get(NAMING[event.kind]) if event.data else None
    if named is None:
        return event.kind != RETRACTED
    return isinstance(named, str) and 0 < len(named) <= 255


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
