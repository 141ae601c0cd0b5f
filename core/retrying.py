"""Transactions that the database broke off because others were writing the same: done again."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

ATTEMPTS = 5
#: SQLSTATE of a serialization failure and of a deadlock: the same again may succeed.
TRY_AGAIN = {"40001", "40P01"}

Result = TypeVar("Result")
log = logging.getLogger(__name__)


def in_transaction(perform: Callable[[], Result]) -> Result:
    """What `perform` gives, in one transaction; repeated as a whole, at most five times, where it collided.

    Within another transaction it is one savepoint of that and done once: what collided there is lost
    already, and only the outermost can begin again. So `perform` must keep nothing of a broken attempt.

    Raises OperationalError: the last collision, for which `is_collision` holds, or any other.
    """
    attempts = 1 if connection.in_atomic_block else ATTEMPTS
    for attempt in range(1, attempts):
        try:
            return _once(perform)
        except OperationalError as error:
            if not is_collision(error):
                raise
            log.warning("transaction tried again", extra={"attempt": attempt, "sqlstate": _sqlstate(error)})
    return _once(perform)


def is_collision(error: Exception) -> bool:
    """Whether the database broke a transaction off only because of others that ran at once."""
    return isinstance(error, OperationalError) and _sqlstate(error) in TRY_AGAIN


def _once(perform: Callable[[], Result]) -> Result:
    with transaction.atomic():
        return perform()


def _sqlstate(error: Exception) -> str | None:
    return getattr(error.__cause__, "pgcode", None)
