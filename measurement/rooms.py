"""How many contacts are still missing in the accounts of a promise that ends when they are full.

An account is full with ``contact_goal`` contacts; one without a goal once each buyer role that its tier
requires is held by somebody. An account with neither is never full (CONTRACT §3, ``accounts_full``).
"""

from dataclasses import dataclass
from datetime import datetime

from agreements.terms import Promise
from leads.models import TierRoles
from measurement.account_contacts import Account, Contacts, accounts_of, contacts_of


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


def room_left(promise: Promise, *, at: datetime, as_of: datetime) -> Room:
    """The room that the promise's accounts leave at ``at`` (a period's start), as known at ``as_of``.

    Without any account nothing is left. A constant number of statements.
    """
    accounts = accounts_of(promise, at=at, as_of=as_of)
    contacts = contacts_of([account.ref for account in accounts], at=at, as_of=as_of)
    required = TierRoles.objects.at(at)
    rooms = [_room(one, contacts[one.ref], required.get(one.tier or 0, ())) for one in accounts]
    lefts = [room.left for room in rooms if room.left is not None]
    return Room(sum(lefts) if len(lefts) == len(rooms) else None, rooms)


def _room(account: Account, contacts: Contacts, required: tuple[str, ...]) -> AccountRoom:
    missing = tuple(role for role in required if not contacts.roles[role])
    left: int | None = len(missing) if required else None
    if account.goal is not None:
        left, missing = max(account.goal - contacts.people, 0), ()
    return AccountRoom(account.ref, left, account.goal, contacts.people, missing)
