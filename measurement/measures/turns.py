"""When conditions may come to hold, or cease to, for one record: between two turns nothing changes."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from agreements.terms.values import Condition
from measurement.conditions import turns_of_age
from measurement.facts import Subject, World
from measurement.relations import ever_linked


def turns_of(conditions: Iterable[Condition], subject: Subject, world: World) -> set[datetime]:
    """Every instant at which one of the conditions may change, and perhaps more; in whole seconds.

    Values change with their records, links with the records that name others, teams with memberships, ages by
    waiting alone: those turns may lie ahead of all that is known.
    """
    found: set[datetime] = set()
    by_head: dict[str, Collection[int]] = {}
    for condition in conditions:
        head = condition.field.partition(".")[0]
        if head not in by_head:
            by_head[head], moved = _records(head, subject, world)
            found |= moved
        for ref in by_head[head]:
            found.update(_turns(condition, ref, world))
    return found


def _records(head: str, subject: Subject, world: World) -> tuple[Collection[int], set[datetime]]:
    if head == subject.type:
        return (subject.ref,), set()
    return ever_linked(subject.ref, subject.type, head, world)


def _turns(condition: Condition, ref: int, world: World) -> Iterator[datetime]:
    name = condition.field.partition(".")[2]
    for at, value in world.changes(ref, name):
        yield at
        yield from turns_of_age(condition, value)
        if isinstance(value, int) and name == "owner":
            yield from _passed_on(value, world)
        if condition.op == "team" and isinstance(value, int):
            yield from world.moves(value)


def _passed_on(owner: int, world: World) -> Iterator[datetime]:
    """When the records of an owner pass to another, and when the teams of that other change."""
    for at in world.departures(owner):
        yield at
        holder = world.holder(owner, at)
        if holder is not None:
            yield from world.moves(holder)
