"""The eight resources and their fields (CONTRACT §4), as data; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leads.enums import RecordType
from leads.ingestion import checks

EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: how a value is checked, and how its column is read out of a version.

    ``cast`` is the SQL type of the column; ``link`` the type of record that the value names.
    """

    name: str
    check: checks.Check
    cast: str = "text"
    required: bool = False
    link: RecordType | None = None

    @property
    def column(self) -> str:
        """The column of the record's table."""
        return f"{self.name}_id" if self.link and self.name != "merged_into" else self.name


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record that can be synced."""

    name: str
    type: RecordType
    fields: Mapping[str, Field] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table of its current state."""
        return f"leads_{self.type}"

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, each in self.fields.items() if each.required)

    @property
    def links(self) -> tuple[str, ...]:
        return tuple(name for name, each in self.fields.items() if each.link)


def _text(name: str, longest: int = 255, *, required: bool = False) -> Field:
    return Field(name, checks.text(longest), required=required)


def _link(name: str, to: RecordType) -> Field:
    return Field(name, checks.text(), cast="bigint", link=to)


def _number(digits: int) -> Callable[[str], Field]:
    return lambda name: Field(name, checks.number(digits), cast="numeric")


def _instants(*names: str) -> list[Field]:
    return [Field(name, checks.instant, cast="timestamptz") for name in names]


def _flag(name: str) -> Field:
    return Field(name, checks.boolean, cast="boolean")


def _integer(name: str, bits: int = 32) -> Field:
    return Field(name, checks.integer(bits), cast="bigint" if bits == 64 else "integer")


OWNER = _link("owner", RecordType.MEMBER)
ACCOUNT = _link("account", RecordType.ACCOUNT)


def _resource(name: str, type_: RecordType, *fields: Field) -> Resource:
    every = [*fields, *_instants("deleted_at"), _link("merged_into", type_)]
    return Resource(name, type_, {each.name: each for each in every})


_ALL = (
    _resource(
        "members",
        RecordType.MEMBER,
        Field("email", checks.email, required=True),
        _text("name"),
        Field("team", checks.slug),
        _flag("active"),
    ),
    _resource(
        "accounts",
        RecordType.ACCOUNT,
        _text("name", required=True),
        _text("domain"),
        _integer("tier"),
        _flag("named"),
        _text("industry"),
        _integer("employees", 64),
        _text("country", 64),
        OWNER,
        _integer("contact_goal"),
        *_instants("created_at"),
    ),
    _resource(
        "contacts",
        RecordType.CONTACT,
        ACCOUNT,
        _text("email", 254),
        _text("phone", 64),
        _text("name"),
        _text("job_title"),
        Field("buyer_role", checks.listed(checks.text(64)), cast="text[]"),
        _text("persona"),
        OWNER,
        *_instants("created_at"),
    ),
    _resource(
        "leads",
        RecordType.LEAD,
        _link("contact", RecordType.CONTACT),
        ACCOUNT,
        _text("origin"),
        _link("campaign", RecordType.CAMPAIGN),
        _text("status", 64),
        _text("reason"),
        _number(10)("score"),
        OWNER,
        *_instants("created_at"),
    ),
    _resource(
        "deals",
        RecordType.DEAL,
        ACCOUNT,
        _link("lead", RecordType.LEAD),
        OWNER,
        _text("name"),
        _text("stage"),
        _number(16)("amount"),
        Field("currency", checks.currency),
        _text("outcome", 16),
        _text("reason"),
        *_instants("created_at", "closed_at"),
    ),
    _resource(
        "campaigns",
        RecordType.CAMPAIGN,
        _text("name"),
        _text("type", 64),
        *_instants("starts_at", "ends_at"),
        _integer("expected_leads"),
        OWNER,
    ),
    _resource(
        "contents",
        RecordType.CONTENT,
        _text("title", 500),
        *_instants("published_at"),
        _flag("important"),
        OWNER,
    ),
)

#: Resource name → resource, for everything but events.
RECORDS: Mapping[str, Resource] = {each.name: each for each in _ALL}
BY_TYPE: Mapping[RecordType, Resource] = {each.type: each for each in _ALL}
RESOURCES = (*RECORDS, EVENTS)

#: The fields of an event that name records, in the order of the table's columns.
EVENT_LINKS: Mapping[str, RecordType] = {
    "account": RecordType.ACCOUNT,
    "contact": RecordType.CONTACT,
    "lead": RecordType.LEAD,
    "deal": RecordType.DEAL,
    "campaign": RecordType.CAMPAIGN,
    "content": RecordType.CONTENT,
    "actor": RecordType.MEMBER,
}

Row = Mapping[str, Any]
