"""The way of every lead as one row: from which facts it is read, as SQL that other statements begin with.

An event of the log and the one that the record implies count once, as ``leads.timelines`` tells them: an
implied event is left out where an explicit one of its kind lies between the neighbouring changes of the
record. Withdrawn events do not count, merged records are their survivor, deleted leads and deals are left
out. A stage is reached at its first fact:

- lead: ``lead.created``, else the first fact that names the lead;
- MQL: ``lead.qualified``, the handoff; SAL: ``lead.accepted``;
- SQL: ``lead.converted``, or the status *qualified*, or a deal that names the lead, whichever came first;
- deal: the first deal that names the lead; won: the first of them that was won.

A deal is won (or lost) by its latest closing. Origin, campaign, owner and amounts are those known now.
Parameters: ``end`` (facts before it count), ``blanks`` and what the statement itself asks for.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from agreements.models import AgreementVersion
from leads.values import BLANKS

LEAD_KINDS = (
    "lead.created",
    "lead.qualified",
    "lead.accepted",
    "lead.rejected",
    "lead.recycled",
    "lead.converted",
)
DEAL_KINDS = ("deal.created", "deal.won", "deal.lost")


def _quoted(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


#: Events that count at ``end``.
STANDING = """FROM leads_event e WHERE e.occurred_at < %(end)s AND (e.retracted_by IS NULL
    OR (SELECT wd.occurred_at FROM leads_event wd WHERE wd.id = e.retracted_by) >= %(end)s)"""


def _facts(name: str, column: str, kinds: tuple[str, ...], some: bool) -> str:
    """Two tables: what the log says of these kinds, and all facts of them, each once, by survivor."""
    told = f"AND e.{column} IN (SELECT id FROM {name}_family)" if some else f"AND e.{column} IS NOT NULL"
    implied = f"AND i.ref_id IN (SELECT id FROM {name}_family)" if some else ""
    refs = f"{name}_family" if some else "leads_ref"
    return f"""
{name}_told AS MATERIALIZED (
    SELECT e.{column} AS ref, e.kind, e.occurred_at AS at, e.data {STANDING}
    {told} AND e.kind IN ({_quoted(kinds)})
), {name}_fact AS MATERIALIZED (
    SELECT coalesce(r.merged_into, r.id) AS ref, fact.kind, fact.at, fact.data FROM (
        SELECT * FROM {name}_told
        UNION ALL
        SELECT i.ref_id, i.kind, i.occurred_at, i.data FROM leads_impliedevent i
        WHERE i.kind IN ({_quoted(kinds)}) AND i.occurred_at < %(end)s {implied} AND NOT EXISTS (
            SELECT FROM {name}_told t WHERE t.ref = i.ref_id AND t.kind = i.kind
            AND (i.after IS NULL OR t.at > i.after) AND (i.before IS NULL OR t.at < i.before)
        )
    ) fact JOIN {refs} r ON r.id = fact.ref
)"""


def _first(kind: str) -> str:
    return f"min(at) FILTER (WHERE kind = '{kind}')"


#: Before anything happened to a lead that says no ``created_at``: the first fact that names it.
FIRST_KNOWN = f"""least(
    (SELECT min(e.occurred_at) {STANDING} AND e.lead_id = r.id),
    (SELECT min(v.valid_from) FROM leads_recordversion v WHERE v.ref_id = r.id)
)"""

#: The records that these leads (table asked_lead) and deals (asked_deal) are, with those merged into them.
FAMILIES = ", ".join(
    f"""{name}_family AS MATERIALIZED (
    SELECT r.id, r.merged_into FROM asked_{name} a JOIN leads_ref r ON r.id = a.id
    UNION SELECT r.id, r.merged_into FROM asked_{name} a JOIN leads_ref r ON r.merged_into = a.id
)"""
    for name in ("lead", "deal")
)


def _journeys(*, some: bool) -> str:
    told = "AND v.ref_id IN (SELECT id FROM lead_family)" if some else ""
    deals = "AND d.ref_id IN (SELECT id FROM asked_deal)" if some else ""
    named = "lead_family r ON r.id = v.ref_id"
    if not some:
        named = "leads_ref r ON r.id = v.ref_id AND r.type = 'lead'"
    leads = "asked_lead a JOIN leads_ref r ON r.id = a.id" if some else "leads_ref r"
    return f"""
{_facts("lead", "lead_id", LEAD_KINDS, some)}, {_facts("deal", "deal_id", DEAL_KINDS, some)},
stage AS (
    SELECT ref, {_first("lead.created")} AS created_at, {_first("lead.qualified")} AS mql_at,
        {_first("lead.accepted")} AS sal_at, {_first("lead.converted")} AS converted_at
    FROM lead_fact GROUP BY ref
), called_qualified AS (
    SELECT coalesce(r.merged_into, r.id) AS ref, min(v.valid_from) AS at
    FROM leads_recordversion v JOIN {named}
    WHERE v.valid_from < %(end)s {told} AND v.fields ->> 'status' ILIKE '%%qualified%%'
    AND lower(btrim(v.fields ->> 'status', %(blanks)s)) = 'qualified' GROUP BY 1
), closing AS (
    SELECT ref, {_first("deal.created")} AS created_at, max(at) FILTER (WHERE kind = 'deal.won') AS won_at,
        max(at) FILTER (WHERE kind = 'deal.lost') AS lost_at
    FROM deal_fact GROUP BY ref
), deal AS MATERIALIZED (
    SELECT d.ref_id, coalesce(named.merged_into, named.id) AS lead_id, d.amount,
        nullif(upper(btrim(d.currency)), '') AS currency,
        coalesce(c.created_at, d.created_at,
            (SELECT min(v.valid_from) FROM leads_recordversion v WHERE v.ref_id = d.ref_id)) AS created_at,
        CASE WHEN c.lost_at > c.won_at THEN NULL ELSE c.won_at END AS won_at,
        CASE WHEN c.won_at >= c.lost_at THEN NULL ELSE c.lost_at END AS lost_at
    FROM leads_deal d JOIN leads_ref own ON own.id = d.ref_id AND own.merged_into IS NULL
    LEFT JOIN leads_ref named ON named.id = d.lead_id LEFT JOIN closing c ON c.ref = d.ref_id
    WHERE (d.deleted_at IS NULL OR d.deleted_at >= %(end)s) {deals}
), opened AS (
    SELECT lead_id, min(created_at) AS deal_at, min(won_at) AS won_at FROM deal
    WHERE lead_id IS NOT NULL AND created_at < %(end)s GROUP BY lead_id
), journey AS MATERIALIZED (
    SELECT r.id, nullif(l.origin, '') AS origin, l.campaign_id, l.owner_id,
        (SELECT coalesce(c.merged_into, c.id) FROM leads_ref c WHERE c.id = l.contact_id) AS contact_id,
        coalesce(s.created_at, {FIRST_KNOWN}) AS created_at, s.mql_at, s.sal_at,
        least(s.converted_at, q.at, o.deal_at) AS sql_at, o.deal_at, o.won_at
    FROM {leads} LEFT JOIN leads_lead l ON l.ref_id = r.id LEFT JOIN stage s ON s.ref = r.id
    LEFT JOIN called_qualified q ON q.ref = r.id LEFT JOIN opened o ON o.lead_id = r.id
    WHERE r.type = 'lead' AND r.merged_into IS NULL AND (l.deleted_at IS NULL OR l.deleted_at >= %(end)s)
)
"""


FACTS = _journeys(some=False)
#: The same of the leads in the table asked_lead alone; asked_deal are the deals that name one of them, and
#: others that are asked for.
SOME_FACTS = f"{FAMILIES}, {_journeys(some=True)}"


def about_leads(kinds: str, where: str = "true", *, some: bool = False) -> str:
    """A table (lead_id, at, actor_id) of standing events of these quoted kinds about leads: they name the
    lead, or a deal that names it, or its contact and no lead or deal. Links are those known now. ``some``:
    after SOME_FACTS and a table contact_family."""
    event = f"{STANDING} AND e.kind IN ({kinds}) AND {where}"
    lead, deal, contact = (
        f"e.{name}_id IN (SELECT id FROM {name}_family)" if some else f"e.{name}_id IS NOT NULL"
        for name in ("lead", "deal", "contact")
    )
    return f"""
    SELECT coalesce(r.merged_into, r.id) AS lead_id, e.occurred_at AS at, e.actor_id
    FROM (SELECT e.* {event} AND {lead}) e JOIN leads_ref r ON r.id = e.lead_id
    UNION ALL
    SELECT d.lead_id, e.occurred_at, e.actor_id
    FROM (SELECT e.* {event} AND e.lead_id IS NULL AND {deal}) e
    JOIN leads_ref r ON r.id = e.deal_id JOIN deal d ON d.ref_id = coalesce(r.merged_into, r.id)
    UNION ALL
    SELECT j.id, e.occurred_at, e.actor_id
    FROM (SELECT e.* {event} AND e.lead_id IS NULL AND e.deal_id IS NULL AND {contact}) e
    JOIN leads_ref r ON r.id = e.contact_id JOIN journey j ON j.contact_id = coalesce(r.merged_into, r.id)"""


def parameters(as_of: datetime) -> Mapping[str, Any]:
    """What FACTS asks for: the facts up to the second of ``as_of``."""
    return {"end": as_of.replace(microsecond=0) + timedelta(seconds=1), "blanks": BLANKS}


def zone_of_company(*, as_of: datetime) -> str:
    """The zone in which the company counts its months: that of the first calendar of the agreement in force
    that began last, else the installation's."""
    versions = AgreementVersion.objects.in_force(as_of).order_by("-starts_at", "agreement__key")
    zones = versions.filter(calendar_uses__position=0).values_list("calendar_uses__calendar__timezone")
    found = zones.first()
    return found[0] if found else settings.TIME_ZONE
