"""Buying groups kept account by account, so that pages and their totals do not read all of them.

Counted anew are the accounts that changed records concern; all of a commitment when another version or other
required roles come into force. What depends on the moment (an age) or on who is in which team is not kept.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from agreements.promises import in_force_history
from agreements.terms import Promise
from agreements.terms.values import Condition
from leads.models import Ref, TierRoles
from measurement.account_contacts import account_conditions, candidates
from measurement.group_rows import GroupRow, in_order, is_about_groups, rows_of, share_of
from measurement.kept.serving import zone_kept
from measurement.models import BuyingGroup, BuyingGroups
from measurement.periods import version_at

BATCH = 2_000
COMPARING = frozenset({"eq", "not", "gt", "gte", "lt", "lte", "present", "missing"})

#: The accounts that these records are, or that these contacts ever named, with those merged with them.
CONCERNED = """
WITH same AS (
    SELECT x.id, r.type FROM leads_ref r CROSS JOIN LATERAL (VALUES (r.id), (r.merged_into)) AS x (id)
    WHERE r.id = ANY (%(refs)s) AND r.type IN ('account', 'contact') AND x.id IS NOT NULL
), family AS (
    SELECT id, type FROM same UNION SELECT m.id, m.type FROM same s JOIN leads_ref m ON m.merged_into = s.id
), named AS (
    SELECT id FROM family WHERE type = 'account'
    UNION
    SELECT l.target_id FROM family f JOIN leads_link l ON l.ref_id = f.id AND l.field = 'account'
    WHERE f.type = 'contact'
)
SELECT DISTINCT x.id FROM named JOIN leads_ref r ON r.id = named.id
CROSS JOIN LATERAL (VALUES (r.id), (r.merged_into)) AS x (id) WHERE x.id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class KeptGroups:
    """As ``measurement.buying_groups.HeatMap``, read page by page."""

    key: str
    roles: list[str]
    accounts: int
    filled: int
    required: int

    @property
    def share(self) -> Fraction | None:
        """Weighted: all filled roles of all required ones, never a mean of shares."""
        return share_of(self.filled, self.required)

    def page(self, first: int, last: int) -> list[GroupRow]:
        """The accounts of these places, by name."""
        rows = BuyingGroup.objects.filter(commitment_key=self.key)
        return list(map(_read, rows.order_by(Coalesce("name", Value("")), "account_id")[first:last]))

    def refs(self) -> "QuerySet[Ref]":
        """The references of the accounts, to be paged."""
        rows = BuyingGroup.objects.filter(commitment_key=self.key, account_id=OuterRef("pk"))
        return Ref.objects.filter(Exists(rows), type="account")

    def among(self, accounts: Collection[int]) -> dict[int, GroupRow]:
        """The rows of these accounts."""
        rows = BuyingGroup.objects.filter(commitment_key=self.key, account_id__in=accounts)
        return {row.account_id: _read(row) for row in rows}


def kept_groups(promise: Promise, *, as_of: datetime) -> KeptGroups | None:
    """The kept groups where they say what the facts say (``serving.zone_kept``); None where they do not."""
    if not _can_be_kept(promise):
        return None
    row = BuyingGroups.objects.filter(pk=promise.key).first()
    if row is None or row.by != _counted_by(promise, as_of) or zone_kept(as_of=as_of) is None:
        return None
    return KeptGroups(row.commitment_key, in_order(row.roles), row.accounts, row.filled, row.required)


def bring_up(refs: Collection[int], *, as_of: datetime) -> None:
    """Count the accounts anew that these records concern, in the transaction of whoever keeps."""
    promises = list(_promises(as_of))
    if not promises or not refs:
        return
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED, {"refs": list(refs)})
        accounts = [ref for (ref,) in cursor.fetchall()]
    known = BuyingGroups.objects.in_bulk()
    for promise in promises:
        total = known.get(promise.key)
        if total and accounts:
            for some in _batches(accounts):
                _count(promise, total, some, as_of)


def follow_definitions(*, as_of: datetime, afresh: bool = False) -> None:
    """Count all accounts of the commitments that are counted by something else now; ``afresh``: of all."""
    promises = {promise.key: promise for promise in _promises(as_of)}
    for total in BuyingGroups.objects.all():
        promise = promises.get(total.pk)
        if promise and total.by == _counted_by(promise, as_of) and not afresh:
            del promises[total.pk]
        else:
            BuyingGroup.objects.filter(commitment_key=total.pk).delete()
            total.delete()
    for promise in promises.values():
        total = BuyingGroups.objects.create(pk=promise.key, by=_counted_by(promise, as_of))
        for some in _batches(candidates(account_conditions(promise.terms))):
            _count(promise, total, some, as_of)


def differing(*, as_of: datetime) -> list[str]:
    """Accounts kept otherwise than the facts give them, and totals that are not those of the rows."""
    found = []
    for promise in _promises(as_of):
        total = BuyingGroups.objects.filter(pk=promise.key).first()
        if total is None or total.by != _counted_by(promise, as_of):
            continue
        sums = BuyingGroups(pk=promise.key)
        for some in _batches(_all_of(promise)):
            kept = {row.account_id: _read(row) for row in _stored(promise, some)}
            told = {row.account: row for row in rows_of(promise, as_of=as_of, among=some)}
            _add(sums, told.values(), 1)
            other = {ref for ref in kept.keys() | told.keys() if kept.get(ref) != told.get(ref)}
            found += [f"buying group {promise.key} {ref}" for ref in sorted(other)]
        if _sums(sums) != _sums(total):
            found.append(f"buying groups {promise.key}")
    return found


def _all_of(promise: Promise) -> list[int]:
    kept = BuyingGroup.objects.filter(commitment_key=promise.key).values_list("account_id", flat=True)
    return sorted({*kept, *candidates(account_conditions(promise.terms))})


def _sums(total: BuyingGroups) -> tuple[Any, ...]:
    return total.accounts, total.filled, total.required, total.roles


def _count(promise: Promise, total: BuyingGroups, accounts: Collection[int], as_of: datetime) -> None:
    stored = _stored(promise, accounts)
    before = [_read(row) for row in stored]
    after = rows_of(promise, as_of=as_of, among=accounts)
    if {row.account: row for row in before} == {row.account: row for row in after}:
        return
    stored.delete()
    BuyingGroup.objects.bulk_create(_written(promise.key, row) for row in after)
    _add(total, before, -1)
    _add(total, after, 1)
    total.save()


def _stored(promise: Promise, accounts: Collection[int]) -> "QuerySet[BuyingGroup]":
    return BuyingGroup.objects.filter(commitment_key=promise.key, account_id__in=accounts)


def _add(total: BuyingGroups, rows: Iterable[GroupRow], sign: int) -> None:
    roles = Counter(total.roles)
    for row in rows:
        total.accounts += sign
        total.filled += sign * row.filled
        total.required += sign * len(row.required)
        for role in (*row.required, *row.contacts):
            roles[role] += sign
    total.roles = {role: count for role, count in roles.items() if count}


def _read(row: BuyingGroup) -> GroupRow:
    return GroupRow(
        row.account_id, row.name, row.tier, tuple(row.required), row.contacts, row.people, row.filled
    )


def _written(key: str, row: GroupRow) -> BuyingGroup:
    return BuyingGroup(
        commitment_key=key,
        account_id=row.account,
        name=row.name,
        tier=row.tier,
        required=list(row.required),
        contacts=row.contacts,
        people=row.people,
        filled=row.filled,
    )


def _promises(as_of: datetime) -> Iterator[Promise]:
    """The promises in force now whose groups can be kept."""
    by_key: dict[str, list[Promise]] = {}
    for promise in in_force_history():
        by_key.setdefault(promise.key, []).append(promise)
    for versions in by_key.values():
        promise = version_at(versions, as_of)
        if is_about_groups(promise) and _can_be_kept(promise):
            yield promise


def _can_be_kept(promise: Promise) -> bool:
    return all(_stands_still(condition) for condition in account_conditions(promise.terms))


def _stands_still(condition: Condition) -> bool:
    """Whether only a change of the account itself changes the answer."""
    name = condition.field.removeprefix("account.")
    return condition.op in COMPARING and not name.startswith("owner")


def _counted_by(promise: Promise, as_of: datetime) -> dict[str, Any]:
    required = {str(tier): list(roles) for tier, roles in TierRoles.objects.at(as_of).items()}
    return {"version": promise.commitment_id, "required": required}


def _batches(accounts: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(accounts)
    for first in range(0, len(ordered), BATCH):
        yield ordered[first : first + BATCH]
