"""Reasoning about conditions: which can never hold together, which selector is inside another."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from agreements.terms import Condition, Selector

_NUMBER_OPS = ("gt", "gte", "lt", "lte")


def contradiction(conditions: Iterable[Condition]) -> str | None:
    """The first field about which the conditions can never all hold; None when there is none.

    A field that may be a list matches by any element, so only ``missing`` contradicts there.
    """
    groups = _by_field(conditions)
    return next((field for field, group in groups.items() if _contradict(field, group)), None)


def exclude(conditions: Iterable[Condition]) -> bool:
    """Whether the conditions can never all hold of an event whose fields have one value each."""
    return any(_absent(group) or _disjoint(group) for group in _by_field(conditions).values())


def covers(outer: Selector, inner: Selector) -> bool:
    """Whether an event that the inner selector takes is one that the outer one takes, whoever did it."""
    return (
        bool(set(outer.events) & set(inner.events))
        and outer.needs is None
        and set(outer.where) <= set(inner.where)
    )


def _by_field(conditions: Iterable[Condition]) -> dict[str, list[Condition]]:
    groups: dict[str, list[Condition]] = defaultdict(list)
    for condition in conditions:
        groups[condition.field].append(condition)
    return groups


def _contradict(field: str, group: list[Condition]) -> bool:
    return _absent(group) or (not _may_be_list(field) and _disjoint(group))


def _absent(group: list[Condition]) -> bool:
    ops = {condition.op for condition in group}
    return "missing" in ops and len(ops) > 1


def _disjoint(group: list[Condition]) -> bool:
    return _values_exclude(group) or _bounds_exclude(group) or _ages_exclude(group)


def _may_be_list(field: str) -> bool:
    return field == "contact.buyer_role" or field.startswith("data.") or ".attributes." in field


def _values_exclude(group: list[Condition]) -> bool:
    wanted = [set(condition.value) for condition in group if condition.op == "eq"]
    if not wanted:
        return False
    refused = {value for condition in group if condition.op == "not" for value in condition.value}
    left = set.intersection(*wanted) - refused
    return not any(_within(value, group) for value in left)


def _within(value: Any, group: list[Condition]) -> bool:
    return all(_holds(value, c.op, c.value) for c in group if c.op in _NUMBER_OPS)


def _holds(value: Any, op: str, bound: Any) -> bool:
    if isinstance(value, str) != isinstance(bound, str):
        return False
    return {"gt": value > bound, "gte": value >= bound, "lt": value < bound, "lte": value <= bound}[op]


def _bounds_exclude(group: list[Condition]) -> bool:
    lower = [(c.value, c.op == "gte") for c in group if c.op in ("gt", "gte")]
    upper = [(c.value, c.op == "lte") for c in group if c.op in ("lt", "lte")]
    return any(_empty(low, high) for low in lower for high in upper)


def _empty(low: tuple[Any, bool], high: tuple[Any, bool]) -> bool:
    if isinstance(low[0], str) != isinstance(high[0], str):
        return True
    return low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))


def _ages_exclude(group: list[Condition]) -> bool:
    older = [c.value.seconds for c in group if c.op == "older_than"]
    newer = [c.value.seconds for c in group if c.op == "newer_than"]
    return bool(older and newer) and max(older) >= min(newer)
