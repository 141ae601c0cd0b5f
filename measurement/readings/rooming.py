"""How much room the accounts of a promise leave at a period's start (``until: accounts_full``).

It is looked up in all accounts. That is done when a period begins, and again when facts before its start
change; a period in which only something was counted has the room that its readings were counted with.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from agreements.terms import Promise
from measurement.models import Reading
from measurement.periods import Span, version_at
from measurement.readings.rows import Counted
from measurement.rooms import Room, rooms_left

Since = Mapping[str, datetime]
"""Commitment key → from when on accounts may leave another room than they did."""


class Rooms:
    """The rooms at the beginnings of some periods, looked up for all of them at once.

    As many statements as there are versions that ask for a room that is not known, and one for the others.
    """

    def __init__(
        self,
        counted: Sequence[Counted],
        versions: Mapping[str, list[Promise]],
        *,
        as_of: datetime,
        since: Since | None = None,
    ) -> None:
        """``versions``: all of each key; known is what is told up to ``as_of``. What earlier periods were
        counted with holds before ``since``; without it everything is looked up."""
        wanted = [one for one in counted if _asks(version_at(versions[one[0]], one[1].start))]
        self._known = {} if since is None else _stored([one for one in wanted if _holds(one, since)])
        asking: dict[int, Promise] = {}
        starts: dict[int, set[datetime]] = defaultdict(set)
        for key, span in wanted:
            if (key, span.start) not in self._known:
                promise = version_at(versions[key], span.start)
                asking[promise.commitment_id] = promise
                starts[promise.commitment_id].add(span.start)
        self._rooms: dict[int, Mapping[datetime, Room]] = {
            pk: rooms_left(promise, instants=sorted(starts[pk]), as_of=as_of)
            for pk, promise in asking.items()
        }

    def of_all(self, promise: Promise, span: Span) -> int | None:
        """How many are left to fill in all accounts of the promise; None where nothing bounds them."""
        if promise.terms.until is None:
            return None
        known = self._known.get((promise.key, span.start))
        return (
            self._rooms[promise.commitment_id][span.start].left
            if known is None
            else next(iter(known.values()))
        )

    def of_each(self, promise: Promise, span: Span) -> dict[str, int | None]:
        """Every account of the promise at the instant, with what is left to fill in it, by ``each``."""
        known = self._known.get((promise.key, span.start))
        if known is not None:
            return dict(known)
        bounded = promise.terms.until is not None
        room = self._rooms[promise.commitment_id][span.start]
        return {str(one.account): one.left if bounded else None for one in room.accounts}


def _asks(promise: Promise) -> bool:
    return promise.terms.until is not None or promise.terms.each == "account"


def _holds(one: Counted, since: Since) -> bool:
    key, span = one
    return key not in since or span.start < since[key]


def _stored(counted: Collection[Counted]) -> dict[tuple[str, datetime], dict[str, int | None]]:
    """The room that the readings of these periods were counted with, by ``each`` that owes; one statement."""
    if not counted:
        return {}
    periods = {(key, span.start) for key, span in counted}
    rows = Reading.objects.filter(
        commitment_key__in={key for key, _ in periods}, period_start__in={start for _, start in periods}
    )
    found: dict[tuple[str, datetime], dict[str, int | None]] = defaultdict(dict)
    for key, start, each, detail in rows.values_list("commitment_key", "period_start", "each", "detail"):
        if (key, start) in periods and detail.get("owes", True):
            found[key, start][each] = detail.get("room")
    return dict(found)
