"""Facts made up so that a promise starts a clock, to see that it is judged before the CRM is connected. Pure.

They belong to a source of their own (``SOURCE``), carry what the promise's conditions ask for as far as that
can be made up, and can be taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Condition, Promise, ResponseTerms, Selector
from core.instants import format_instant
from leads.enums import RecordType
from leads.ingestion.resources import BY_TYPE, EVENTS

SOURCE = "slahub-test"
#: Fields of a record that name another one, in the order in which they are made.
CHAINS: Mapping[str, tuple[str, ...]] = {
    "account": (),
    "contact": ("account",),
    "lead": ("contact", "account"),
    "deal": ("lead", "account"),
    "campaign": (),
    "content": (),
}
REQUIRED: Mapping[str, Mapping[str, Any]] = {"account": {"name": "SLA Hub test account"}}
#: How long before the event the records are said to have been so.
BEFORE = timedelta(minutes=1)

#: A resource and the rows to send to it.
Delivery = tuple[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Sample:
    """What to send, in this order; ``subject`` names the record that the clock belongs to."""

    deliveries: list[Delivery]
    event: dict[str, Any]
    subject: str


@dataclass(slots=True)
class _Made:
    """The records and the data of the event that are being made up."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)


def can_be_tried(promise: Promise) -> bool:
    """Whether the promise starts clocks: the others are judged by period, not by fact."""
    return isinstance(promise.terms, ResponseTerms | ChecklistTerms)


def sample(
    promise: Promise,
    *,
    name: str,
    member: str | None,
    types: Mapping[str, Sequence[str]],
    as_of: datetime,
) -> Sample:
    """Records and one event that start a clock of the promise at ``as_of``.

    ``name`` is the id of everything that is made, ``member`` the one who owns it (an id of this source),
    ``types`` are the kinds of events with the types of records that each can be about.
    """
    terms = promise.terms
    start = terms.start[0]
    kind = start.events[0]
    about = str(next(iter(types.get(kind, ())), RecordType.CONTACT))
    made = _Made()
    if about in CHAINS:
        _make(made, about, name)
    for condition in (*start.where, *terms.where):
        _fulfil(made, condition, name=name, as_of=as_of)
    event = {"external_id": name, "kind": kind, "occurred_at": format_instant(as_of)}
    event |= _named(about, name, made)
    if about in made.records and member is not None and "owner" in BY_TYPE[RecordType(about)].fields:
        made.records[about].setdefault("owner", member)
    rows = [(type_, made.records[type_]) for type_ in CHAINS if type_ in made.records]
    stamp = format_instant(as_of - BEFORE)
    deliveries = [(BY_TYPE[RecordType(type_)].name, [row | {"updated_at": stamp}]) for type_, row in rows]
    return Sample([*deliveries, (EVENTS, [event])], event, name)


def answer(
    promise: Promise, event: Mapping[str, Any], *, member: str | None, as_of: datetime
) -> list[dict[str, Any]]:
    """The events that keep the promise: the first act that it accepts, of a checklist every step."""
    about = {name: value for name, value in event.items() if name in (*CHAINS, "actor")}
    base = about | {"occurred_at": format_instant(as_of)} | ({"actor": member} if member else {})
    if isinstance(promise.terms, ChecklistTerms):
        steps = promise.terms.steps
        return [
            base
            | {
                "external_id": f"{event['external_id']}-{step}",
                "kind": steps.event,
                "data": {steps.field: step},
            }
            for step, _time in steps.within
        ]
    stop: Selector = promise.terms.stop[0]
    made = _Made(data={"call": event["data"]["call"]} if "call" in event.get("data", {}) else {})
    for condition in stop.where:
        _fulfil(made, condition, name=event["external_id"], as_of=as_of)
    data = {"data": made.data} if made.data else {}
    return [base | {"external_id": f"{event['external_id']}-answer", "kind": stop.events[0]} | data]


def taking_back(names: Iterable[str], *, as_of: datetime) -> list[dict[str, Any]]:
    """The events that withdraw these events."""
    return [
        {
            "external_id": f"{name}-retracted",
            "kind": "event.retracted",
            "occurred_at": format_instant(as_of),
            "data": {"event": name},
        }
        for name in names
    ]


def _make(made: _Made, type_: str, name: str) -> dict[str, Any]:
    """The record of a type and those that it names."""
    if type_ not in made.records:
        row: dict[str, Any] = {"external_id": name, **REQUIRED.get(type_, {})}
        made.records[type_] = row
        for link in CHAINS[type_]:
            _make(made, link, name)
            row[link] = name
    return made.records[type_]


def _named(about: str, name: str, made: _Made) -> dict[str, Any]:
    """How the event names what it is about, and its data."""
    data = dict(made.data)
    if about == RecordType.CALL:
        data["call"] = name
    named = {about: name} if about in CHAINS else {}
    return named | ({"data": data} if data else {})


def _fulfil(made: _Made, condition: Condition, *, name: str, as_of: datetime) -> None:
    """Give the field a value for which the condition holds; one that asks for nothing to be there is left."""
    if condition.op in ("missing", "team", "not"):
        return
    value = _value(condition, as_of)
    head, _, path = condition.field.partition(".")
    if head == "data":
        _put(made.data, path.split("."), value)
    elif head in CHAINS:
        _put(_make(made, head, name), path.split("."), value)


def _value(condition: Condition, as_of: datetime) -> Any:
    match condition.op:
        case "eq":
            return condition.value[0]
        case "gt":
            return _number(condition.value) + 1
        case "lt":
            return _number(condition.value) - 1
        case "gte" | "lte":
            return condition.value
        case "older_than":
            return format_instant(as_of - 2 * timedelta(seconds=condition.value.seconds))
        case "newer_than":
            return format_instant(as_of)
    # There must be something: of instants one, of names the one that everything has.
    return format_instant(as_of) if condition.field.endswith("_at") else "test"


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) else 0


def _put(row: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for step in path[:-1]:
        row = row.setdefault(step, {})
    row[path[-1]] = value
