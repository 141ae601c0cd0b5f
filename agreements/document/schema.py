"""The whole of an agreement's document (CONTRACT §3), checked at once: every error with its place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.document.calendar import read_calendar
from agreements.document.order import KEYS, OPEN_CLOCKS, SECTIONS
from agreements.document.parts import (
    NOTHING_QUALIFIES,
    Goal,
    Qualification,
    read_channels,
    read_goals,
    read_meetings,
    read_people,
    read_personas,
    read_qualification,
    read_responsibilities,
)
from agreements.document.slugs import SLUG, read_slug, read_teams, refuse_repeated
from agreements.enums import Form, Kind
from agreements.terms.nodes import Node, Report, near, shown
from agreements.terms.parsing import Terms, read_terms, read_text
from agreements.terms.scalars import parse_day, parse_share
from core.days import FIRST_DAY, LAST_DAY

PAGES = ("new", "upload")
"""Keys that no agreement has: at their addresses are pages about all agreements."""
COLUMNS = ("key", "owner", "kind")
"""What a commitment says beside its terms."""


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
    """An agreement that was read without error. ``content`` is everything but calendars and commitments.

    ``teams`` are further teams, which may owe promises and read but do not sign; ``open_clocks`` says whether
    clocks that run when the version starts keep their version or move to this one.
    """

    key: str
    title: Any
    parties: tuple[str, ...]
    effective_from: date
    form: Form
    content: dict[str, Any]
    calendars: tuple[CalendarPart, ...]
    commitments: tuple[CommitmentPart, ...]
    teams: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    qualification: Qualification = NOTHING_QUALIFIES
    open_clocks: str = "keep"

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
    refuse_repeated(entries.get("commitments"), "key", "commitments")
    _refuse_lone_pairs(entries.get("commitments"))
    fields = _fields(entries, [part.key for part in parts if part])
    report.raise_if_any()
    content = {
        key: value for key, value in data.items() if key not in ("calendars", "commitments") or not value
    }
    return Document(
        **fields, content=content, calendars=tuple(calendars), commitments=tuple(filter(None, parts))
    )


def _fields(entries: Mapping[str, Node], commitments: list[str]) -> dict[str, Any]:
    key = _key(entries["agreement"]) if "agreement" in entries else ""
    parties, teams = read_teams(entries.get("parties")), read_teams(_unless_empty(entries, "teams"))
    _refuse_parties_again(entries.get("teams"), parties, teams)
    _read_sections(entries.get("sections"))
    _read_people_and_talks(entries, (*parties, *teams))
    if "waivers" in entries:
        entries["waivers"].read(_cap)
    return {
        "key": key,
        "title": read_text(entries["title"]) if "title" in entries else key,
        "parties": parties,
        "teams": teams,
        "goals": read_goals(entries.get("goals"), commitments),
        "qualification": read_qualification(entries.get("mql"), read_personas(entries.get("personas"))),
        "open_clocks": entries["open_clocks"].choice(OPEN_CLOCKS) if "open_clocks" in entries else "keep",
        "effective_from": entries["effective_from"].read(_start) if "effective_from" in entries else None,
        "form": Form(entries["form"].choice(Form)) if "form" in entries else Form.SHORT,
    }


def _cap(value: Any) -> Any:
    """The share of a month's misses that the other team may waive."""
    share = parse_share(value)
    if share > 1:
        raise ValueError(f"{shown(value)} is more than all of them; write for example 10%")
    return share


def _key(node: Node) -> str:
    key = read_slug(node)
    if key in PAGES:
        node.refuse(f"{shown(key)} is the address of another page; use another key")
    return key


def _start(value: Any) -> date:
    day = parse_day(value)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{day} is not between {FIRST_DAY} and {LAST_DAY}; write a day within")
    return day


def _optional(entries: Mapping[str, Node], name: str, read: Any) -> Any:
    return read(entries[name]) if name in entries and entries[name].value != [] else []


def _unless_empty(entries: Mapping[str, Node], name: str) -> Node | None:
    return entries[name] if name in entries and entries[name].value != [] else None


def _refuse_parties_again(node: Node | None, parties: tuple[str, ...], teams: tuple[str, ...]) -> None:
    for team in dict.fromkeys(teams) if node else ():
        if node and team in parties:
            node.refuse(f"{shown(team)} is a party already; further teams do not sign")


def _read_people_and_talks(entries: Mapping[str, Node], teams: tuple[str, ...]) -> None:
    read_responsibilities(entries.get("responsibilities"), teams)
    read_people(entries.get("people"), teams)
    read_channels(entries.get("channels"))
    read_meetings(entries.get("meetings"), teams)


def _read_sections(node: Node | None) -> None:
    for entry in node.entries(SECTIONS).values() if node else ():
        read_text(entry)


def _calendar(key: str, node: Node) -> CalendarPart:
    if not SLUG.fullmatch(key):
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


def _refuse_lone_pairs(node: Node | None) -> None:
    """``beside`` names another commitment of the document, so that opposing promises are shown together."""
    if node is None or not isinstance(node.value, list):
        return
    keys = [item.get("key") for item in node.value if isinstance(item, dict)]
    for index, item in enumerate(node.value):
        beside = item.get("beside") if isinstance(item, dict) else None
        others = [key for key in keys if isinstance(key, str) and key != item.get("key")] if beside else []
        if beside and beside not in others:
            advice = near(beside, others) if others else "this agreement has no other"
            node.at(index, item).at("beside", beside).refuse(
                f"no other commitment {shown(beside)} here; {advice}"
            )
