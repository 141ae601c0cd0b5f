"""The free fields, of events and of records, whose values promises compare."""

from collections.abc import Iterator
from typing import Any

from agreements.promises import in_force_history
from agreements.terms.values import Condition, Promise
from measurement.interest import selectors

#: Conditions that only ask whether something is known.
UNCOMPARED = frozenset({"present", "missing"})


def fields_compared() -> frozenset[str]:
    """``attributes.x`` of any record and ``data.x`` of any event, of all promises ever signed."""
    return frozenset(
        name
        for promise in in_force_history()
        for condition in _conditions(promise)
        if condition.op not in UNCOMPARED and (name := _free(condition.field))
    )


def _conditions(promise: Promise) -> Iterator[Condition]:
    for _, conditions in selectors(promise):
        yield from conditions
    terms: Any = promise.terms
    yield from getattr(terms, "where", ())
    having = getattr(terms, "having", ())
    yield from having if isinstance(having, tuple) else having.where


def _free(field: str) -> str | None:
    head, _, name = field.partition(".")
    if head == "data":
        return field
    return name if name.startswith("attributes.") else None
