"""Whose a period was to keep."""

from collections.abc import Iterable

from leads.models import Account
from reporting.watching.closed import ClosedPeriod, PeriodKey


def owners_of(periods: Iterable[ClosedPeriod]) -> dict[PeriodKey, int | None]:
    """Who owed each: the member that it is counted for, the owner of the account; nobody where a team did."""
    each = {one.key: getattr(one.promise.terms, "each", "team") for one in periods}
    accounts = {int(key[2]) for key, kind in each.items() if kind == "account"}
    rows = Account.objects.filter(ref_id__in=accounts).values_list("ref_id", "owner_id") if accounts else ()
    owner_of = dict(rows)
    found: dict[PeriodKey, int | None] = {}
    for key, kind in each.items():
        if kind == "member":
            found[key] = int(key[2])
        elif kind == "account":
            found[key] = owner_of.get(int(key[2]))
    return found
