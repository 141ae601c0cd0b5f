"""Which rows of the demo company every copy has, and what in them is called otherwise.

Copied is what grows with a company: accounts with their contacts, leads, deals and calls, what happened about
them, and what became of it. One for all copies are the people and their teams, campaigns, contents, the
agreement, the reports, deliveries and what was refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from demo.renaming import Rename, Renaming, domain, named, titled

RECORDS = ("account", "contact", "lead", "deal", "call")

_ABOUT = "subject_id IN (SELECT id FROM copied_leads_ref)"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Copied:
    """A table: which of its rows are copied, and how its columns are renamed.

    ``rows`` may look at ``copied_TABLE`` (id) of the tables with an id that come before it. ``fixed``:
    columns that have one value in every copy, as COPY reads it.
    """

    rows: str
    columns: Callable[[Renaming], Mapping[str, Rename]]
    has_id: bool = True
    fixed: Mapping[str, str] = field(default_factory=dict)


def _of_record(r: Renaming) -> dict[str, Rename]:
    ref = r.id_of("leads_ref")
    columns = ("ref_id", "account_id", "contact_id", "lead_id", "campaign_id", "owner_id", "merged_into")
    return {**dict.fromkeys(columns, ref), "name": titled, "domain": domain, "email": domain}


def _of_version(r: Renaming) -> dict[str, Rename]:
    ref = r.id_of("leads_ref")
    links = dict.fromkeys(("account", "contact", "lead", "campaign", "owner", "merged_into"), ref)
    return {"ref_id": ref, "fields": r.json(**links, name=titled, domain=domain, email=domain)}


def _of_event(r: Renaming) -> dict[str, Rename]:
    ref, event = r.id_of("leads_ref"), r.id_of("leads_event")
    dimensions = ("account", "contact", "lead", "deal", "campaign", "content", "call", "actor")
    return {
        "id": event,
        "external_id": named,
        "retracted_by": event,
        "data": r.json(event=r.mentioned, call=r.mentioned),
        **{f"{name}_id": ref for name in dimensions},
    }


def _of_verdict(r: Renaming) -> dict[str, Rename]:
    return {
        "subject_id": r.id_of("leads_ref"),
        "start_key": r.fact,
        "unit_key": r.fact,
        "evidence": r.json(event=r.fact),
    }


def _of_audit(r: Renaming) -> dict[str, Rename]:
    values = r.json(
        dispute=r.id_of("reporting_dispute"),
        comment=r.id_of("reporting_breachcomment"),
        exclusions=r.id_of("measurement_exclusion"),
        subject_id=r.id_of("leads_ref"),
        start_key=r.fact,
    )
    return {"id": r.id_of("core_auditentry"), "object_id": r.id_of("reporting_breach"), "after": values}


#: In an order in which each table's rows can be told from those before it.
TABLES: dict[str, Copied] = {
    "leads_ref": Copied(
        f"type = ANY (ARRAY{list(RECORDS)})",
        lambda r: {
            "id": r.id_of("leads_ref"),
            "external_id": named,
            "merged_into": r.id_of("leads_ref"),
        },
    ),
    **{
        f"leads_{name}": Copied("ref_id IN (SELECT id FROM copied_leads_ref)", _of_record, has_id=False)
        for name in ("account", "contact", "lead", "deal")
    },
    "leads_recordversion": Copied("ref_id IN (SELECT id FROM copied_leads_ref)", _of_version, has_id=False),
    "leads_link": Copied(
        "ref_id IN (SELECT id FROM copied_leads_ref)",
        lambda r: dict.fromkeys(("ref_id", "target_id"), r.id_of("leads_ref")),
        has_id=False,
    ),
    "leads_impliedevent": Copied(
        "ref_id IN (SELECT id FROM copied_leads_ref)",
        lambda r: {"ref_id": r.id_of("leads_ref")},
        has_id=False,
    ),
    "leads_event": Copied(
        "coalesce(account_id, contact_id, lead_id, deal_id, call_id) IS NOT NULL OR kind = 'event.retracted'",
        _of_event,
        # Of the row as the source sent it, which a copy is not.
        fixed={"fingerprint": r"\N"},
    ),
    "leads_declaration": Copied(
        _ABOUT,
        lambda r: {
            "id": r.id_of("leads_declaration"),
            "event_ids": r.array_of("leads_event"),
            "subject_id": r.id_of("leads_ref"),
        },
    ),
    "measurement_exclusion": Copied(
        _ABOUT, lambda r: {"id": r.id_of("measurement_exclusion"), **_of_verdict(r)}
    ),
    "measurement_clock": Copied(
        _ABOUT,
        lambda r: {"id": r.id_of("measurement_clock"), **_of_verdict(r)},
        fixed={"fingerprint": r"\N"},  # of the facts that it was judged from: unknown
    ),
    "measurement_unit": Copied(_ABOUT, lambda r: {"id": r.id_of("measurement_unit"), **_of_verdict(r)}),
    "reporting_breach": Copied(
        _ABOUT,
        lambda r: {
            "id": r.id_of("reporting_breach"),
            "clock_id": r.id_of("measurement_clock"),
            **_of_verdict(r),
        },
    ),
    "reporting_dispute": Copied(
        "breach_id IN (SELECT id FROM copied_reporting_breach)",
        lambda r: {"id": r.id_of("reporting_dispute"), "breach_id": r.id_of("reporting_breach")},
    ),
    "reporting_breachcomment": Copied(
        "breach_id IN (SELECT id FROM copied_reporting_breach)",
        lambda r: {"id": r.id_of("reporting_breachcomment"), "breach_id": r.id_of("reporting_breach")},
    ),
    "reporting_breachcomment_mentions": Copied(
        "breachcomment_id IN (SELECT id FROM copied_reporting_breachcomment)",
        lambda r: {
            "id": r.id_of("reporting_breachcomment_mentions"),
            "breachcomment_id": r.id_of("reporting_breachcomment"),
        },
    ),
    "core_auditentry": Copied(
        "object_type = 'reporting.breach' AND object_id::bigint IN (SELECT id FROM copied_reporting_breach)",
        _of_audit,
    ),
    "reporting_toldverdict": Copied(
        _ABOUT,
        lambda r: {
            "id": r.id_of("reporting_toldverdict"),
            "clock_id": r.id_of("measurement_clock"),
            **_of_verdict(r),
        },
    ),
    "reporting_notice": Copied(
        "clock_id IN (SELECT id FROM copied_measurement_clock)"
        " OR breach_id IN (SELECT id FROM copied_reporting_breach)",
        lambda r: {
            "id": r.id_of("reporting_notice"),
            "key": r.notice,
            "clock_id": r.id_of("measurement_clock"),
            "breach_id": r.id_of("reporting_breach"),
            "body": r.json(subject=r.id_of("leads_ref")),
        },
        # On the page, not by mail: the story's own are mails enough.
        fixed={"silent": "t"},
    ),
    "core_changemark": Copied(
        "kind = 'verdict' AND ref_id IN (SELECT id FROM copied_measurement_clock)",
        lambda r: {"id": r.id_of("core_changemark"), "ref_id": r.id_of("measurement_clock")},
    ),
}

#: One for all copies.
KEPT = _words(
    """
    agreements_agreement agreements_agreement_parties agreements_agreementversion
    agreements_businesscalendar agreements_calendaruse agreements_calendarversion agreements_commitment
    agreements_signature agreements_versioncomment core_heartbeat core_idempotencykey core_outboxmessage
    core_senderaddress leads_batch leads_campaign leads_content leads_correction leads_erasure
    leads_eventkind leads_figure leads_figureseries leads_horizon leads_importjob leads_keptwhole
    leads_member leads_quarantinedrow leads_rejectionreason leads_tierroles measurement_touchedsubject
    measurement_trialresult people_absence people_apitoken people_invitation people_membership
    people_nameaccess people_namingpolicy people_noticeread people_team people_user people_user_groups
    people_user_user_permissions people_workinghours reporting_dailyreport reporting_delivery
    reporting_mute reporting_noticepreference reporting_receivedmail reporting_teamchannel
    """
)
#: Counted from what is copied, when all of it is there; of baselines, what they were at their signing grows.
MADE_ANEW = _words(
    """
    measurement_baseline measurement_bucket measurement_buyinggroup measurement_buyinggroups
    measurement_daytally measurement_journey measurement_journeydeal measurement_journeymark
    measurement_journeystate measurement_journeytally measurement_keptday measurement_moneytally
    measurement_reading measurement_staleday measurement_wintally
    """
)
