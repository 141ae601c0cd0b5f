"""How many contacts are still missing in the accounts of a promise that ends when they are full.

An account is full with ``contact_goal`` contacts; one without a goal once each buyer role that its tier
requires is held by somebody. An account with neither is never full (CONTRACT §3, ``accounts_full``).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from agreements.terms import Promise
from leads.models import TierRoles
from measurement.account_contacts import Account, Contacts, accounts_over, contacts_over

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class AccountRoom:
    """What is left in one account (ref id); ``left`` is None where nothing says when it is full."""

    account: int
    left: int | None
    goal: int | None
    contacts: int
    missing_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What is left in all accounts of a promise; None where one of them is never full."""

    left: int | None
    accounts: list[AccountRoom]


def rooms_left(
    promise: Promise,
    *,
    instants: Collection[datetime],
    as_of: datetime,
    among: Collection[int] | None = None,
) -> dict[datetime, Room]:
    """The room that the promise's accounts leave at each instant (a period's start), as known at ``as_of``.

    Without any account nothing is left. ``among``: only these accounts are looked at. A constant number of
    statements.
    """
    accounts = accounts_over(promise, instants=instants, as_of=as_of, among=among)
    refs = {account.ref for those in accounts.values() for account in those}
    before = {at: at - SECOND for at in accounts}  # who comes with the period's first second is counted in it
    contacts = contacts_over(refs, instants=list(before.values()), as_of=as_of)
    required = TierRoles.objects.over(accounts)
    return {
        at: _all_of(
            [_room(one, contacts[before[at]][one.ref], required[at].get(one.tier or 0, ())) for one in those]
        )
        for at, those in accounts.items()
    }


def _all_of(rooms: list[AccountRoom]) -> Room:
    lefts = [room.left for room in rooms if room.left is not None]
    return Room(sum(lefts) if len(lefts) == len(rooms) else None, rooms)


def _room(account: Account, contacts: Contacts, required: tuple[str, ...]) -> AccountRoom:
    missing = tuple(role for role in required if not contacts.roles[role])
    left: int | None = len(missing) if required else None
    if account.goal is not None:
        left, missing = max(account.goal - contacts.people, 0), ()
    return AccountRoom(account.ref, left, account.goal, contacts.people, missing)
