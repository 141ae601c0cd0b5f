"""How leads turn into customers: the live conversion and close-rate table (lead → MQL → SAL → SQL → deal →
won), by month, by origin or by owner, with amounts by currency.

What the stages mean is in ``measurement.journeys``. Every lead stands in exactly one row, so rows add up to
the total; rates are shares of the counts that stand beside them, never means of rates. A rate says which
share of the leads at one stage also reached the next; a lead that skipped a stage counts at the later one
only. Amounts of different currencies are never added.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from core.replicas import reading as connection
from measurement.journeys import FACTS, parameters
from measurement.kept.funnels import Asked
from measurement.kept.funnels import funnel as kept_funnel
from measurement.kept.serving import zone_kept
from measurement.periods import midnight
from measurement.stages import (
    DEFAULT_MATURITY,
    FEWEST_WINS,
    STAGES,
    WITHIN,
    By,
    Cohort,
    Funnel,
    Money,
    Row,
    Stage,
    fold,
    together,
)

__all__ = [
    "STAGES",
    "By",
    "Cohort",
    "Funnel",
    "Money",
    "Row",
    "Stage",
    "days_between",
    "fold",
    "funnel",
    "live_funnel",
    "together",
]

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
    and unknown last. From what is kept, at a cost that does not grow with the leads; another zone, a past
    ``as_of`` or a campaign are answered from the facts themselves, in about a second for 100,000 leads.
    """
    asked = Asked(by, cohort, since, until, zone, origin, as_of)
    kept = None if campaign else zone_kept(zone=zone if by is By.MONTH else None, as_of=as_of)
    if kept:
        return kept_funnel(replace(asked, zone=kept))
    return live_funnel(asked, campaign=campaign)


def live_funnel(asked: Asked, *, campaign: int | None = None) -> Funnel:
    """The same from the facts, whatever is kept; one statement."""
    statement = TABLE.format(at=COHORT_AT[asked.cohort], key=KEY[asked.by])
    given = {name: getattr(asked, name) for name in ("since", "until", "zone", "origin", "as_of")}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters(asked.as_of), **given, "campaign": campaign})
        found = cursor.fetchall()
    wins, days = next(counts for what, _, _, counts, *_ in found if what == "pace")
    return Funnel.of(_rows(found), asked.by, maturity_days=int(days), wins=int(wins))


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
