"""Deliveries of a source go side by side; who changes what they decide by waits until they are stored.

A delivery first reads what was erased and corrected, then stores. Whoever erases or corrects in between would
have it undone by what was read before.
"""

from collections.abc import Iterable

from django.db import connection

ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
TOGETHER = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"


def deliver_records(source: str) -> None:
    """Until this transaction ends nobody is alone with the records of the source."""
    _lock(TOGETHER, f"records of {source}")


def deliver_events(source: str, *, alone: bool = False) -> None:
    """Until this transaction ends nobody else is alone with the events of the source; ``alone``: nobody
    stores any."""
    _lock(ALONE if alone else TOGETHER, f"events of {source}")


def alone_with_records(sources: Iterable[str]) -> None:
    """Until this transaction ends nobody stores records of these sources; waits for who does."""
    for source in sorted(set(sources)):
        _lock(ALONE, f"records of {source}")


def alone_with_events(sources: Iterable[str]) -> None:
    """The same of events."""
    for source in sorted(set(sources)):
        _lock(ALONE, f"events of {source}")


def _lock(statement: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [name])
