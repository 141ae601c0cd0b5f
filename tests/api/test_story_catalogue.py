"""Promises of the catalogue as CONTRACT §3 writes them, played through the API and worked out by hand."""

import pytest

from measurement.judging import judge_pending
from tests.api.companies import agreement, staff
from tests.api.story import Story

# Tuesday 7 April, 10:00 in London.
TUESDAY = "2026-04-07T09:00:00Z"

CONTACT = (
    "key: contact, owner: sales, kind: response, start: {event: lead.accepted}, "
    "stop: {events: [call.made, email.sent, meeting.booked]}, "
    "cancel: {event: lead.rejected, needs: {events: [call.made, email.sent], at_least: 3}}, within: 4 hours"
)


@pytest.mark.parametrize(("attempts", "state"), [(2, "overdue"), (3, "cancelled")])
def test_could_not_reach_counts_only_after_the_agreed_attempts(
    story: Story, attempts: int, state: str
) -> None:
    story.agree(agreement(CONTACT))
    staff(story)
    story.happened("lead.accepted", TUESDAY, lead="l1", actor="rae")
    for minute in range(attempts):  # by marketing, so that they are attempts and no stop
        story.happened("email.sent", f"2026-04-07T09:0{minute}:00Z", lead="l1", actor="mia")
    reject = story.happened(
        "lead.rejected", "2026-04-07T10:00:00Z", lead="l1", actor="rae", data={"reason": "unable_to_reach"}
    )

    clock = story.clock()

    assert clock["state"] == state
    events = story.get(f"clocks/{clock['id']}/explanation/")["events"]
    (told,) = [each for each in events if each["kind"] == "lead.rejected"]
    assert ("unevidenced" in str(told)) is (attempts == 2), (reject, told)


CALL_WAIT = (
    "key: call-wait, owner: sales, kind: response, start: {event: call.received}, "
    "stop: {event: call.answered, by: anyone}, "
    "cancel: {event: call.abandoned, where: {data.wait: {lt: 20}}}, "
    "fail: {event: call.abandoned}, outside_hours: ignore, within: 2 minutes, "
    "target: '>= 90%', per: day, breach: period"
)


def test_inbound_calls_wait_less_than_two_minutes(story: Story) -> None:
    story.agree(agreement(CALL_WAIT))
    calls = {
        "met": ("call.answered", "09:02:00", {}),
        "late": ("call.answered", "09:02:01", {}),
        "cancelled": ("call.abandoned", "09:00:15", {"wait": 15}),
        "failed": ("call.abandoned", "09:00:45", {"wait": 45}),
        "failed-2": ("call.abandoned", "09:00:20", {"wait": 20}),
        "failed-3": ("call.abandoned", "09:00:05", {}),  # nobody says how long
    }
    for name, (kind, time, data) in calls.items():
        story.happened("call.received", TUESDAY, data={"call": name})
        story.happened(kind, f"2026-04-07T{time}Z", data={"call": name, **data})
    story.happened("call.received", TUESDAY, data={"call": "overdue"})
    story.happened("call.received", "2026-04-07T20:00:00Z", data={"call": "at-night"})
    story.happened("call.received", "2026-04-07T16:30:00Z", data={"call": "at-closing"})

    told = {clock["subject"]: clock for clock in story.clocks("call-wait")}

    assert {subject: clock["state"] for subject, clock in told.items()} == {
        **{f"crm:{name}": name.split("-")[0] for name in calls},
        "crm:overdue": "overdue",
    }
    assert {clock["subject_type"] for clock in told.values()} == {"call"}
    assert {clock["due_at"] for clock in told.values()} == {"2026-04-07T09:02:00Z"}
    assert told["crm:failed"]["stopped_at"] is None
    total = story.get("commitments/call-wait/compliance/", by="day")["total"]
    assert total == {
        "met": 1,
        "late": 1,
        "overdue": 1,
        "failed": 3,
        "running": 0,
        "left_out": 1,
        "kept_rate": pytest.approx(1 / 6, abs=1e-6),
    }


EVENT_UPLOAD = (
    "key: event-upload, owner: marketing, kind: response, start: {event: campaign.ended}, "
    "stop: {event: campaign.leads_uploaded, by: anyone}, where: {campaign.type: [fair, webinar]}, "
    "within: 24 hours, early: 5 days"
)


@pytest.mark.parametrize(
    ("uploaded", "state", "stopped_at"),
    [
        ("2026-04-02T17:00:00Z", "met", "2026-04-02T17:00:00Z"),  # exactly five days before the end
        ("2026-04-02T16:59:59Z", "overdue", None),
        ("2026-04-08T17:00:00Z", "met", "2026-04-08T17:00:00Z"),
        ("2026-04-08T17:00:01Z", "late", "2026-04-08T17:00:01Z"),
    ],
)
def test_leads_of_a_fair_are_uploaded_within_a_day_or_shortly_before_its_end(
    story: Story, uploaded: str, state: str, stopped_at: str | None
) -> None:
    story.agree(agreement(EVENT_UPLOAD))
    story.sync(
        "campaigns",
        {
            "external_id": "f1",
            "type": "fair",
            "ends_at": "2026-04-07T17:00:00Z",
            "updated_at": "2026-03-01T00:00:00Z",
        },
        {"external_id": "n1", "type": "newsletter", "ends_at": "2026-04-07T17:00:00Z"},
    )
    story.happened("campaign.leads_uploaded", uploaded, campaign="f1")

    clock = story.clock("event-upload")
    assert (clock["subject"], clock["state"], clock["due_at"], clock["stopped_at"]) == (
        "crm:f1",
        state,
        "2026-04-08T17:00:00Z",
        stopped_at,
    )


def test_an_early_upload_serves_one_end_of_a_campaign_only(story: Story) -> None:
    story.agree(agreement(EVENT_UPLOAD))
    story.sync("campaigns", {"external_id": "f1", "type": "fair", "updated_at": "2026-03-01T00:00:00Z"})
    story.happened("campaign.leads_uploaded", "2026-04-06T17:00:00Z", campaign="f1")
    story.happened("campaign.ended", "2026-04-07T17:00:00Z", campaign="f1")
    story.happened("campaign.ended", "2026-04-08T10:00:00Z", campaign="f1")

    assert [state for _, state, _ in story.told()] == ["met", "overdue"]


def test_a_decision_needs_a_reason_where_it_refuses(story: Story) -> None:
    story.agree(
        agreement(
            "key: decision, owner: sales, kind: response, start: {event: lead.qualified}, "
            "stop: [{event: lead.accepted}, "
            "{event: lead.rejected, where: {data.reason: present}}], within: 1 business day"
        )
    )
    staff(story)
    acts = {
        "l1": ("lead.accepted", {}),
        "l2": ("lead.rejected", {"reason": "no_budget"}),
        "l3": ("lead.rejected", {}),
        "l4": ("lead.rejected", {"reason": ""}),
    }
    for lead, (kind, data) in acts.items():
        story.happened("lead.qualified", TUESDAY, lead=lead, actor="mia")
        story.happened(kind, "2026-04-07T15:00:00Z", lead=lead, actor="rae", data=data)

    assert story.told("decision") == [
        ("crm:l1", "met", "2026-04-08T09:00:00Z"),
        ("crm:l2", "met", "2026-04-08T09:00:00Z"),
        ("crm:l3", "overdue", "2026-04-08T09:00:00Z"),
        ("crm:l4", "overdue", "2026-04-08T09:00:00Z"),
    ]


LISTENING = (
    "key: listening, owner: marketing, kind: volume, "
    "count: {events: [meeting.held, meeting.listened], where: {data.attendees: team}}, "
    "per: week, target: '>= 1'"
)


@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        ({"account": "acme", "actor": "mia", "data": {"attendees": ["mia"]}}, 1),
        ({"actor": "mia", "data": {"attendees": ["mia"]}}, 1),
        ({"data": {"attendees": ["mia", "rae"]}}, 1),  # who was there is all that is said
        ({"data": {"attendees": ["rae", "mia"]}}, 1),
        ({"data": {"attendees": ["rae"]}}, 0),
        ({"data": {}}, 0),
    ],
)
def test_a_meeting_is_listened_to_by_whoever_of_marketing_attends(
    story: Story, fields: dict[str, object], heard: int
) -> None:
    story.agree(agreement(LISTENING))
    staff(story)
    story.happened("meeting.listened", TUESDAY, "m1", **fields)
    story.happened("meeting.listened", TUESDAY, "m1", **fields)  # the same again is the same

    story.at("2026-04-13T09:00:00Z")
    judge_pending(as_of=story.now)

    span = {"period_after": "2026-04-05T00:00:00Z", "period_before": "2026-04-12T00:00:00Z"}
    (week,) = story.get("readings/", **span)["results"]
    assert (week["numerator"], week["verdict"]) == (heard, "kept" if heard else "missed")
