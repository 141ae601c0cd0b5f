"""Accounts × buyer roles: who is known where, and which required role nobody fills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.terms.values import Promise
from measurement.buying_groups import GroupRow, buying_groups, is_about_groups
from reporting import words
from reporting.showing.numbers import number, percent

#: Accounts shown beside a promise.
FEW = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One role at one account: how many contacts hold it; ``tone`` says what to think of it."""

    count: int
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One account."""

    name: str
    tier: int | None
    cells: list[Cell]
    filled: str
    share: str


@dataclass(frozen=True, slots=True)
class ShownHeatMap:
    """The rows on the page, the totals over all accounts. ``accounts``: how many there are in all."""

    roles: list[str]
    rows: list[HeatRow]
    accounts: int
    filled: str
    share: str


def heat_map_of(promise: Promise, as_of: datetime, *, first: int = 0, last: int = FEW) -> ShownHeatMap | None:
    """The buying groups of a promise about contacts or accounts, the accounts of these places by name; None
    for any other promise."""
    if not is_about_groups(promise):
        return None
    found = buying_groups(promise.key, as_of=as_of)
    return ShownHeatMap(
        roles=[words.buyer_role(role) for role in found.roles],
        rows=[_row(row, found.roles) for row in found.page(first, last)],
        accounts=found.accounts,
        filled=_("%(n)s of %(of)s") % {"n": number(found.filled), "of": number(found.required)},
        share=percent(found.share),
    )


def _row(row: GroupRow, roles: Sequence[str]) -> HeatRow:
    name = row.name or _("unknown record")
    return HeatRow(
        name=name,
        tier=row.tier,
        cells=[_cell(row, role) for role in roles],
        filled=f"{row.filled}/{len(row.required)}" if row.required else "–",
        share=percent(row.share),
    )


def _cell(row: GroupRow, role: str) -> Cell:
    count = row.contacts.get(role, 0)
    required = role in row.required
    said = {"role": words.buyer_role(role), "n": count}
    if count:
        return Cell(count, "held-more" if count > 1 else "held", _("%(role)s: %(n)d known") % said)
    return Cell(0, "wanted" if required else "none", _("%(role)s: nobody known") % said if required else "")
