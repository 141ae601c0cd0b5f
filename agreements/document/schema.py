"""The whole of an agreement's document (CONTRACT §3), checked at once: every error with its place."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.document.calendar import read_calendar
from agreements.document.order import KEYS, SECTIONS
from agreements.enums import Form, Kind
from agreements.terms.nodes import Node, Report, near, shown
from agreements.terms.parsing import Terms, read_terms, read_text
from agreements.terms.scalars import parse_day

COLUMNS = ("key", "owner", "kind")
"""What a commitment says beside its terms."""

_SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """One calendar of the document, as written."""

    key: str
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CommitmentPart:
    """One commitment: ``terms`` as written, without key, owner and kind; ``parsed`` what they mean.
    ``calendar`` is the key of the one that counts, None for 24 × 7 UTC."""

    key: str
    owner: str
    kind: Kind
    calendar: str | None
    terms: dict[str, Any]
    parsed: Terms


@dataclass(frozen=True, slots=True)
class Document:
    """An agreement that was read without error. ``content`` is everything but calendars and commitments."""

    key: str
    title: Any
    parties: tuple[str, ...]
    effective_from: date
    form: Form
    content: dict[str, Any]
    calendars: tuple[CalendarPart, ...]
    commitments: tuple[CommitmentPart, ...]

    @property
    def timezone(self) -> str:
        """The zone of ``effective_from``: the first calendar's, UTC without one."""
        return self.calendars[0].definition["timezone"] if self.calendars else "UTC"

    @property
    def starts_at(self) -> datetime:
        """``effective_from`` at local midnight, in UTC; the first instant of a day that skips midnight."""
        day = self.effective_from
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)


def read_document(data: Any, *, kinds: Collection[str] | None = None) -> Document:
    """Check a document, event kinds included (None: any is known); ``TermsError`` has every problem."""
    report = Report(kinds)
    node = Node(data, (), report)
    entries = node.entries(KEYS, required=("agreement", "parties", "effective_from"))
    calendars = [_calendar(*pair) for pair in _optional(entries, "calendars", Node.pairs)]
    parts = [_commitment(item, calendars) for item in _optional(entries, "commitments", Node.items)]
    _refuse_repeated(entries.get("commitments"), "key")
    fields = _fields(entries)
    report.raise_if_any()
    content = {
        key: value for key, value in data.items() if key not in ("calendars", "commitments") or not value
    }
    return Document(
        **fields, content=content, calendars=tuple(calendars), commitments=tuple(filter(None, parts))
    )


def read_slug(node: Node) -> str:
    """A key of the company: letters, digits, - and _."""
    text = node.text()
    if text and not _SLUG.fullmatch(text):
        node.refuse(f"{shown(text)} is not a key; use at most 64 letters, digits, - and _")
    return text


def _fields(entries: Mapping[str, Node]) -> dict[str, Any]:
    key = read_slug(entries["agreement"]) if "agreement" in entries else ""
    _read_sections(entries.get("sections"))
    _read_mql(entries.get("mql"))
    return {
        "key": key,
        "title": read_text(entries["title"]) if "title" in entries else key,
        "parties": _parties(entries.get("parties")),
        "effective_from": entries["effective_from"].read(parse_day) if "effective_from" in entries else None,
        "form": Form(entries["form"].choice(Form)) if "form" in entries else Form.SHORT,
    }


def _optional(entries: Mapping[str, Node], name: str, read: Any) -> Any:
    return read(entries[name]) if name in entries and entries[name].value != [] else []


def _parties(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    parties = [read_slug(item) for item in node.items()]
    if len(set(parties)) < len(parties):
        node.refuse("names a team twice")
    return tuple(parties)


def _read_sections(node: Node | None) -> None:
    for entry in node.entries(SECTIONS).values() if node else ():
        read_text(entry)


def _read_mql(node: Node | None) -> None:
    entries = node.entries(("criteria", "scoring")) if node else {}
    for item in _optional(entries, "criteria", Node.items):
        criterion = item.entries(("persona", "text"), required=("text",))
        for entry in criterion.values():
            read_text(entry)
    for item in _optional(entries, "scoring", Node.items):
        _read_points(item.entries(("when", "points", "because"), required=("when", "points")))


def _read_points(entries: Mapping[str, Node]) -> None:
    for key, entry in entries.items():
        if key != "points":
            read_text(entry)
        elif isinstance(entry.value, bool) or not isinstance(entry.value, int | float):
            entry.refuse(f"expected a number, got {shown(entry.value)}")


def _calendar(key: str, node: Node) -> CalendarPart:
    if not _SLUG.fullmatch(key):
        node.refuse(f"{shown(key)} is not a key; use at most 64 letters, digits, - and _")
    read_calendar(node)
    return CalendarPart(key, node.value)


def _commitment(node: Node, calendars: list[CalendarPart]) -> CommitmentPart | None:
    if not isinstance(node.value, dict):
        node.refuse(f"expected a mapping, got {shown(node.value)}; write {{key: …, owner: …, kind: …}}")
        return None
    read = {name: node.at(name, node.value[name]) for name in COLUMNS if node.value.get(name) is not None}
    for name in COLUMNS:
        if name not in read:
            node.refuse(f"{name} is missing")
    key, owner = (read_slug(read[name]) if name in read else "" for name in ("key", "owner"))
    kind = read["kind"].choice(Kind) if "kind" in read else ""
    if "kind" not in read or read["kind"].value != kind:
        return None
    terms = {name: value for name, value in node.value.items() if name not in COLUMNS}
    calendar = _calendar_of(node, terms.get("calendar"), [part.key for part in calendars])
    return CommitmentPart(key, owner, Kind(kind), calendar, terms, read_terms(Kind(kind), node, COLUMNS))


def _calendar_of(node: Node, named: Any, known: list[str]) -> str | None:
    if named is None:
        return known[0] if known else None
    if named not in known:
        advice = near(named, known) if known else "this agreement defines none"
        node.at("calendar", named).refuse(f"no calendar {shown(named)} here; {advice}")
        return None
    return named


def _refuse_repeated(node: Node | None, name: str) -> None:
    if node is None or not isinstance(node.value, list):
        return
    seen: dict[Any, int] = {}
    for index, item in enumerate(node.value):
        key = item.get(name) if isinstance(item, dict) else None
        if isinstance(key, str) and seen.setdefault(key, index) != index:
            node.at(index, item).at(name, key).refuse(
                f"{shown(key)} is the key of commitments[{seen[key]}] already"
            )
