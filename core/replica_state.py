"""Whether the replica may be read from: it answers, is late by little, and has what the reader just wrote.

How late it is, is told by the primary's own log: each look notes where the log ends now; what the replica has
replayed then says since when. So a replica that lost its primary grows late, and an idle pair is not late.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections

from core.replicas import REPLICA

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
REST = 5.0  # seconds until one that failed is asked again

#: What can have been sent to a replica; and all that was committed, also where no commit waits for the disk.
FLUSHED = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
REPLAYED = """
SELECT CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint END
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the replica found: by how many seconds it is late at most (None: not known yet), and
    what is wrong where it does not answer."""

    late: float | None
    trouble: str = ""


class Replica:
    """What one process knows of the replica."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._ends: deque[tuple[float, int]] = deque(maxlen=600)
        self._looked_at = self._rests_until = float("-inf")
        self._replayed = 0
        self._trouble = ""

    def may_be_read(self, *, wrote: int | None = None) -> bool:
        """Whether it is there, late by no more than REPLICA_MAX_LAG, and has replayed ``wrote``."""
        if self._clock() < self._rests_until:
            return False
        seen = self.look()
        if seen.late is None or seen.late > settings.REPLICA_MAX_LAG:
            return False
        return wrote is None or wrote <= self._replayed or wrote <= self._ask()

    def look(self) -> Seen:
        """How late it is; asks at most once a second."""
        with self._lock:
            due = self._clock() - self._looked_at >= LOOK_EVERY
            if due:
                self._looked_at = self._clock()
        if due:
            self._ends.append((self._clock(), _end_of_log(FLUSHED)))
            self._ask()
        return Seen(self._late(), self._trouble)

    def rest(self, error: Exception) -> None:
        """It failed: leave it alone for a while."""
        if not self._trouble:
            log.warning("the replica does not answer", extra={"error": type(error).__name__})
        self._trouble = type(error).__name__
        self._rests_until = self._clock() + REST
        connections[REPLICA].close()

    def _ask(self) -> int:
        try:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute(REPLAYED)
                (replayed,) = cursor.fetchone()
        except (DatabaseError, InterfaceError) as error:
            self.rest(error)
            return 0
        self._trouble = "" if replayed is not None else "no replica"
        self._replayed = replayed or 0
        return self._replayed

    def _late(self) -> float | None:
        if self._trouble:
            return None
        # A copy: another thread may look, and add to it, meanwhile.
        had = [at for at, end in self._ends.copy() if end <= self._replayed]
        return self._clock() - had[-1] if had else None


def written() -> int:
    """Where the primary's log ends: whoever has replayed so far has all that was committed until now."""
    return _end_of_log(WRITTEN)


def _end_of_log(statement: str) -> int:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement)
        end: int = cursor.fetchone()[0]
        return end


#: Of this process.
replica = Replica()
