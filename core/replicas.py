"""Reading from a replica of the database, for the time of one request (docs/scaling.md).

Off without REPLICA_URL. Who shows something without changing anything wraps it into ``reading_replica``;
within it queries about what is measured go to the replica, through the router, and raw statements through
``reading``. Whatever is written, and people, sessions and the house's own rows, stay with the primary; so
does everything inside a transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

REPLICA = "replica"

#: Apps whose rows may be read a few seconds late. Who somebody is and what they may is never asked there.
LATE_ENOUGH = frozenset({"leads", "agreements", "measurement", "reporting"})

_reading: ContextVar[bool] = ContextVar("reading_replica", default=False)


@contextmanager
def reading_replica() -> Iterator[None]:
    """Within it, this thread reads from the replica."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def alias_for_reading() -> str:
    """The database to read from now."""
    if _reading.get() and not connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return REPLICA
    return DEFAULT_DB_ALIAS


class ReplicaRouter:
    """Where each model is read and written."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return alias_for_reading() if model._meta.app_label in LATE_ENOUGH else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True  # both are copies of one database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None


class _Reading:
    """Like ``django.db.connection``, of the database to read from now."""

    def __getattr__(self, name: str) -> Any:
        return getattr(connections[alias_for_reading()], name)


#: For raw statements that only read: ``with reading.cursor() as cursor``.
reading: Any = _Reading()
