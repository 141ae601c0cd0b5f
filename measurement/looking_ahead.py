"""What arrays say of many records, some at a time: the next are looked at while the last ones are written."""

import logging
from collections import deque
from collections.abc import Collection, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from threading import Barrier
from typing import NamedTuple

from django.db import OperationalError, connection, connections

from leads.columns import linked
from measurement.columns.judging import Columns
from measurement.columns.storing import Differing, differing

logger = logging.getLogger(__name__)

PART = 4_000
"""Records looked at together."""
AHEAD = 2
"""Parts looked at meanwhile, each in a thread."""
PATIENCE = "5s"
"""What a thread waits for a lock: whoever wants a table alone (a migration, a restore) may wait for us."""


class Found(NamedTuple):
    """Of some ``refs`` those that are ``plain``, and what must be written of them; nothing where none is."""

    refs: list[int]
    plain: list[int]
    different: Differing


def found_of(
    columns: Columns, refs: Collection[int], *, as_of: datetime, apart: bool
) -> Generator[Found, None, None]:
    """Part by part; to be closed by whoever does not come to the end.

    ``apart``: the next parts are looked at meanwhile, in threads with connections of their own. Only what is
    committed is seen there: it is for callers that wrote no facts in their transaction, so that facts are
    what they are to everybody. What a thread cannot look at, for want of a connection or of a lock, is looked
    at here.
    """
    places = iter(_by_contact(refs) if len(refs) > PART else sorted(refs))
    parts = iter(lambda: list(islice(places, PART)), [])
    if not apart or len(refs) <= PART:
        for part in parts:
            yield _look(columns, part, as_of)
        return
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="looking-ahead") as threads:

        def ahead(number: int) -> list[tuple[list[int], Future[Found]]]:
            some = islice(parts, number)
            return [(part, threads.submit(_look_apart, columns, part, as_of)) for part in some]

        looking = deque(ahead(AHEAD))
        try:
            while looking:
                part, found = looking.popleft()
                told = _told(found) or _look(columns, part, as_of)
                looking.extend(ahead(1))
                yield told
        finally:
            ended = Barrier(AHEAD)
            for _ in range(AHEAD):
                threads.submit(_end, ended)


def _end(ended: Barrier) -> None:
    """Each thread closes its own connection: none does it twice."""
    ended.wait()
    connections.close_all()


def _by_contact(refs: Collection[int]) -> list[int]:
    """Each after the contact that it names: what happened to a contact is read once for both."""
    contact = dict(linked(refs, "contact").tolist())
    return sorted(refs, key=lambda ref: (contact.get(ref, ref), ref))


def _told(found: "Future[Found]") -> Found | None:
    try:
        return found.result()
    except OperationalError as error:
        logger.warning("not looked ahead", extra={"why": str(error).strip()})
        return None


def _look_apart(columns: Columns, refs: list[int], as_of: datetime) -> Found:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
    return _look(columns, refs, as_of)


def _look(columns: Columns, refs: list[int], as_of: datetime) -> Found:
    judged = columns.judged(refs, as_of=as_of)
    if judged is None:
        return Found(refs, [], Differing([], [], False))
    return Found(refs, judged.plain.tolist(), differing(judged))
