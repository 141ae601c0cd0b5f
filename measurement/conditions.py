"""Conditions of promises held against the facts: pure, judged at an instant (CONTRACT §3 "Conditions").

All conditions of a list must hold. A list field matches by any of its elements; a missing value (null,
empty text, empty list, no such record) satisfies only ``missing``.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from agreements.durations import Duration
from agreements.terms.values import Condition
from measurement.facts import Fact, Subject, World
from measurement.relations import related

#: Fields that name other records: stored as ref ids, written in conditions with the source's ids.
_LINK_FIELDS = frozenset({"owner", "account", "contact", "lead", "campaign"})

_LATEST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


class Moment(NamedTuple):
    """Where a condition is asked: one record and one fact about it, at an instant, for the team that owes."""

    subject: Subject
    fact: Fact | None
    at: datetime
    world: World
    team_id: int


def matches(
    conditions: Iterable[Condition],
    *,
    subject: Subject,
    fact: Fact | None,
    at: datetime,
    world: World,
    team_id: int,
) -> bool:
    """Whether every condition holds at the instant. ``team_id`` is the team that owes (for ``team``)."""
    return first_failing(conditions, Moment(subject, fact, at, world, team_id)) is None


def first_failing(conditions: Iterable[Condition], moment: Moment) -> Condition | None:
    """The first condition that does not hold; None when all hold."""
    for condition in conditions:
        if not _holds(condition, moment):
            return condition
    return None


def values_of(field: str, moment: Moment) -> list[Any]:
    """What a field holds, missing values left out; records as the source calls them."""
    values = _raw_values(field, moment)
    if _is_link(field):
        return [moment.world.external_id(value) for value in values]
    return values


def turns_of_age(condition: Condition, value: Any) -> list[datetime]:
    """The first whole seconds in which waiting alone changed what a condition on the age of a value says;
    none for other conditions."""
    if condition.op not in ("older_than", "newer_than"):
        return []
    age = timedelta(seconds=condition.value.seconds)
    # Older from the first second after the age, not newer from the first at or after it.
    more = timedelta(seconds=1) if condition.op == "older_than" else timedelta(microseconds=999_999)
    since = (_instant(element) for element in _listed(value))
    return [(at + age + more).replace(microsecond=0) for at in since if at is not None and at < _LATEST - age]


def _holds(condition: Condition, moment: Moment) -> bool:
    if condition.op == "team":
        members = _members(condition.field, moment)
        return any(moment.team_id in moment.world.teams(member, moment.at) for member in members)
    values = values_of(condition.field, moment)
    if condition.op == "missing":
        return not values
    return any(_test(condition, value, moment.at) for value in values)


def _test(condition: Condition, value: Any, at: datetime) -> bool:
    match condition.op:
        case "present":
            return True
        case "eq":
            return any(_same(value, wanted) for wanted in condition.value)
        case "not":
            return not any(_same(value, unwanted) for unwanted in _listed(condition.value))
        case "older_than" | "newer_than" as op:
            return _aged(op, value, condition.value, at)
        case op:
            pair = _comparable(value, condition.value)
            return pair is not None and _COMPARE[op](*pair)


def _raw_values(field: str, moment: Moment) -> list[Any]:
    head, name = _split(field)
    if head == "data":
        return _present(_within(moment.fact.data if moment.fact else None, name.split(".")))
    _, fact, at, world, _ = moment
    found: list[Any] = []
    for ref in related(head, moment.subject, fact, at, world):
        value = world.value(ref, name, at)
        if value is not None:
            found += _present(value)
    return [_held(member, moment) for member in found] if name == "owner" else found


@lru_cache(maxsize=4096)
def _split(field: str) -> tuple[str, str]:
    head, _, name = field.partition(".")
    return head, name


def _held(member: Any, moment: Moment) -> Any:
    """The owner, or who has the records of an owner who left; where nobody has them, whom they name: a
    promise about owned records does not cease to hold because somebody left."""
    return (moment.world.holder(member, moment.at) or member) if isinstance(member, int) else member


def _within(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if hasattr(value, "get") else None
    return value


def _present(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [value] if value else []
    return [element for element in _listed(value) if element is not None and element != ""]


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple | set | frozenset) else (value,)


def _is_link(field: str) -> bool:
    head, name = _split(field)
    return head != "data" and name in _LINK_FIELDS


def _members(field: str, moment: Moment) -> list[int]:
    """Members from ref ids (link fields) or from the source's ids (an event's data, attributes)."""
    values = _raw_values(field, moment)
    if _is_link(field):
        return values
    source = moment.fact.source if moment.fact else ""
    found = (moment.world.member(source, str(value)) for value in values)
    return [member for member in found if member is not None]


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if type(value) is type(wanted) and isinstance(value, str | int):
        return bool(value == wanted)
    pair = _comparable(value, wanted)
    return pair is not None and pair[0] == pair[1]


def _comparable(value: Any, wanted: Any) -> tuple[Any, Any] | None:
    """Both as numbers, instants or text; None when they cannot be compared (they are then not equal either).

    Text that reads as a number or an instant is one if the other side is too: attributes from CSV are text.
    """
    if isinstance(value, bool) or isinstance(wanted, bool):
        return None
    for read in (number, _instant):
        left, right = read(value), read(wanted)
        if left is not None and right is not None:
            return left, right
    return (value, wanted) if isinstance(value, str) and isinstance(wanted, str) else None


def number(value: Any) -> Decimal | None:
    """A value as a number, text that reads as one included; None when it is none."""
    try:
        found = Decimal(str(value)) if isinstance(value, int | float | Decimal | str) else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def _instant(value: Any) -> datetime | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _aged(op: str, value: Any, age: Duration, at: datetime) -> bool:
    since = _instant(value)
    if since is None:
        return False
    passed, limit = at - since, timedelta(seconds=age.seconds)
    return passed > limit if op == "older_than" else passed < limit
