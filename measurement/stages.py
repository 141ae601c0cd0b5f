"""The stages on a lead's way, and the rows in which leads and their deals are counted; pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Cohort(StrEnum):
    """Which instant puts a lead into its month: when it was created, or when it was handed over as an MQL."""

    CREATED = "created"
    QUALIFIED = "qualified"


class By(StrEnum):
    """What a row is about."""

    MONTH = "month"
    ORIGIN = "origin"
    OWNER = "owner"


class Stage(StrEnum):
    """The stages in their order."""

    LEAD = "lead"
    MQL = "mql"
    SAL = "sal"
    SQL = "sql"
    DEAL = "deal"
    WON = "won"


STAGES = tuple(Stage)
#: Of the leads that were won, nine in ten were won within the time that a cohort takes to mature.
WITHIN = 0.9
#: With fewer wins than this the time to a win says nothing, and DEFAULT_MATURITY holds.
FEWEST_WINS = 10
DEFAULT_MATURITY = 90


@dataclass(frozen=True, slots=True)
class Money:
    """The deals of a row in one currency (None: the deals name none). ``without_amount`` of them say none,
    and ``amount``, all that was opened, and ``won_amount`` leave those out."""

    currency: str | None
    deals: int
    won: int
    lost: int
    without_amount: int
    amount: Decimal
    won_amount: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """One cohort. ``counts``: leads that reached each stage, in the order of STAGES; ``onwards``: those at a
    stage that also reached the next. ``maturing``: leads whose time is not up and that are not won yet."""

    key: str | None
    counts: tuple[int, ...] = (0,) * len(STAGES)
    onwards: tuple[int, ...] = (0,) * (len(STAGES) - 1)
    maturing: int = 0
    money: tuple[Money, ...] = ()

    def count(self, stage: Stage) -> int:
        """The leads that reached this stage."""
        return self.counts[STAGES.index(stage)]

    def rate(self, stage: Stage) -> Fraction | None:
        """Which share of the leads at the stage before also reached this one; None when none were there."""
        place = STAGES.index(stage) - 1
        return Fraction(self.onwards[place], self.counts[place]) if self.counts[place] else None

    def overall(self, stage: Stage) -> Fraction | None:
        """Which share of the cohort reached this stage."""
        return Fraction(self.count(stage), self.counts[0]) if self.counts[0] else None

    @property
    def deals_won(self) -> int:
        """Deals that were won, of whatever currency; one lead may have several."""
        return sum(money.won for money in self.money)

    @property
    def deals_closed(self) -> int:
        """Deals that were won or lost."""
        return sum(money.won + money.lost for money in self.money)

    @property
    def close_rate(self) -> Fraction | None:
        """Won ÷ (won + lost), by deals; None before any was closed."""
        return Fraction(self.deals_won, self.deals_closed) if self.deals_closed else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """Rows and the total that they add up to. A cohort matures in ``maturity_days``: nine in ten of
    ``wins`` came within them, or the usual 90 days where there are too few wins to say."""

    rows: tuple[Row, ...]
    total: Row
    maturity_days: int
    wins: int

    @classmethod
    def of(cls, rows: Iterable[Row], by: By, *, maturity_days: int, wins: int) -> "Funnel":
        """Months in order, origins and owners the largest first; nobody and unknown last."""
        months = by is By.MONTH
        order = sorted(
            rows, key=lambda row: (row.key is None, row.key if months else -row.counts[0], row.key or "")
        )
        return cls(tuple(order), fold(order, None), maturity_days, wins)


def fold(rows: Iterable[Row], key: str | None) -> Row:
    """One row that counts all of these."""
    rows = list(rows)
    if not rows:
        return Row(key)
    return Row(
        key,
        _sums(row.counts for row in rows),
        _sums(row.onwards for row in rows),
        sum(row.maturing for row in rows),
        together(money for row in rows for money in row.money),
    )


def together(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One amount a currency, by the currency's name; deals without one come last."""
    by_currency: dict[str | None, list[Money]] = defaultdict(list)
    for money in amounts:
        by_currency[money.currency].append(money)
    names = ("deals", "won", "lost", "without_amount", "amount", "won_amount")
    order = sorted(by_currency, key=lambda currency: (currency is None, currency or ""))
    sums: Any = {
        currency: {name: sum(getattr(one, name) for one in by_currency[currency]) for name in names}
        for currency in order
    }
    return tuple(Money(currency=currency, **sums[currency]) for currency in order)


def _sums(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))
