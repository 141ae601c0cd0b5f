"""What became of leads that were handed over, and the rows in which they are counted; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from measurement.stages import Money, together


class By(StrEnum):
    """What a row is about."""

    CAMPAIGN = "campaign"
    ORIGIN = "origin"


class Outcome(StrEnum):
    """What became of a lead that was handed over."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RECYCLED = "recycled"


#: As a campaign or origin in a question: leads that have none.
NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why leads were rejected (None: no reason was given), how many, and how many as bad data."""

    reason: str | None
    count: int
    bad_data: int


@dataclass(frozen=True, slots=True)
class Row:
    """Leads of one campaign (``key``: its ref id) or origin; None: of none.

    handed = waiting + accepted + rejected + recycled, and the reasons add up to the rejected ones.
    """

    key: str | None
    handed: int = 0
    waiting: int = 0
    accepted: int = 0
    rejected: int = 0
    recycled: int = 0
    bad_data: int = 0
    meetings: int = 0
    deals: int = 0
    won: int = 0
    reasons: tuple[Reason, ...] = ()
    money: tuple[Money, ...] = ()

    @property
    def decided(self) -> int:
        """Accepted, rejected or given back."""
        return self.handed - self.waiting


@dataclass(frozen=True, slots=True)
class Fate:
    """One lead that was handed over, and what became of it."""

    lead: int
    origin: str | None
    campaign: int | None
    owner: int | None
    handed_at: datetime
    outcome: str
    decided_at: datetime | None
    reason: str | None
    bad_data: bool
    met: bool
    deal_at: datetime | None
    won_at: datetime | None


COUNTS = ("handed", "waiting", "accepted", "rejected", "recycled", "bad_data", "meetings", "deals", "won")


def total_of(rows: Sequence[Row]) -> Row:
    """The row that counts all of these."""
    counts = {name: sum(getattr(row, name) for row in rows) for name in COUNTS}
    reasons: dict[str | None, list[Reason]] = defaultdict(list)
    for reason in (reason for row in rows for reason in row.reasons):
        reasons[reason.reason].append(reason)
    merged = [
        Reason(name, sum(one.count for one in some), sum(one.bad_data for one in some))
        for name, some in reasons.items()
    ]
    return row_of(None, counts, merged, [money for row in rows for money in row.money])


def row_of(
    key: str | None, counts: Mapping[str, int], reasons: Iterable[Reason], money: Iterable[Money]
) -> Row:
    """A row, its reasons the most frequent first, its money by currency."""
    order = sorted(reasons, key=lambda one: (-one.count, one.reason is None, one.reason or ""))
    said = {name: counts.get(name, 0) for name in COUNTS}
    return Row(key, **said, reasons=tuple(order), money=together(money))


def largest_first(rows: Iterable[Row]) -> list[Row]:
    """The order of the table: leads of none last."""
    return sorted(rows, key=lambda row: (row.key is None, -row.handed, row.key or ""))
