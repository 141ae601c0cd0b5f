"""Reads the journeys of some leads from the facts, in the words of the live table, of fewer leads.

Works on two temporary tables: ``asked_lead`` and ``asked_deal`` name what is looked at.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from leads.event_kinds import TOUCHES
from measurement.journeys import FACTS, SOME_FACTS, about_leads, parameters

# Made once a connection and emptied by each commit, as the tables of ingestion are.
PREPARE = """
CREATE TEMPORARY TABLE IF NOT EXISTS asked_lead (id bigint PRIMARY KEY) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS asked_deal (id bigint PRIMARY KEY) ON COMMIT DELETE ROWS;
DELETE FROM asked_lead;
DELETE FROM asked_deal;
"""
#: The leads that these records are, lead to or led to, and what they were merged into; of a deal also the
#: lead that it was told of until now.
ASK_LEADS = """
INSERT INTO asked_lead
WITH touched AS MATERIALIZED (
    SELECT r.id, r.type FROM leads_ref given
    CROSS JOIN LATERAL (VALUES (given.id), (given.merged_into)) AS same (id)
    JOIN leads_ref r ON r.id = same.id
    WHERE given.id = ANY (%(refs)s) AND given.type IN ('lead', 'deal', 'contact')
), led AS (
    SELECT id FROM touched WHERE type = 'lead'
    UNION
    SELECT d.lead_id FROM touched t JOIN leads_deal d ON d.ref_id = t.id WHERE t.type = 'deal'
    UNION
    SELECT k.lead_id FROM touched t JOIN measurement_journeydeal k ON k.deal_id = t.id WHERE t.type = 'deal'
    UNION
    SELECT l.ref_id FROM touched t JOIN leads_ref c ON c.id = t.id OR c.merged_into = t.id
    JOIN leads_lead l ON l.contact_id = c.id WHERE t.type = 'contact'
)
SELECT DISTINCT same.id FROM led JOIN leads_ref r ON r.id = led.id
CROSS JOIN LATERAL (VALUES (r.id), (r.merged_into)) AS same (id) WHERE same.id IS NOT NULL
"""
#: Besides those deals themselves all that name one of the leads, or did so until now.
ASK_DEALS = """
INSERT INTO asked_deal
SELECT same.id FROM leads_ref r CROSS JOIN LATERAL (VALUES (r.id), (r.merged_into)) AS same (id)
WHERE r.id = ANY (%(refs)s) AND r.type = 'deal' AND same.id IS NOT NULL
UNION
SELECT k.deal_id FROM asked_lead a JOIN measurement_journeydeal k ON k.lead_id = a.id
UNION
SELECT d.ref_id FROM asked_lead a CROSS JOIN LATERAL (
    SELECT a.id UNION ALL SELECT r.id FROM leads_ref r WHERE r.merged_into = a.id
) AS same (id) JOIN leads_deal d ON d.lead_id = same.id
"""

_KINDS = ", ".join(f"'{kind}'" for kind in sorted(TOUCHES))
#: What a score must look like to be one.
NUMBER = "^-?[0-9]{1,30}(\\.[0-9]{1,30})?$"

DEAL_ROW = """deal_row AS (
    SELECT ref_id AS deal_id, lead_id, coalesce(currency, '') AS currency, amount,
        CASE WHEN created_at < %(end)s THEN created_at END AS created_at, won_at, lost_at,
        coalesce(won_at, lost_at) AS closed_at
    FROM deal
)"""


def _fates(*, some: bool) -> str:
    """The rest of a journey, after the tables of ``measurement.journeys``."""
    persons = """, contact_family AS MATERIALIZED (
    SELECT j.contact_id AS id FROM journey j WHERE j.contact_id IS NOT NULL
    UNION SELECT r.id FROM journey j JOIN leads_ref r ON r.merged_into = j.contact_id
)"""
    return f"""{persons if some else ""}, decision AS (
    SELECT DISTINCT ON (f.ref) f.ref, f.at, substr(f.kind, 6) AS outcome,
        left(lower(btrim(f.data ->> 'reason', %(blanks)s)), 255) AS reason,
        f.data ->> 'bad_data' = 'true' AS bad_data
    FROM lead_fact f JOIN journey j ON j.id = f.ref
    WHERE f.kind IN ('lead.accepted', 'lead.rejected', 'lead.recycled') AND f.at >= j.mql_at
    ORDER BY f.ref, f.at DESC, f.kind DESC, f.data::text DESC
), meeting AS (
    SELECT DISTINCT j.id FROM journey j
    JOIN ({about_leads("'meeting.held'", some=some)}) met ON met.lead_id = j.id AND met.at >= j.mql_at
), touch AS (
    SELECT t.lead_id, min(t.at) AS at
    FROM ({about_leads(_KINDS, "coalesce(e.data ->> 'automatic', '') <> 'true'", some=some)}) t
    JOIN journey j ON j.id = t.lead_id AND t.at >= j.mql_at GROUP BY t.lead_id
), dropped AS (
    SELECT f.ref, min(f.at) AS at FROM lead_fact f JOIN journey j ON j.id = f.ref AND f.at >= j.mql_at
    WHERE f.kind IN ('lead.rejected', 'lead.recycled') GROUP BY f.ref
), scored AS (
    SELECT j.id, coalesce(
        (SELECT v.fields -> 'score' FROM leads_recordversion v WHERE v.ref_id = j.id AND v.fields ? 'score'
            AND v.valid_from <= j.mql_at ORDER BY v.valid_from DESC LIMIT 1),
        (SELECT first.fields -> 'score' FROM (SELECT fields FROM leads_recordversion v WHERE v.ref_id = j.id
            ORDER BY v.valid_from LIMIT 1) first)) AS score
    FROM journey j WHERE j.mql_at IS NOT NULL
), journey_row AS (
    SELECT j.id AS lead_id, left(j.origin, 255) AS origin, j.campaign_id, j.owner_id,
        CASE WHEN j.created_at < %(end)s THEN j.created_at END AS created_at,
        j.mql_at, j.sal_at, j.sql_at, j.deal_at, j.won_at,
        CASE WHEN j.mql_at IS NOT NULL THEN coalesce(d.outcome, 'waiting') END AS outcome, d.at AS decided_at,
        CASE WHEN d.outcome = 'rejected' THEN nullif(d.reason, '') END AS reason,
        coalesce(d.bad_data, false) AND d.outcome = 'rejected' AS bad_data, m.id IS NOT NULL AS met,
        CASE WHEN jsonb_typeof(s.score) IN ('number', 'string') AND (s.score #>> '{{}}') ~ '{NUMBER}'
            THEN (s.score #>> '{{}}')::numeric::float8 END AS score,
        t.at AS touched_at, x.at AS dropped_at
    FROM journey j LEFT JOIN decision d ON d.ref = j.id LEFT JOIN meeting m ON m.id = j.id
    LEFT JOIN touch t ON t.lead_id = j.id LEFT JOIN dropped x ON x.ref = j.id
    LEFT JOIN scored s ON s.id = j.id
), {DEAL_ROW}"""


ROWS = f"WITH {FACTS}{_fates(some=False)}"
SOME_ROWS = f"WITH {SOME_FACTS}{_fates(some=True)}"


def ask(refs: Collection[int]) -> None:
    """Name the leads and deals that these records concern in the temporary tables."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
        cursor.execute(ASK_LEADS, {"refs": list(refs)})
        cursor.execute(ASK_DEALS, {"refs": list(refs)})
        # Else plans read whole tables for a few thousand leads.
        cursor.execute("ANALYZE asked_lead, asked_deal; SET LOCAL random_page_cost = 1.1")


def run(statement: str, *, as_of: datetime) -> list[tuple]:
    """A statement that begins with ROWS or SOME_ROWS, by the facts up to the second of ``as_of``."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters(as_of))
        return cursor.fetchall() if cursor.description else []
