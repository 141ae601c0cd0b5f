"""What became of the leads that marketing handed over: by campaign or origin, with the reasons of rejections.

A lead counts at its first handoff (``measurement.journeys``), so that the numbers are those of the funnel.
What became of it is its latest decision at or after that handoff: accepted, rejected, given back
(``lead.recycled``), or none yet: waiting. The four add up to the handed ones. A meeting is a
``meeting.held`` at or after the handoff, of the lead, of a deal that names it, or of its contact where the
meeting names no lead or deal.
"""

from collections import defaultdict
from dataclasses import asdict
from datetime import datetime
from typing import Any

from core.replicas import reading as connection
from measurement.fates import COUNTS, NONE, By, Fate, Outcome, Reason, Row, largest_first, row_of, total_of
from measurement.journeys import FACTS, about_leads, parameters
from measurement.kept import fates as kept
from measurement.kept.fates import Asked
from measurement.kept.serving import zone_kept
from measurement.stages import Money

__all__ = ["NONE", "By", "Fate", "Outcome", "Reason", "Row", "fates", "outcomes"]

KEY = {
    By.CAMPAIGN: "(SELECT coalesce(c.merged_into, c.id) FROM leads_ref c WHERE c.id = campaign_id)::text",
    By.ORIGIN: "origin",
}
HANDED = f"""
WITH {FACTS}, handed AS MATERIALIZED (
    SELECT journey.*, {KEY[By.CAMPAIGN]} AS campaign FROM journey
    WHERE mql_at < %(end)s AND (%(since)s::timestamptz IS NULL OR mql_at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR mql_at < %(until)s)
), decision AS (
    SELECT DISTINCT ON (f.ref) f.ref, f.at, substr(f.kind, 6) AS outcome,
        left(lower(btrim(f.data ->> 'reason', %(blanks)s)), 255) AS reason,
        f.data ->> 'bad_data' = 'true' AS bad_data
    FROM lead_fact f JOIN handed h ON h.id = f.ref
    WHERE f.kind IN ('lead.accepted', 'lead.rejected', 'lead.recycled') AND f.at >= h.mql_at
    ORDER BY f.ref, f.at DESC, f.kind DESC, f.data::text DESC
), meeting AS (
    SELECT DISTINCT h.id FROM handed h
    JOIN ({about_leads("'meeting.held'")}) met ON met.lead_id = h.id AND met.at >= h.mql_at
), fate AS MATERIALIZED (
    SELECT h.id, h.origin, h.campaign, h.owner_id, h.mql_at, h.deal_at, h.won_at,
        coalesce(d.outcome, 'waiting') AS outcome, d.at AS decided_at,
        CASE WHEN d.outcome = 'rejected' THEN nullif(d.reason, '') END AS reason,
        coalesce(d.bad_data, false) AND d.outcome = 'rejected' AS bad_data, m.id IS NOT NULL AS met
    FROM handed h LEFT JOIN decision d ON d.ref = h.id LEFT JOIN meeting m ON m.id = h.id
    WHERE (%(origin)s::text IS NULL OR coalesce(h.origin, 'none') = %(origin)s)
    AND (%(campaign)s::text IS NULL OR coalesce(h.campaign, 'none') = %(campaign)s)
)
"""
TABLE = f"""{HANDED}
SELECT 'count' AS what, {{key}} AS key, NULL AS label, ARRAY[count(*),
    count(*) FILTER (WHERE outcome = 'waiting'), count(*) FILTER (WHERE outcome = 'accepted'),
    count(*) FILTER (WHERE outcome = 'rejected'), count(*) FILTER (WHERE outcome = 'recycled'),
    count(*) FILTER (WHERE bad_data), count(*) FILTER (WHERE met), count(deal_at), count(won_at)] AS counts,
    NULL::numeric AS amount, NULL::numeric AS won_amount
FROM fate GROUP BY {{key}}
UNION ALL
SELECT 'reason', {{key}}, reason, ARRAY[count(*), count(*) FILTER (WHERE bad_data)], NULL, NULL
FROM fate WHERE outcome = 'rejected' GROUP BY {{key}}, reason
UNION ALL
SELECT 'money', {{key}}, d.currency, ARRAY[count(*), count(d.won_at), count(d.lost_at),
    count(*) FILTER (WHERE d.amount IS NULL)],
    coalesce(sum(d.amount), 0), coalesce(sum(d.amount) FILTER (WHERE d.won_at IS NOT NULL), 0)
FROM fate JOIN deal d ON d.lead_id = fate.id AND d.created_at < %(end)s GROUP BY {{key}}, d.currency
"""
LIST = f"""{HANDED}
SELECT id, origin, campaign::bigint, owner_id, mql_at, outcome, decided_at, reason, bad_data, met, deal_at,
    won_at, count(*) OVER () FROM fate
WHERE (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
AND (%(reason)s::text IS NULL OR (outcome = 'rejected' AND coalesce(reason, 'none') = %(reason)s))
AND (%(reached)s::text IS NULL OR CASE %(reached)s WHEN 'meeting' THEN met
    WHEN 'deal' THEN deal_at IS NOT NULL WHEN 'won' THEN won_at IS NOT NULL
    WHEN 'bad_data' THEN bad_data ELSE true END)
ORDER BY mql_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s
"""


def outcomes(
    *,
    by: By,
    since: datetime | None = None,
    until: datetime | None = None,
    origin: str | None = None,
    campaign: str | None = None,
    as_of: datetime,
) -> tuple[list[Row], Row]:
    """Rows, the largest first, and the total that they add up to: leads handed over in [since, until).

    ``origin`` and ``campaign`` (a ref id as text) narrow; NONE are those without one. From what is kept, or
    for a past ``as_of`` from the facts.
    """
    asked = Asked(since, until, origin, campaign)
    zone = zone_kept(as_of=as_of)
    found = kept.outcomes(by, asked, zone=zone) if zone else live_outcomes(by, asked, as_of=as_of)
    return largest_first(found), total_of(found)


def live_outcomes(by: By, asked: Asked, *, as_of: datetime) -> list[Row]:
    """The rows from the facts, whatever is kept; one statement."""
    found = _ask(TABLE.format(key=by.value), {**asdict(asked), **parameters(as_of)})
    reasons: dict[str | None, list[Reason]] = defaultdict(list)
    money: dict[str | None, list[Money]] = defaultdict(list)
    for what, key, label, counts, *amounts in found:
        if what == "reason":
            reasons[key].append(Reason(label, *counts))
        elif what == "money":
            money[key].append(Money(label, *counts, *amounts))
    return [
        row_of(key, dict(zip(COUNTS, counts, strict=True)), reasons[key], money[key])
        for what, key, _, counts, *_ in found
        if what == "count"
    ]


def fates(
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    origin: str | None = None,
    campaign: str | None = None,
    outcome: str | None = None,
    reason: str | None = None,
    reached: str | None = None,
    limit: int,
    offset: int = 0,
    as_of: datetime,
) -> tuple[list[Fate], int]:
    """Leads behind a number of the table, the latest handoff first, and how many there are in all.

    ``reached``: meeting, deal, won or bad_data. Past the last page: no rows, and 0.
    """
    asked = Asked(since, until, origin, campaign)
    more: dict[str, Any] = {"outcome": outcome, "reason": reason, "reached": reached}
    more |= {"limit": limit, "offset": offset}
    if zone := zone_kept(as_of=as_of):
        return kept.fates(asked, **more, zone=zone)
    return live_fates(asked, **more, as_of=as_of)


def live_fates(asked: Asked, *, as_of: datetime, **more: Any) -> tuple[list[Fate], int]:
    """The same from the facts, whatever is kept."""
    found = _ask(LIST, {**asdict(asked), **more, **parameters(as_of)})
    return [Fate(*row[:-1]) for row in found], found[0][-1] if found else 0


def _ask(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
