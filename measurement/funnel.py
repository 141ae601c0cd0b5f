"""How leads turn into customers: the live conversion and close-rate table (lead → MQL → SAL → SQL → deal →
won), by month, by origin or by owner, with amounts by currency.

What the stages mean is in ``measurement.journeys``. Every lead stands in exactly one row, so rows add up to
the total; rates are shares of the counts that stand beside them, never means of rates. A rate says which
share of the leads at one stage also reached the next; a lead that skipped a stage counts at the later one
only. Amounts of different currencies are never added.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.db import connection

from measurement.journeys import FACTS, parameters
from measurement.periods import midnight

#: Of the leads that were won, nine in ten were won within the time that a cohort takes to mature.
WITHIN = 0.9
#: With fewer wins than this the time to a win says nothing, and DEFAULT_MATURITY holds.
FEWEST_WINS = 10
DEFAULT_MATURITY = 90


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
AT = {
    Stage.LEAD: "created_at",
    Stage.MQL: "mql_at",
    Stage.SAL: "sal_at",
    Stage.SQL: "sql_at",
    Stage.DEAL: "deal_at",
    Stage.WON: "won_at",
}
COHORT_AT = {Cohort.CREATED: "created_at", Cohort.QUALIFIED: "mql_at"}
KEY = {
    By.MONTH: "to_char(cohort_at AT TIME ZONE %(zone)s, 'YYYY-MM')",
    By.ORIGIN: "origin",
    By.OWNER: "(SELECT coalesce(m.merged_into, m.id) FROM leads_ref m WHERE m.id = owner_id)::text",
}
_COUNTS = ", ".join(f"count({column})" for column in AT.values())
_ONWARDS = ", ".join(
    f"count(*) FILTER (WHERE {AT[here]} IS NOT NULL AND {AT[there]} IS NOT NULL)"
    for here, there in pairwise(STAGES)
)
TABLE = f"""
WITH {FACTS}, pace AS (
    SELECT count(*) AS wins, CASE WHEN count(*) >= {FEWEST_WINS} THEN ceil(
        percentile_disc({WITHIN}) WITHIN GROUP (ORDER BY extract(epoch FROM won_at - {{at}})) / 86400)
        ELSE {DEFAULT_MATURITY} END AS days
    FROM journey WHERE won_at >= {{at}}
), member AS (
    SELECT journey.*, {{at}} AS cohort_at FROM journey
    WHERE {{at}} IS NOT NULL AND {{at}} < %(end)s
    AND (%(since)s::timestamptz IS NULL OR {{at}} >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR {{at}} < %(until)s)
    AND (%(origin)s::text IS NULL OR origin = %(origin)s)
    AND (%(campaign)s::bigint IS NULL OR campaign_id = %(campaign)s)
), keyed AS MATERIALIZED (SELECT member.*, {{key}} AS key FROM member)
SELECT 'count' AS what, key, NULL AS currency, ARRAY[{_COUNTS}, {_ONWARDS},
    count(*) FILTER (WHERE won_at IS NULL
        AND cohort_at > %(as_of)s - (SELECT days FROM pace) * interval '1 day')] AS counts,
    NULL::numeric AS amount, NULL::numeric AS won_amount
FROM keyed GROUP BY key
UNION ALL
SELECT 'money', k.key, d.currency, ARRAY[count(*), count(d.won_at), count(d.lost_at),
    count(*) FILTER (WHERE d.amount IS NULL)],
    coalesce(sum(d.amount), 0), coalesce(sum(d.amount) FILTER (WHERE d.won_at IS NOT NULL), 0)
FROM keyed k JOIN deal d ON d.lead_id = k.id AND d.created_at < %(end)s GROUP BY k.key, d.currency
UNION ALL
SELECT 'pace', NULL, NULL, ARRAY[wins, days::bigint], NULL, NULL FROM pace
"""


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


def funnel(
    *,
    by: By,
    cohort: Cohort = Cohort.CREATED,
    since: datetime | None = None,
    until: datetime | None = None,
    zone: str = "UTC",
    origin: str | None = None,
    campaign: int | None = None,
    as_of: datetime,
) -> Funnel:
    """The table of the leads whose cohort instant lies in [since, until), from the facts up to ``as_of``.

    Rows by month in order (in ``zone``), by origin or owner (ref id of the member) the largest first, nobody
    and unknown last. One statement; about a second for 100,000 leads.
    """
    statement = TABLE.format(at=COHORT_AT[cohort], key=KEY[by])
    asked = {"since": since, "until": until, "zone": zone, "origin": origin, "campaign": campaign}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters(as_of), **asked, "as_of": as_of})
        found = cursor.fetchall()
    wins, days = next(counts for what, _, _, counts, *_ in found if what == "pace")
    rows = _rows(found)
    rows.sort(key=lambda row: (row.key is None, row.key if by is By.MONTH else -row.counts[0], row.key or ""))
    return Funnel(tuple(rows), fold(rows, None), int(days), int(wins))


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


def days_between(first: date | None, last: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """The half-open instants of local days, both included; None stays open."""
    until = midnight(last + timedelta(days=1), zone) if last else None
    return (midnight(first, zone) if first else None), until


def _rows(found: Sequence[Any]) -> list[Row]:
    money: dict[str | None, list[Money]] = defaultdict(list)
    for what, key, currency, counts, amount, won_amount in found:
        if what == "money":
            deals, won, lost, without = counts
            money[key].append(Money(currency, deals, won, lost, without, amount, won_amount))
    size = len(STAGES)
    return [
        Row(
            key,
            tuple(counts[:size]),
            tuple(counts[size:-1]),
            counts[-1],
            together(money[key]),
        )
        for what, key, _, counts, *_ in found
        if what == "count"
    ]


def _sums(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))
