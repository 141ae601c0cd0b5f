"""What is stored as it was sent, and probably means less than its sender thinks, is said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.api.schemas import ROWS
from leads.ingestion.summary import MOST_WARNINGS
from leads.ingestion.warnings import ALIASES, MOST_NAMES
from leads.models import Contact, Lead, RejectionReason
from leads.values import BUYER_ROLES, LEAD_STATUSES, REJECTION_REASONS
from tests.factories.leads import event, send

pytestmark = pytest.mark.django_db


def warned(resource, *rows):
    summary = send(resource, *rows)
    assert summary.rejected == 0
    return [(w.index, w.external_id, w.field, w.code) for w in summary.warnings], summary


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("rejected", "disqualified"),
        ("Unqualified", "disqualified"),
        ("lost", "disqualified"),
        ("Recycled", "recycle"),
        ("nurture", "recycle"),
        ("qualified_lead", "mql"),
        ("Marketing Qualified Lead", "mql"),
        ("acepted", "accepted"),
    ],
)
def test_a_status_that_implies_nothing_is_stored_and_told_the_one_that_was_meant(status, meant):
    found, summary = warned("leads", {"external_id": "1", "status": status})

    assert found == [(0, "1", "status", "unknown_status")]
    assert f"implies no event; did you mean {meant}?" in summary.warnings[0].message
    assert (summary.created, Lead.objects.get().status) == (1, status)


def test_what_is_known_is_not_warned_of():
    RejectionReason.objects.create(name="Wrong Country", bad_data=True)
    statuses = [{"external_id": f"s{n}", "status": f" {s.upper()}"} for n, s in enumerate(LEAD_STATUSES)]
    reasons = [
        {"external_id": f"r{n}", "reason": r}
        for n, r in enumerate([*REJECTION_REASONS, "Test", "wrong country"])
    ]

    assert warned("leads", *statuses, *reasons, {"external_id": "n", "status": None, "reason": ""})[0] == []
    assert warned("contacts", {"external_id": "1", "buyer_role": list(BUYER_ROLES)})[0] == []
    assert warned("deals", {"external_id": "1", "outcome": "won"}, {"external_id": "2"})[0] == []
    assert set(ALIASES.values()) <= set(LEAD_STATUSES)


def test_unknown_reasons_outcomes_and_roles_are_told():
    assert warned("leads", {"external_id": "1", "reason": "because"})[0] == [
        (0, "1", "reason", "unknown_reason")
    ]
    found, summary = warned("events", event(1), event(2, "lead.rejected", lead="1", data={"reason": "tst"}))
    assert found == [(1, "x2", "data.reason", "unknown_reason")]
    assert "did you mean test?" in summary.warnings[0].message
    found, summary = warned("deals", {"external_id": "1", "outcome": "Won"})
    assert found == [(0, "1", "outcome", "unknown_outcome")]
    assert "did you mean won?" in summary.warnings[0].message
    found, _ = warned("contacts", {"external_id": "1", "buyer_role": ["boss", "champion"]})
    assert found == [(0, "1", "buyer_role", "unknown_buyer_role")]


@pytest.mark.parametrize(
    ("resource", "field", "meant"),
    [
        ("contacts", "account_id", "account"),
        ("contacts", "owner_id", "owner"),
        ("contacts", "buyerRole", "buyer_role"),
        ("leads", "staus", "status"),
        ("leads", "created", "created_at"),
        ("leads", "lead_score", None),
        ("leads", "region", None),
        ("events", "contact_id", "contact"),
        ("events", "duration", None),
    ],
)
def test_a_field_that_nobody_knows_is_told_only_when_it_looks_like_a_known_one(resource, field, meant):
    row = event(1) if resource == "events" else {"external_id": "x1"}
    found, summary = warned(resource, {**row, field: "9"})

    assert found == ([(0, "x1", field, "unknown_field")] if meant else [])
    if meant:
        assert summary.warnings[0].message.endswith(f"did you mean {meant}?")


def test_only_the_first_thousand_names_of_fields_are_compared():
    keys = {f"key{n}": n for n in range(MOST_NAMES)}

    assert warned("leads", {"external_id": "1", **keys}, {"external_id": "2", "staus": "mql"})[0] == []


def test_a_field_that_is_warned_of_is_an_attribute_all_the_same():
    warned("contacts", {"external_id": "1", "owner_id": "r1"})

    assert Contact.objects.get().attributes == {"owner_id": "r1"}


def test_openapi_lists_the_statuses_and_what_they_imply():
    status = ROWS["leads"]["properties"]["status"]["description"]
    assert "mql (implies lead.qualified), accepted (implies lead.accepted), qualifying" in status
    assert "warned of" in status


def test_refused_rows_have_errors_and_no_warnings():
    summary = send(
        "leads",
        {"external_id": "1", "status": "rejected", "score": "many"},
        {"external_id": "2", "status": "rejected"},
    )

    assert [error.index for error in summary.errors] == [0]
    assert [warning.index for warning in summary.warnings] == [1]


def test_an_answer_lists_a_hundred_warnings_and_counts_the_others():
    rows = [{"external_id": str(n), "status": "rejected"} for n in range(MOST_WARNINGS + 20)]
    body = send("leads", *rows).as_dict()

    assert len(body["warnings"]) == MOST_WARNINGS + 1
    assert body["warnings"][-1] == {
        "index": None,
        "external_id": None,
        "field": None,
        "code": "more_warnings",
        "message": "20 more warnings are not listed; see to these first",
    }
    assert send("leads", *rows[:MOST_WARNINGS]).as_dict()["warnings"][-1]["code"] == "unknown_status"


def test_warnings_take_one_statement_however_many_there_are():
    def statements(name, count):
        rows = [{"external_id": f"{name}{n}", "status": "lost", "reason": f"r{n}"} for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert len(send("leads", *rows).warnings) == 2 * count
        return len(captured)

    statements("warm", 1)
    assert statements("one", 1) == statements("many", 200)
