"""One account of a buying group: which roles are required there, and which are held."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from agreements.enums import Kind
from agreements.terms import Promise, RateTerms
from leads.models import TierRoles
from leads.values import BUYER_ROLES
from measurement.account_contacts import Account, Contacts, accounts_of, contacts_of


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
        return share_of(self.filled, len(self.required))


def is_about_groups(promise: Promise) -> bool:
    """Whether a promise has buying groups: a rate over contacts, or over accounts themselves."""
    terms = promise.terms
    return promise.kind is Kind.RATE and isinstance(terms, RateTerms) and terms.of in ("contacts", "accounts")


def rows_of(promise: Promise, *, as_of: datetime, among: Collection[int] | None = None) -> list[GroupRow]:
    """A row an account of the promise as of now, or of those ``among`` these; a constant number of
    statements."""
    accounts = accounts_of(promise, at=as_of, as_of=as_of, among=among)
    contacts = contacts_of([account.ref for account in accounts], at=as_of, as_of=as_of)
    required = TierRoles.objects.at(as_of)
    return [_row(one, contacts[one.ref], required.get(one.tier or 0, ())) for one in accounts]


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


def in_order(roles: Iterable[str]) -> list[str]:
    """Standard roles in their own order, a company's own after them."""
    return sorted(roles, key=_place)


def _place(role: str) -> tuple[int, str]:
    return BUYER_ROLES.index(role) if role in BUYER_ROLES else len(BUYER_ROLES), role


def share_of(part: int, whole: int) -> Fraction | None:
    """A share of roles; None where none is required."""
    return Fraction(part, whole) if whole else None
