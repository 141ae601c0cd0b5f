"""Amendments, and events that records imply: played through the API, worked out by hand."""

import pytest

from tests.api.companies import PARIS, agreement, contacts, response, staff
from tests.api.story import Story

TUESDAY = "2026-04-07T09:00:00Z"
REASONS = (
    "key: reasons, owner: sales, kind: response, start: {events: [deal.won, deal.lost]}, "
    "stop: {event: deal.reason_recorded, by: anyone}, within: 0 business days, early: 30 days"
)
DECISION = (
    "key: decision, owner: sales, kind: response, start: {event: lead.qualified}, "
    "stop: [{event: lead.accepted}, {event: lead.rejected, where: {data.reason: present}}], "
    "within: 1 business day"
)
UPLOAD = (
    "key: upload, owner: marketing, kind: response, start: {event: campaign.ended}, "
    "stop: {event: campaign.leads_uploaded, by: anyone}, within: 24 hours"
)


# -- amendments


def test_a_start_before_an_amendment_s_date_belongs_to_the_old_version_whenever_it_arrives(
    story: Story,
) -> None:
    story.agree(agreement(response("inbound", "4 business hours"), calendars=PARIS))
    contacts(story, "p1", "p2", "p3", "p4")
    story.happened("request.received", "2026-03-31T08:00:00Z", contact="p1")
    story.agree(agreement(response("inbound", "1 business hour"), calendars=PARIS, since="2026-04-01"))
    # Midnight in Paris is 22:00Z of the day before.
    story.happened("request.received", "2026-03-31T21:59:59Z", contact="p2")
    story.happened("request.received", "2026-03-31T22:00:00Z", contact="p3")
    story.happened("request.received", "2026-03-31T08:00:00Z", contact="p4")

    told = {clock["subject"]: (clock["version"], clock["due_at"]) for clock in story.clocks("inbound")}

    assert told == {
        # Four hours from Tuesday 10:00 in Paris: until 12:30, then from 13:30 to 15:00.
        "crm:p1": (1, "2026-03-31T13:00:00Z"),
        "crm:p4": (1, "2026-03-31T13:00:00Z"),
        # Both begin on Wednesday at 9:00: until 12:30, then 13:30–14:00, by the old; until 10:00 by the new.
        "crm:p2": (1, "2026-04-01T12:00:00Z"),
        "crm:p3": (2, "2026-04-01T08:00:00Z"),
    }


def test_an_open_clock_keeps_its_version_across_an_amendment(story: Story) -> None:
    story.agree(agreement(response("inbound", "3 days")))
    staff(story)
    contacts(story, "p1")
    story.happened("request.received", "2026-03-31T08:00:00Z", contact="p1")
    changed = response("inbound", "1 hour", "stop: {event: meeting.booked}")
    story.agree(agreement(changed, since="2026-04-01"))
    story.happened("request.received", "2026-04-02T08:00:00Z", contact="p1")
    story.happened("call.made", "2026-04-03T08:00:00Z", contact="p1", actor="rae")

    clock = story.clock("inbound")
    assert (clock["version"], clock["state"], clock["repeats"]) == (1, "met", 1)
    assert clock["due_at"] == "2026-04-03T08:00:00Z"


def test_a_promise_that_an_amendment_drops_binds_no_later_start(story: Story) -> None:
    story.agree(agreement(response("inbound", "1 hour"), response("other", "1 hour")))
    contacts(story, "p1", "p2")
    story.agree(agreement(response("other", "1 hour"), since="2026-04-01"))
    story.happened("request.received", "2026-03-31T08:00:00Z", contact="p1")
    story.happened("request.received", "2026-04-02T08:00:00Z", contact="p2")

    assert [subject for subject, _, _ in story.told("inbound")] == ["crm:p1"]
    assert [subject for subject, _, _ in story.told("other")] == ["crm:p1", "crm:p2"]


def test_nothing_before_the_first_version_is_measured(story: Story) -> None:
    story.agree(agreement(response("inbound", "1 hour"), since="2026-04-01"))
    contacts(story, "p1")
    story.happened("request.received", "2026-03-31T08:00:00Z", contact="p1")

    assert story.clocks() == []
    reasons = story.get("why-not/", commitment="inbound", subject="crm:p1")["reasons"]
    assert len(reasons) >= 1


# -- implied events: leads


def lead(story: Story, at: str | None = None, **fields: object) -> None:
    story.sync("leads", {"external_id": "l1", **({"updated_at": at} if at else {}), **fields})


def test_statuses_of_a_lead_are_its_handoff_and_its_decision(story: Story) -> None:
    story.agree(agreement(DECISION))
    staff(story)
    lead(story, "2026-04-01T08:00:00Z", status="inquiry", owner="rae", origin="fair")
    lead(story, TUESDAY, status="mql")
    clock = story.at("2026-04-10T13:00:00Z").clock("decision")
    assert (clock["subject"], clock["state"], clock["started_at"]) == ("crm:l1", "overdue", TUESDAY)
    assert (clock["due_at"], clock["origin"]) == ("2026-04-08T09:00:00Z", "fair")

    lead(story, "2026-04-08T08:59:00Z", status="accepted")
    clock = story.clock("decision")
    assert (clock["state"], clock["stopped_at"]) == ("met", "2026-04-08T08:59:00Z")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "disqualified", "reason": "no_budget"}, "met"),
        ({"status": "disqualified"}, "overdue"),
        ({"status": "disqualified", "reason": "no_budget", "owner": None}, "overdue"),  # nobody did it
        ({"status": "accepted", "owner": "mia"}, "overdue"),  # marketing's own
        ({"status": "qualifying"}, "overdue"),
    ],
)
def test_a_decision_implied_by_a_record_is_its_owners(story: Story, fields: dict, state: str) -> None:
    story.agree(agreement(DECISION))
    staff(story)
    lead(story, TUESDAY, status="mql", owner="rae")
    lead(story, "2026-04-07T15:00:00Z", **fields)

    assert story.clock("decision")["state"] == state


def test_a_lead_qualified_twice_owes_two_decisions(story: Story) -> None:
    story.agree(agreement(DECISION))
    staff(story)
    lead(story, "2026-04-01T09:00:00Z", status="mql", owner="rae")
    lead(story, "2026-04-01T10:00:00Z", status="accepted")
    lead(story, "2026-04-01T11:00:00Z", status="recycle")
    lead(story, "2026-04-07T09:00:00Z", status="mql")

    assert [state for _, state, _ in story.told("decision")] == ["met", "overdue"]


def test_an_update_that_repeats_the_status_implies_nothing_new(story: Story) -> None:
    story.agree(agreement(DECISION))
    staff(story)
    lead(story, TUESDAY, status="mql", owner="rae")
    lead(story, "2026-04-07T10:00:00Z", status="mql", score=80)

    clock = story.clock("decision")
    assert (clock["started_at"], clock["repeats"]) == (TUESDAY, 0)


@pytest.mark.parametrize("explicit_first", [True, False])
def test_an_explicit_event_and_the_implied_one_count_once(story: Story, explicit_first: bool) -> None:
    story.agree(agreement(DECISION))
    staff(story)
    lead(story, "2026-04-01T08:00:00Z", status="inquiry", owner="rae")
    told = [
        lambda: lead(story, "2026-04-07T09:00:05Z", status="mql"),
        lambda: story.happened("lead.qualified", TUESDAY, lead="l1", actor="mia"),
    ]
    for tell in told[::-1] if explicit_first else told:
        tell()

    clock = story.clock("decision")
    assert (clock["repeats"], clock["state"]) == (0, "overdue")


def test_a_decision_told_twice_does_not_settle_the_next_handoff(story: Story) -> None:
    story.agree(agreement(DECISION))
    staff(story)
    lead(story, "2026-04-07T09:00:00Z", status="mql", owner="rae")
    story.happened("lead.accepted", "2026-04-07T09:30:00Z", lead="l1", actor="rae")
    lead(story, "2026-04-07T09:30:10Z", status="accepted")
    story.happened("lead.qualified", "2026-04-07T10:00:00Z", "again", lead="l1", actor="mia")

    assert [state for _, state, _ in story.told("decision")] == ["met", "overdue"]


def test_a_correction_of_the_instant_moves_the_implied_event(story: Story) -> None:
    story.agree(agreement(UPLOAD))
    story.sync(
        "campaigns",
        {"external_id": "f1", "ends_at": "2026-04-07T17:00:00Z", "updated_at": "2026-03-01T00:00:00Z"},
    )
    assert story.clock("upload")["due_at"] == "2026-04-08T17:00:00Z"

    story.sync(
        "campaigns",
        {"external_id": "f1", "ends_at": "2026-04-08T17:00:00Z", "updated_at": "2026-04-07T18:00:00Z"},
    )
    assert story.clock("upload")["due_at"] == "2026-04-09T17:00:00Z"

    story.sync(
        "campaigns",
        {"external_id": "f1", "ends_at": "2026-04-30T17:00:00Z", "updated_at": "2026-04-08T18:00:00Z"},
    )
    assert story.clocks("upload") == []
    assert story.at("2026-04-30T17:00:01Z").clock("upload")["state"] == "running"


# -- implied events: deals


def deal(story: Story, at: str | None = None, **fields: object) -> None:
    story.sync("deals", {"external_id": "d1", **({"updated_at": at} if at else {}), **fields})


def test_a_deal_first_seen_closed_with_a_reason_is_unmeasurable_not_late(story: Story) -> None:
    story.agree(agreement(REASONS))
    deal(
        story,
        "2026-04-09T10:00:00Z",
        outcome="lost",
        closed_at="2026-04-01T10:00:00Z",
        reason="price",
    )

    clock = story.clock("reasons")
    assert (clock["state"], clock["started_at"]) == ("unmeasurable", "2026-04-01T10:00:00Z")
    assert story.get("commitments/reasons/compliance/")["total"]["left_out"] == 1


def test_a_deal_first_seen_closed_without_a_reason_owes_one_by_closing_time(story: Story) -> None:
    story.agree(agreement(REASONS))
    deal(story, "2026-04-07T10:00:00Z", outcome="lost", closed_at=TUESDAY)
    clock = story.clock("reasons")
    assert (clock["state"], clock["due_at"]) == ("overdue", "2026-04-07T16:30:00Z")  # 17:30 in London

    deal(story, "2026-04-07T16:30:00Z", reason="price")
    assert story.clock("reasons")["state"] == "met"


def test_a_deal_closed_and_given_its_reason_in_one_update_is_met(story: Story) -> None:
    story.agree(agreement(REASONS))
    deal(story, "2026-03-01T10:00:00Z", stage="proposal")
    deal(story, "2026-04-07T15:00:00Z", outcome="won", closed_at=TUESDAY, reason="speed")

    clock = story.clock("reasons")
    assert (clock["state"], clock["stopped_at"]) == ("met", "2026-04-07T15:00:00Z")


@pytest.mark.parametrize(
    ("recorded", "state"), [("2026-03-08T09:00:00Z", "met"), ("2026-03-08T08:59:59Z", "overdue")]
)
def test_a_reason_recorded_up_to_thirty_days_before_the_close_counts(
    story: Story, recorded: str, state: str
) -> None:
    story.agree(agreement(REASONS))
    deal(story, "2026-01-10T10:00:00Z", stage="proposal")
    deal(story, recorded, reason="price")
    deal(story, TUESDAY, outcome="lost", closed_at=TUESDAY)

    assert story.clock("reasons")["state"] == state


def test_explicit_close_and_reason_of_a_deal_that_is_told_by_its_record_too_count_once(story: Story) -> None:
    story.agree(agreement(REASONS))
    deal(story, "2026-03-01T10:00:00Z", stage="proposal")
    story.happened("deal.lost", TUESDAY, deal="d1")
    story.happened("deal.reason_recorded", "2026-04-07T10:00:00Z", deal="d1")
    deal(story, "2026-04-07T10:00:30Z", outcome="lost", closed_at="2026-04-07T09:00:00Z", reason="price")

    clock = story.clock("reasons")
    assert (clock["state"], clock["repeats"], clock["stopped_at"]) == ("met", 0, "2026-04-07T10:00:00Z")


def test_without_updated_at_the_receipt_is_the_instant(story: Story) -> None:
    story.agree(agreement(DECISION))
    staff(story)
    story.at("2026-04-07T09:00:00Z")
    lead(story, status="inquiry", owner="rae")
    story.at("2026-04-07T10:00:00Z")
    lead(story, status="mql")
    story.at("2026-04-07T11:00:00Z")
    lead(story, status="accepted")

    clock = story.at("2026-04-07T12:00:00Z").clock("decision")
    assert (clock["started_at"], clock["stopped_at"], clock["state"]) == (
        "2026-04-07T10:00:00Z",
        "2026-04-07T11:00:00Z",
        "met",
    )


def test_records_created_are_events_too(story: Story) -> None:
    story.agree(
        agreement(
            response("greet", "4 hours", start="contact.created"),
            response("work", "4 hours", start="lead.created"),
            response("plan", "4 hours", "stop: {event: meeting.held, by: anyone}", start="account.created"),
            response(
                "present",
                "4 hours",
                "stop: {event: content.announced, by: anyone}",
                start="content.published",
            ),
        )
    )
    staff(story)
    at = {"created_at": TUESDAY, "updated_at": TUESDAY}
    story.sync("accounts", {"external_id": "a1", "name": "A", **at})
    story.sync("contacts", {"external_id": "p1", **at})
    story.sync("leads", {"external_id": "l1", **at})
    story.sync(
        "contents", {"external_id": "c1", "title": "C", "published_at": TUESDAY, "updated_at": TUESDAY}
    )

    told = {clock["commitment"]: (clock["subject"], clock["due_at"]) for clock in story.clocks()}
    due = "2026-04-07T13:00:00Z"
    assert told == {
        "greet": ("crm:p1", due),
        "work": ("crm:l1", due),
        "plan": ("crm:a1", due),
        "present": ("crm:c1", due),
    }


def test_a_rejection_s_reason_tells_whether_the_data_was_bad(story: Story) -> None:
    story.agree(
        agreement(
            DECISION.replace(
                "stop:", "cancel: {event: lead.rejected, where: {data.bad_data: true}}, stop:"
            ).replace(", {event: lead.rejected, where: {data.reason: present}}", "")
        )
    )
    staff(story)
    for name, reason in (("l1", "duplicate"), ("l2", "no_budget")):
        story.happened("lead.qualified", TUESDAY, lead=name, actor="mia")
        story.happened(
            "lead.rejected", "2026-04-07T10:00:00Z", lead=name, actor="rae", data={"reason": reason}
        )
    lead_3 = {"external_id": "l3", "owner": "rae"}
    story.sync("leads", {**lead_3, "status": "mql", "updated_at": TUESDAY})
    story.sync(
        "leads",
        {**lead_3, "status": "disqualified", "reason": "test", "updated_at": "2026-04-07T10:00:00Z"},
    )

    told = {clock["subject"]: clock["state"] for clock in story.clocks("decision")}
    assert told == {"crm:l1": "cancelled", "crm:l2": "overdue", "crm:l3": "cancelled"}
