"""Selectors (which events) and conditions (which values), as CONTRACT §3 writes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from agreements.durations import Duration, Measure
from agreements.terms.fields import field_problem
from agreements.terms.kinds import Count
from agreements.terms.nodes import Node, near, shown
from agreements.terms.scalars import read_duration
from agreements.terms.values import Condition, Needs, Selector

ACTORS = ("team", "owner", "contact", "anyone")
WORDS = ("present", "missing", "team")
_ANY_OF = ("eq", "not")
_COMPARED = ("gt", "gte", "lt", "lte")
_AGES = ("older_than", "newer_than")
OPERATORS = (*_ANY_OF, *_COMPARED, *_AGES)
_SELECTOR = ("event", "events", "where", "by", "needs")


def read_selectors(node: Node | None, *, by: str = "anyone") -> tuple[Selector, ...]:
    """One selector or a list; any of them matches. ``by`` is who counts when nobody is named."""
    return () if node is None else tuple(read_selector(item, by=by) for item in node.one_or_list())


def read_selector(node: Node, *, by: str = "anyone", besides: Iterable[str] = ()) -> Selector:
    """One ``{event | events, where, by, needs}``; ``besides`` are keys that the caller reads itself."""
    entries = node.entries((*_SELECTOR, *besides))
    return Selector(
        read_events(node, entries),
        read_conditions(entries.get("where")),
        read_actors(entries.get("by"), by),
        _read_needs(entries.get("needs")),
    )


def read_events(node: Node, entries: Mapping[str, Node]) -> tuple[str, ...]:
    """The kinds named by ``event`` or ``events``, exactly one of which is there."""
    named = [entries[key] for key in ("event", "events") if key in entries]
    if len(named) != 1:
        if isinstance(node.value, Mapping):
            node.refuse("has both event and events; write one of them" if named else "event is missing")
        return ()
    return tuple(read_kind(item) for item in named[0].one_or_list())


def read_kind(node: Node) -> str:
    """An event kind; one that does not exist is refused with its near matches."""
    kind = node.text()
    kinds = node.report.kinds
    if kind and kinds is not None and kind not in kinds:
        advice = f"{near(kind, sorted(kinds))} (kinds of your own are added in the admin)"
        node.refuse(f"unknown event kind {shown(kind)}; {advice}")
    return kind


def read_actors(node: Node | None, default: str) -> tuple[str, ...]:
    """Who may have done it: a word or a list of words."""
    return (default,) if node is None else tuple(item.choice(ACTORS) for item in node.one_or_list())


def read_counts(node: Node | None) -> tuple[Count, ...]:
    """What a volume counts: selectors that may also say ``distinct`` and ``unless``."""
    return () if node is None else tuple(_read_count(item) for item in node.one_or_list())


def _read_count(node: Node) -> Count:
    selector = read_selector(node, besides=("distinct", "unless"))
    entries = _without_report(node, ("distinct", "unless"))
    distinct = (
        entries["distinct"].choice(("lead", "contact", "account", "deal", "campaign", "content"))
        if "distinct" in entries
        else None
    )
    return Count(selector, distinct, read_selectors(entries.get("unless")))


def _without_report(node: Node, keys: Iterable[str]) -> dict[str, Node]:
    """Entries of a mapping whose keys were checked already."""
    if not isinstance(node.value, Mapping):
        return {}
    return {key: node.at(key, node.value[key]) for key in keys if node.value.get(key) is not None}


def _read_needs(node: Node | None) -> Needs | None:
    if node is None:
        return None
    entries = node.entries(("event", "events", "at_least"), required=("at_least",))
    return Needs(read_events(node, entries), entries["at_least"].whole(1) if "at_least" in entries else 1)


def read_conditions(node: Node | None) -> tuple[Condition, ...]:
    """The conditions of a ``where``, all of which must hold."""
    if node is None:
        return ()
    return tuple(condition for field, value in node.pairs() for condition in _read_field(field, value))


def _read_field(field: str, node: Node) -> list[Condition]:
    if problem := field_problem(field):
        node.refuse(problem)
    if isinstance(node.value, Mapping):
        return [_read_operator(field, op, value) for op, value in node.pairs()]
    if isinstance(node.value, str) and node.value in WORDS:
        return [Condition(field, node.value)]
    return [Condition(field, "eq", _read_any_of(node))]


def _read_operator(field: str, op: str, node: Node) -> Condition:
    if op in _ANY_OF:
        return Condition(field, op, _read_any_of(node))
    if op in _AGES:
        return Condition(field, op, node.read(_read_age))
    if op not in _COMPARED:
        node.refuse(f"unknown comparison; {near(op, OPERATORS)}")
    elif isinstance(node.value, bool) or not isinstance(node.value, str | int | float):
        node.refuse(f"expected a number or a date, got {shown(node.value)}")
    return Condition(field, op, node.value)


def _read_age(value: Any) -> Duration:
    age = read_duration(value)
    if age.measure is not Measure.ELAPSED:
        raise ValueError(f"{shown(value)} is business time; an age is elapsed time, for example 30 days")
    return age


def _read_any_of(node: Node) -> tuple[Any, ...]:
    return tuple(_read_scalar(item) for item in node.one_or_list())


def _read_scalar(node: Node) -> Any:
    if node.value is None:
        node.refuse("null is no value; write missing or present")
    elif not isinstance(node.value, str | int | float | bool):
        node.refuse(f"expected a single value, got {shown(node.value)}")
    return node.value
