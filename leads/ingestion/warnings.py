"""What was stored as it was sent, and probably means less than its sender thinks. Pure.

A company may use values and fields of its own, so none of this refuses a row (CONTRACT §4).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from leads.enums import RecordType
from leads.ingestion.decode import Row
from leads.ingestion.read_events import Indexed
from leads.ingestion.resources import Resource
from leads.ingestion.summary import RowError
from leads.ingestion.validate_events import KNOWN
from leads.ingestion.validate_records import RecordRow, shown_id
from leads.values import BUYER_ROLES, LEAD_STATUSES, LOST, STATUS_IMPLIES, WON, folded

#: What CRMs call our statuses, in plain letters (``_plain``).
ALIASES: Mapping[str, str] = {
    **dict.fromkeys(
        ("rejected", "unqualified", "notqualified", "lost", "declined", "refused", "rejeté", "perdu"),
        "disqualified",
    ),
    **dict.fromkeys(("recycled", "nurture", "nurturing"), "recycle"),
    **dict.fromkeys(("qualifiedlead", "marketingqualified", "marketingqualifiedlead"), "mql"),
    **dict.fromkeys(("sal", "salesaccepted", "salesacceptedlead"), "accepted"),
    **dict.fromkeys(("sql", "salesqualified", "salesqualifiedlead"), "qualified"),
    **dict.fromkeys(("new", "open"), "raw"),
}
#: Fields of a row beside those of its resource.
EVERY_RECORD = ("external_id", "updated_at", "attributes")
#: How much a field must look like a known one; "region" is no "origin".
ALIKE = 0.8
#: Names of fields that are compared in one delivery; keys without end are data, not misspelt fields.
MOST_NAMES = 1_000

Warned = tuple[str, str, str]  # field, code, message


def of_records(
    resource: Resource, objects: Iterable[tuple[int, Row]], stored: Iterable[RecordRow], reasons: "Reasons"
) -> list[RowError]:
    """What to tell about the rows that are stored; ``objects`` are the rows as they were sent."""
    rows = {row.index: row for row in stored}
    fields = _Fields([*EVERY_RECORD, *resource.fields])
    warned = []
    for index, sent in objects:
        if index in rows:
            values = _values(resource.type, rows[index].fields, reasons)
            warned += [RowError(index, shown_id(sent), *each) for each in (*values, *fields.of(sent))]
    return warned


def of_events(
    objects: Iterable[tuple[int, Row]], stored: Sequence[Indexed], reasons: "Reasons"
) -> list[RowError]:
    """The same of events; ``objects`` are those that needed a closer look, others have known fields only."""
    warned = [
        RowError(index, event.external_id, *each)
        for index, event in stored
        if event.kind == "lead.rejected" and event.data
        for each in reasons.of("data.reason", event.data.get("reason"))
    ]
    fields, kept = _Fields(KNOWN), {index for index, _ in stored}
    for index, sent in objects:
        if index in kept:
            warned += [RowError(index, shown_id(sent), *each) for each in fields.of(sent)]
    return warned


class Reasons:
    """The rejection reasons that are known, asked for when the first reason is met."""

    def __init__(self, known: Callable[[], Collection[str]]) -> None:
        self._ask = known
        self._known: Collection[str] | None = None

    def of(self, field: str, value: object) -> Iterator[Warned]:
        """``known`` holds folded reasons, the company's own included."""
        if not isinstance(value, str) or not value.strip():
            return
        self._known = self._ask() if self._known is None else self._known
        if folded(value) not in self._known:
            yield (
                field,
                "unknown_reason",
                (
                    f"{value!r} is no known rejection reason, so it says nothing about bad data;"
                    f" {_guess(value, self._known)}an administrator can add reasons"
                ),
            )


def _values(type_: RecordType, fields: Mapping[str, object], reasons: Reasons) -> Iterator[Warned]:
    match type_:
        case RecordType.LEAD:
            yield from _status(fields.get("status"))
            yield from reasons.of("reason", fields.get("reason"))
        case RecordType.DEAL:
            yield from _outcome(fields.get("outcome"))
        case RecordType.CONTACT:
            yield from _roles(fields.get("buyer_role"))


def _status(value: object) -> Iterator[Warned]:
    if isinstance(value, str) and folded(value) not in LEAD_STATUSES:
        meant = ALIASES.get(_plain(value))
        yield (
            "status",
            "unknown_status",
            (
                f"{value!r} is none of the lead statuses, so it implies no event;"
                f" {f'did you mean {meant}? ' if meant else _guess(value, LEAD_STATUSES)}"
                f"{', '.join(STATUS_IMPLIES)} imply events"
            ),
        )


def _outcome(value: object) -> Iterator[Warned]:
    if isinstance(value, str) and value not in (WON, LOST):
        yield (
            "outcome",
            "unknown_outcome",
            (
                f"{value!r} is neither {WON} nor {LOST}, so it implies no event;"
                f" {_guess(value, (WON, LOST))}leave it out while the deal is open"
            ),
        )


def _roles(value: object) -> Iterator[Warned]:
    for role in value if isinstance(value, list) else ():
        if role not in BUYER_ROLES:
            yield (
                "buyer_role",
                "unknown_buyer_role",
                (
                    f"{role!r} is none of the buyer roles; {_guess(role, BUYER_ROLES)}"
                    f"they are: {', '.join(BUYER_ROLES)}"
                ),
            )


def _guess(value: str, known: Iterable[str]) -> str:
    near = get_close_matches(folded(value), sorted(known), n=1)
    return f"did you mean {near[0]}? " if near else ""


class _Fields:
    """Fields that nobody knows but that look like one: every name is compared once."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = {_plain(name): name for name in known}
        self._near: dict[str, str | None] = dict.fromkeys(self._known.values())

    def of(self, row: Row) -> Iterator[Warned]:
        for name in row:
            if name not in self._near and len(self._near) < MOST_NAMES:
                self._near[name] = self._meant(name)
            if (meant := self._near.get(name)) is not None:
                yield (
                    name[:100],
                    "unknown_field",
                    (f"is no field, so it was kept as the attribute {name[:100]}; did you mean {meant}?"),
                )

    def _meant(self, name: str) -> str | None:
        plain = _plain(name)
        for form in (plain, plain.removesuffix("id")):
            if near := get_close_matches(form, self._known, n=1, cutoff=ALIKE):
                return self._known[near[0]]
        return None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
