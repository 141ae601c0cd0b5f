"""How much room the accounts of a promise leave at a period's start (``until: accounts_full``)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from agreements.terms import Promise
from measurement.periods import Span, version_at
from measurement.readings.rows import Counted
from measurement.rooms import Room, rooms_left


class Rooms:
    """The rooms at the beginnings of some periods, looked up for all of them at once.

    As many statements as there are versions that ask for a room.
    """

    def __init__(
        self, counted: Sequence[Counted], versions: Mapping[str, list[Promise]], *, as_of: datetime
    ) -> None:
        """``versions``: all of each key; known is what is told up to ``as_of``."""
        asking: dict[int, Promise] = {}
        starts: dict[int, set[datetime]] = defaultdict(set)
        for key, span in counted:
            promise = version_at(versions[key], span.start)
            if promise.terms.until is not None or promise.terms.each == "account":
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
        return self._rooms[promise.commitment_id][span.start].left

    def of_each(self, promise: Promise, span: Span) -> dict[str, int | None]:
        """Every account of the promise at the instant, with what is left to fill in it, by ``each``."""
        bounded = promise.terms.until is not None
        room = self._rooms[promise.commitment_id][span.start]
        return {str(one.account): one.left if bounded else None for one in room.accounts}
