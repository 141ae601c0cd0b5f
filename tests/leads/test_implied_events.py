"""What a record's history says happened (CONTRACT §4)."""

from datetime import UTC, datetime

import pytest

from core.models import ChangeMark
from leads.models import ImpliedEvent, Lead, Ref, RejectionReason
from tests.factories.leads import send

pytestmark = pytest.mark.django_db


def day(number):
    return datetime(2026, 4, number, tzinfo=UTC)


def row(number, external_id="1", **fields):
    return {"external_id": external_id, "updated_at": day(number).isoformat(), **fields}


def implied(kind):
    """(instant, after, before, first seen, actor, data) of every implied event of the kind."""
    names = dict(Ref.objects.values_list("id", "external_id"))
    events = ImpliedEvent.objects.filter(kind=kind).order_by("occurred_at")
    return [(e.occurred_at, e.after, e.before, e.first_seen, names.get(e.actor_id), e.data) for e in events]


@pytest.mark.parametrize(
    ("status", "kind"),
    [("mql", "lead.qualified"), ("accepted", "lead.accepted"), ("recycle", "lead.recycled")],
)
def test_a_lead_that_takes_a_status_implies_its_event(status, kind):
    send(
        "leads",
        row(1, status="raw"),
        row(2, status=status, owner="r1"),
        row(3, status=status),
        row(4, status="raw"),
    )

    assert implied(kind) == [(day(2), day(1), day(4), False, "r1", {})]


def test_the_status_with_which_a_lead_is_first_seen_was_taken_then_at_the_latest():
    send("leads", row(2, status="mql"))

    assert implied("lead.qualified") == [(day(2), None, None, True, None, {})]


def test_a_status_left_out_of_the_first_row_was_empty_until_the_update_that_brings_it():
    send("leads", row(1, origin="web"), row(2, status="mql"))

    assert implied("lead.qualified") == [(day(2), day(1), None, False, None, {})]


@pytest.mark.parametrize("status", ["MQL", " Mql\u00a0", "mQL\t"])
def test_case_and_blanks_of_a_status_mean_nothing_and_are_stored_as_sent(status):
    send("leads", row(1, status="raw"), row(2, status=status), row(3, status="mql"))

    assert implied("lead.qualified") == [(day(2), day(1), None, False, None, {})]
    send("leads", row(4, status=status))
    assert Lead.objects.get().status == status


def test_case_and_blanks_of_a_reason_do_not_hide_its_flag():
    RejectionReason.objects.create(name="Wrong Country", bad_data=True)
    send(
        "leads",
        row(1, "1", status="Disqualified", reason="Duplicate "),
        row(1, "2", status="disqualified", reason="wrong country"),
    )

    assert [event[5] for event in sorted(implied("lead.rejected"), key=lambda e: e[5]["reason"])] == [
        {"reason": "Duplicate ", "bad_data": True},
        {"reason": "wrong country", "bad_data": True},
    ]


def test_a_rejection_carries_the_reason_of_that_time_and_its_flag():
    send(
        "leads",
        row(1, status="mql", reason="test"),
        row(2, status="disqualified"),
        row(3, reason="no_budget"),
    )

    assert implied("lead.rejected") == [
        (day(2), day(1), None, False, None, {"reason": "test", "bad_data": True})
    ]


@pytest.mark.parametrize("before", [True, False, None])
def test_a_flag_set_later_counts_for_later_rejections_whatever_else_is_said_of_the_old_one(before):
    flags = {} if before is None else {"bad_data": before}
    if before is not None:
        RejectionReason.objects.create(name="wrong country", bad_data=before)
    send("leads", row(1, status="mql"), row(2, status="disqualified", reason="wrong country"))
    RejectionReason.objects.update_or_create(name="wrong country", defaults={"bad_data": not before})
    later = [row(4, status="mql"), row(5, status="disqualified"), row(1, origin="web"), row(3, owner="r1")]
    send("leads", *later)

    first, second = sorted(implied("lead.rejected"))
    assert first[5] == {"reason": "wrong country", **flags}
    assert second[5] == {"reason": "wrong country", "bad_data": not before}


def test_a_rejection_whose_reason_is_corrected_has_the_flag_of_the_other_reason():
    send("leads", row(2, status="disqualified", reason="no_budget"))
    send("leads", row(2, reason="test"))

    assert [event[5] for event in implied("lead.rejected")] == [{"reason": "test", "bad_data": True}]


def test_a_rejection_without_a_reason_has_none():
    send("leads", row(1, status="disqualified"))

    assert implied("lead.rejected")[0][5] == {}


def test_a_new_owner_of_a_lead_is_an_assignment_by_its_external_id():
    send("leads", row(1, owner="r1"), row(2, owner=None), row(3, owner="r2"))

    assert implied("lead.assigned") == [
        (day(1), None, day(2), True, "r1", {"owner": "r1"}),
        (day(3), day(2), None, False, "r2", {"owner": "r2"}),
    ]


@pytest.mark.parametrize(
    ("resource", "field", "kind"),
    [
        ("leads", "created_at", "lead.created"),
        ("contacts", "created_at", "contact.created"),
        ("deals", "created_at", "deal.created"),
        ("accounts", "created_at", "account.created"),
        ("campaigns", "ends_at", "campaign.ended"),
        ("contents", "published_at", "content.published"),
    ],
)
def test_an_instant_that_a_record_names_is_one_event_at_the_value_known_last(resource, field, kind):
    name = {"name": "A"} if resource == "accounts" else {}
    send(
        resource,
        row(3, **{field: day(2).isoformat()}, owner="r1", **name),
        row(4, **{field: day(1).isoformat()}),
    )

    assert implied(kind) == [(day(1), None, None, False, "r1", {})]
    send(resource, row(5, **{field: None}))
    assert implied(kind) == []


def test_a_campaign_that_ends_ahead_is_marked_for_its_end():
    send("campaigns", row(1, ends_at="2026-06-01T00:00:00Z"))

    assert datetime(2026, 6, 1, tzinfo=UTC) in set(ChangeMark.objects.values_list("ready_at", flat=True))


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_closed_deal_was_won_or_lost_when_it_closed(outcome):
    send("deals", row(5, closed_at=day(3).isoformat(), outcome=outcome))

    assert implied(f"deal.{outcome}") == [(day(3), None, None, False, None, {})]


@pytest.mark.parametrize(
    "fields", [{"outcome": "won"}, {"closed_at": "2026-04-03T00:00:00Z"}, {"outcome": "open"}]
)
def test_a_deal_without_both_outcome_and_instant_is_not_closed(fields):
    send("deals", row(5, **fields))

    assert implied("deal.won") == implied("deal.lost") == []


def test_each_stage_of_a_deal_is_a_change():
    send("deals", row(1, stage="one"), row(2, stage="two"), row(3, stage="two"))

    assert implied("deal.stage_changed") == [
        (day(1), None, day(2), True, None, {"stage": "one"}),
        (day(2), day(1), None, False, None, {"stage": "two"}),
    ]


def test_the_first_reason_of_a_deal_is_recorded_once():
    send("deals", row(1, outcome="lost"), row(2, reason="price"), row(3, reason="timing"))

    assert implied("deal.reason_recorded") == [(day(2), day(1), day(3), False, None, {"reason": "price"})]


@pytest.mark.parametrize(("outcome", "first_seen"), [("lost", True), (None, False)])
def test_a_deal_first_seen_closed_with_a_reason_does_not_tell_when_it_was_recorded(outcome, first_seen):
    send("deals", row(1, outcome=outcome, reason="price"))

    assert implied("deal.reason_recorded")[0][3] is first_seen


def test_an_older_version_that_arrives_late_replaces_what_was_implied():
    send("leads", row(3, status="mql"))
    send("leads", row(1, status="mql"))

    assert implied("lead.qualified") == [(day(1), None, None, True, None, {})]
