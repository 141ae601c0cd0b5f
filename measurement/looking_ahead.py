"""What arrays say of many records, some at a time: the next are looked at while the last ones are written."""

from collections import deque
from collections.abc import Collection, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from threading import Barrier
from typing import NamedTuple

from django.db import connections

from measurement.columns.judging import Columns
from measurement.columns.storing import Differing, differing

PART = 4_000
"""Records looked at together."""
AHEAD = 2
"""Parts looked at meanwhile, each in a thread."""


class Found(NamedTuple):
    """Of some ``refs`` those that are ``plain``, and what must be written of them; nothing where none is."""

    refs: list[int]
    plain: list[int]
    different: Differing


def found_of(
    columns: Columns, refs: Collection[int], *, as_of: datetime, apart: bool
) -> Generator[Found, None, None]:
    """Part by part, in the order of ids; to be closed by whoever does not come to the end.

    ``apart``: the next part is looked at meanwhile, in a thread with a connection of its own. Only what is
    committed is seen there: it is for callers that wrote no facts in their transaction, so that facts are
    what they are to everybody.
    """
    places = iter(sorted(refs))
    parts = iter(lambda: list(islice(places, PART)), [])
    if not apart or len(refs) <= PART:
        for part in parts:
            yield _look(columns, part, as_of)
        return
    with ThreadPoolExecutor(AHEAD, thread_name_prefix="looking-ahead") as threads:
        looking = deque(threads.submit(_look, columns, part, as_of) for part in islice(parts, AHEAD))
        try:
            while looking:
                found = looking.popleft().result()
                looking.extend(threads.submit(_look, columns, part, as_of) for part in islice(parts, 1))
                yield found
        finally:
            ended = Barrier(AHEAD)
            for _ in range(AHEAD):
                threads.submit(_end, ended)


def _end(ended: Barrier) -> None:
    """Each thread closes its own connection: none does it twice."""
    ended.wait()
    connections.close_all()


def _look(columns: Columns, refs: list[int], as_of: datetime) -> Found:
    judged = columns.judged(refs, as_of=as_of)
    if judged is None:
        return Found(refs, [], Differing([], [], False))
    return Found(refs, judged.plain.tolist(), differing(judged))
