"""Every term of every kind in words."""

import pytest
from django.utils import translation

from agreements.enums import Kind
from agreements.terms import parse_terms
from reporting.showing.clauses import clauses

RATE = {"of": "contacts", "having": {"contact.buyer_role": {"not": ["other"]}}, "target": "> 75%"}
COHORT = {
    "of": {"event": "lead.qualified"},
    "having": {"event": "meeting.held", "within": "30 days"},
    "target": ">= baseline + 2 points",
    "baseline": {"from": "2025-07-01", "to": "2025-12-31"},
    "ramp": {"by": "1 point", "every": "quarter"},
}
VOLUME = {
    "count": {
        "event": "lead.qualified",
        "distinct": "lead",
        "unless": {"event": "lead.rejected", "where": {"data.bad_data": True}},
    },
    "where": {"account.named": True, "contact.email": "present"},
    "each": "member",
    "until": "accounts_full",
    "prorate": "open_days",
    "target": ">= 5",
}
CHECKLIST = {
    "start": {"event": "content.published", "where": {"content.important": True}},
    "steps": {
        "event": "content.announced",
        "field": "channel",
        "values": {"email": "1 business day", "wiki": "2 days"},
    },
    "early": "30 days",
}
UPLOAD = {
    "start": {"event": "campaign.ended"},
    "stop": {"event": "campaign.leads_uploaded", "by": "anyone"},
    "within": "24 hours",
    "complete": {"count": "data.leads", "of": "campaign.expected_leads", "at_least": "90%"},
}
COVERAGE = {"presence": {"online": "chat.online", "offline": "chat.offline"}, "target": ">= 95%"}
RESPONSE = {
    "start": {"event": "call.received"},
    "stop": {"event": "call.answered", "by": "anyone"},
    "cancel": {"event": "lead.rejected", "needs": {"events": ["call.made"], "at_least": 3}},
    "where": {"contact.created_at": {"older_than": "30 days"}},
    "outside_hours": "ignore",
    "within": "2 minutes",
    "min_sample": 5,
    "settle": "1 hour",
    "escalate": [{"at": "150%", "to": "manager"}],
}


def said(kind: str, data: dict) -> dict[str, str]:
    return {
        term.label: term.text.replace("\u00a0", " ") for term in clauses(Kind(kind), parse_terms(kind, data))
    }


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (
            "rate",
            RATE,
            {
                "Share of": "contacts",
                "That have": "buyer role of the contact ≠ other",
                "Read": "at the end of each day, from what is known then",
            },
        ),
        (
            "rate",
            COHORT,
            {
                "Share of": "a handoff as MQL",
                "That have": "a meeting held, within 30 days",
                "Baseline": "from 1 July 2025 to 31 December 2025",
                "The target tightens": "by 1 point every quarter",
            },
        ),
        (
            "volume",
            VOLUME,
            {
                "Counted": "a handoff as MQL, once for each lead, unless there is a rejection where wrong data = yes",  # noqa: E501
                "Only when": "named account = yes and e-mail of the contact is known",
                "Counted for": "each member",
                "Required until": "the accounts have all the contacts that they should have",
                "Shorter periods": "the target follows the open days",
            },
        ),
        (
            "checklist",
            CHECKLIST,
            {
                "Starts with": "a publication where important content = yes",
                "Steps": "e-mail within 1 business day; wiki within 2 days",
                "A step is done by": "an announcement",
                "May be done before": "30 days",
            },
        ),
        (
            "response",
            UPLOAD,
            {
                "Starts with": "the end of an event",
                "Done by": "an upload of the leads",
                "Allowed time": "within 24 hours",
                "Complete when": "number of leads ÷ leads expected of the event ≥ 90 %",
            },
        ),
        (
            "coverage",
            COVERAGE,
            {
                "Staffed from": "a coming online",
                "Staffed until": "a going offline",
                "Counted": "the agreed hours in which at least one person is present",
            },
        ),
        (
            "response",
            RESPONSE,
            {
                "Starts with": "an inbound call",
                "Done by": "an answer to the call",
                "Allowed time": "within 2 minutes",
                "Outside the hours": "what comes outside the hours does not count",
                "Only when": "contact older than 30 days",
                "Cancelled by": "a rejection after at least 3 of a call",
                "Judged from": "5 cases on",
                "Told after": "1 hour",
                "Told to": "the manager at 150 % of the time",
            },
        ),
    ],
)  # fmt: skip
def test_terms_in_english(kind: str, data: dict, expected: dict[str, str]) -> None:
    with translation.override("en"):
        assert said(kind, data) == expected
