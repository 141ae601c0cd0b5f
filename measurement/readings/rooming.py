"""How much room the accounts of a promise leave at a period's start (``until: accounts_full``)."""

from datetime import datetime

from agreements.terms import Promise
from measurement.rooms import room_left


def room_of(promise: Promise, *, at: datetime, as_of: datetime) -> int | None:
    """How many are left to fill in all accounts of the promise; None where nothing bounds them."""
    if promise.terms.until is None:
        return None
    return room_left(promise, at=at, as_of=as_of).left


def rooms_of_accounts(promise: Promise, *, at: datetime, as_of: datetime) -> dict[str, int | None]:
    """Every account of the promise at the instant, with what is left to fill in it, by ``each``."""
    bounded = promise.terms.until is not None
    room = room_left(promise, at=at, as_of=as_of)
    return {str(one.account): one.left if bounded else None for one in room.accounts}
