"""The buying groups of the accounts that a promise over records is about: which roles are filled, by account.

The promise counts the share of contacts with a role; this counts the share of the required roles with a
contact. Both stand side by side: one is won by well-kept records, the other by knowing the right people.
Every contact of the account counts here, also one that the promise does not look at yet.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet

from agreements.promises import in_force_history
from agreements.terms import Promise
from leads.models import Ref
from measurement.group_rows import GroupRow, in_order, is_about_groups, rows_of, share_of
from measurement.kept.groups import KeptGroups, kept_groups
from measurement.periods import version_at

__all__ = ["GroupRow", "HeatMap", "KeptGroups", "buying_groups", "heat_map", "is_about_groups"]


class UnknownCommitmentError(Exception):
    """No signed agreement has the commitment."""


class NoBuyingGroupsError(Exception):
    """The commitment is no rate over contacts or accounts."""


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
        return share_of(self.filled, self.required)

    def page(self, first: int, last: int) -> list[GroupRow]:
        """The accounts of these places, by name."""
        return self.rows[first:last]

    def refs(self) -> "QuerySet[Ref]":
        """The references of the accounts, to be paged."""
        return Ref.objects.filter(pk__in=[row.account for row in self.rows])

    def among(self, accounts: Collection[int]) -> dict[int, GroupRow]:
        """The rows of these accounts."""
        return {row.account: row for row in self.rows if row.account in accounts}


def buying_groups(key: str, *, as_of: datetime) -> HeatMap | KeptGroups:
    """The buying groups of a commitment's accounts at ``as_of``, by its version in force then.

    From what is kept, or from the facts. Raises UnknownCommitmentError, NoBuyingGroupsError.
    """
    promise = _promise(key, as_of)
    return kept_groups(promise, as_of=as_of) or _live(promise, as_of)


def heat_map(key: str, *, as_of: datetime) -> HeatMap:
    """The same from the facts, whatever is kept; a constant number of statements."""
    return _live(_promise(key, as_of), as_of)


def _live(promise: Promise, as_of: datetime) -> HeatMap:
    rows = sorted(rows_of(promise, as_of=as_of), key=lambda row: (row.name or "", row.account))
    return HeatMap(
        roles=in_order({role for row in rows for role in (*row.required, *row.contacts)}),
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
