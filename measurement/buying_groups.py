"""The buying groups of the accounts that a promise over records is about: which roles are filled, by account.

The promise counts the share of contacts with a role; this counts the share of the required roles with a
contact. Both stand side by side: one is won by well-kept records, the other by knowing the right people.
Every contact of the account counts here, also one that the promise does not look at yet.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from agreements.enums import Kind
from agreements.promises import in_force_history
from agreements.terms import Promise, RateTerms
from leads.models import TierRoles
from leads.values import BUYER_ROLES
from measurement.account_contacts import Account, Contacts, accounts_of, contacts_of
from measurement.periods import version_at


class UnknownCommitmentError(Exception):
    """No signed agreement has the commitment."""


class NoBuyingGroupsError(Exception):
    """The commitment is no rate over contacts or accounts."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One account (ref id).

    ``contacts``: how many hold each role (only roles that are held); ``people``: how many contacts there are.
    ``filled`` of the ``required`` roles have a contact; ``share`` is None where none is required.
    """

    account: int
    name: str | None
    tier: int | None
    required: tuple[str, ...]
    contacts: dict[str, int]
    people: int
    filled: int

    @property
    def share(self) -> Fraction | None:
        """The share of the required roles that have a contact."""
        return _share(self.filled, len(self.required))


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Accounts × roles. ``roles`` are those required or held anywhere; the totals are those of the rows."""

    roles: list[str]
    rows: list[GroupRow]
    filled: int
    required: int

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(self.rows)

    @property
    def share(self) -> Fraction | None:
        """Weighted: all filled roles of all required ones, never a mean of shares."""
        return _share(self.filled, self.required)


def heat_map(key: str, *, as_of: datetime) -> HeatMap:
    """The buying groups of a commitment's accounts at ``as_of``, by its version in force then; by name.

    A constant number of statements. Raises UnknownCommitmentError, NoBuyingGroupsError.
    """
    rows = _rows(accounts_of(_promise(key, as_of), at=as_of, as_of=as_of), as_of)
    seen = {role for row in rows for role in (*row.required, *row.contacts)}
    return HeatMap(
        roles=sorted(seen, key=_place),
        rows=rows,
        filled=sum(row.filled for row in rows),
        required=sum(len(row.required) for row in rows),
    )


def _promise(key: str, as_of: datetime) -> Promise:
    versions = [promise for promise in in_force_history() if promise.key == key]
    if not versions:
        raise UnknownCommitmentError(key)
    promise = version_at(versions, as_of)
    if not is_about_groups(promise):
        raise NoBuyingGroupsError(f"{key} is no rate over contacts or accounts")
    return promise


def is_about_groups(promise: Promise) -> bool:
    """Whether a promise has buying groups: a rate over contacts, or over accounts themselves."""
    terms = promise.terms
    return promise.kind is Kind.RATE and isinstance(terms, RateTerms) and terms.of in ("contacts", "accounts")


def _rows(accounts: list[Account], as_of: datetime) -> list[GroupRow]:
    contacts = contacts_of([account.ref for account in accounts], at=as_of, as_of=as_of)
    required = TierRoles.objects.at(as_of)
    rows = [_row(one, contacts[one.ref], required.get(one.tier or 0, ())) for one in accounts]
    return sorted(rows, key=lambda row: (row.name or "", row.account))


def _row(account: Account, contacts: Contacts, required: tuple[str, ...]) -> GroupRow:
    return GroupRow(
        account=account.ref,
        name=account.name,
        tier=account.tier,
        required=required,
        contacts=dict(contacts.roles),
        people=contacts.people,
        filled=sum(1 for role in required if contacts.roles[role]),
    )


def _place(role: str) -> tuple[int, str]:
    """Standard roles in their own order, a company's own after them."""
    return BUYER_ROLES.index(role) if role in BUYER_ROLES else len(BUYER_ROLES), role


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
