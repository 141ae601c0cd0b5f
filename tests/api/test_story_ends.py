"""How clocks end, played through the API; every expectation worked out by hand from CONTRACT §3."""

import pytest

from tests.api.companies import agreement, contacts, response, staff
from tests.api.story import Story

# Tuesday 7 April, 10:00 in London.
TUESDAY = "2026-04-07T09:00:00Z"


def inbound(story: Story, *more: str, within: str = "4 business hours") -> None:
    """One request on Tuesday at 10:00 in London: due at 14:00 (13:00Z) of four hours."""
    story.agree(agreement(response("inbound", within, *more)))
    staff(story)
    contacts(story, "p1", "p2")
    story.happened("request.received", TUESDAY, contact="p1")


PAUSE = ("pause: {event: email.bounced}", "resume: {event: contact.joined}")


def test_a_pause_stops_the_time_and_moves_the_deadline(story: Story) -> None:
    inbound(story.at(TUESDAY), *PAUSE)
    story.at("2026-04-07T12:00:00Z").happened("email.bounced", "2026-04-07T10:00:00Z", contact="p1")

    paused = story.clock()
    assert (paused["state"], paused["due_at"]) == ("paused", None)

    # Resumed at 15:00 in London: three hours are left, two and a half until 17:30, half an hour on Wednesday.
    story.happened("contact.joined", "2026-04-07T14:00:00Z", contact="p1")
    story.at("2026-04-07T15:00:00Z")
    running = story.clock()
    assert (running["state"], running["due_at"]) == ("running", "2026-04-08T08:30:00Z")
    # 10:00 to 16:00: six hours by the wall, four of them paused, two counted.
    assert (running["elapsed_seconds"], running["paused_seconds"], running["business_seconds"]) == (
        6 * 3600,
        4 * 3600,
        2 * 3600,
    )

    story.happened("call.made", "2026-04-08T08:00:00Z", contact="p1", actor="rae")
    story.at("2026-04-09T12:00:00Z")
    met = story.clock()
    assert (met["state"], met["stopped_at"]) == ("met", "2026-04-08T08:00:00Z")
    assert (met["elapsed_seconds"], met["paused_seconds"], met["business_seconds"]) == (
        23 * 3600,
        4 * 3600,
        3 * 3600 + 1800,
    )


def test_a_pause_over_night_costs_only_its_open_time(story: Story) -> None:
    inbound(story, *PAUSE, within="8 business hours")
    # From Tuesday 17:00 to Wednesday 10:00: an hour and a half is open; seven hours were used, one is left.
    story.happened("email.bounced", "2026-04-07T16:00:00Z", contact="p1")
    story.happened("contact.joined", "2026-04-08T09:00:00Z", contact="p1")

    assert story.clock()["due_at"] == "2026-04-08T10:00:00Z"


def test_a_pause_of_business_days_adds_its_open_time_to_the_deadline(story: Story) -> None:
    inbound(story, *PAUSE, within="1 business day")
    # Wednesday 10:00 without the pause; paused from Tuesday 12:00 to 15:00: Wednesday 13:00 in London.
    story.happened("email.bounced", "2026-04-07T11:00:00Z", contact="p1")
    story.happened("contact.joined", "2026-04-07T14:00:00Z", contact="p1")

    assert story.clock()["due_at"] == "2026-04-08T12:00:00Z"


def test_a_pause_of_elapsed_time_adds_all_of_it(story: Story) -> None:
    inbound(story, *PAUSE, within="24 hours")
    story.happened("email.bounced", "2026-04-07T20:00:00Z", contact="p1")
    story.happened("contact.joined", "2026-04-08T06:00:00Z", contact="p1")

    assert story.clock()["due_at"] == "2026-04-08T19:00:00Z"


def test_a_pause_after_the_deadline_changes_nothing(story: Story) -> None:
    inbound(story, *PAUSE)
    story.happened("email.bounced", "2026-04-07T13:00:01Z", contact="p1")

    assert story.told() == [("crm:p1", "overdue", "2026-04-07T13:00:00Z")]


def test_a_stop_in_a_pause_is_in_time(story: Story) -> None:
    inbound(story, *PAUSE)
    story.happened("email.bounced", "2026-04-07T10:00:00Z", contact="p1")
    story.happened("call.made", "2026-04-09T10:00:00Z", contact="p1", actor="rae")

    clock = story.clock()
    assert (clock["state"], clock["business_seconds"]) == ("met", 3600)


def test_at_one_instant_the_stop_comes_before_the_cancel(story: Story) -> None:
    inbound(story, "cancel: {event: email.bounced}")
    story.happened("email.bounced", "2026-04-07T10:00:00Z", contact="p1")
    story.happened("call.made", "2026-04-07T10:00:00Z", contact="p1", actor="rae")

    assert story.clock()["state"] == "met"


@pytest.mark.parametrize(
    ("cancelled", "state"), [("2026-04-07T13:00:00Z", "cancelled"), ("2026-04-07T13:00:01Z", "overdue")]
)
def test_a_cancel_after_the_deadline_ends_the_clock_but_the_miss_stands(
    story: Story, cancelled: str, state: str
) -> None:
    inbound(story, "cancel: {event: email.bounced}")
    story.happened("email.bounced", cancelled, contact="p1")
    story.happened("call.made", "2026-04-08T10:00:00Z", contact="p1", actor="rae")

    clock = story.clock()
    assert (clock["state"], clock["stopped_at"], clock["due_at"]) == (state, None, "2026-04-07T13:00:00Z")
    story.happened("request.received", "2026-04-09T09:00:00Z", contact="p1")
    assert [state for _, state, _ in story.told()] == [state, "overdue"]


def test_an_overdue_clock_that_is_then_done_is_late(story: Story) -> None:
    inbound(story)
    assert story.clock()["state"] == "overdue"

    story.happened("meeting.booked", "2026-04-09T10:00:00Z", contact="p1", actor="sam")

    clock = story.clock()
    assert (clock["state"], clock["stopped_at"]) == ("late", "2026-04-09T10:00:00Z")


def test_a_clock_that_was_given_up_stays_overdue_and_the_next_request_opens_another(story: Story) -> None:
    inbound(story, "give_up: 1 day")
    # Due on Tuesday 13:00Z, ended on Wednesday 13:00Z.
    story.happened("call.made", "2026-04-08T13:00:01Z", contact="p1", actor="rae")
    clock = story.clock()
    assert (clock["state"], clock["stopped_at"]) == ("overdue", None)

    story.happened("request.received", "2026-04-09T09:00:00Z", contact="p1")
    story.happened("call.made", "2026-04-09T09:30:00Z", contact="p1", actor="rae")
    assert story.told() == [
        ("crm:p1", "overdue", "2026-04-07T13:00:00Z"),
        ("crm:p1", "met", "2026-04-09T13:00:00Z"),
    ]


def test_before_it_is_given_up_an_act_still_makes_it_late(story: Story) -> None:
    inbound(story, "give_up: 1 day")
    story.happened("call.made", "2026-04-08T12:59:00Z", contact="p1", actor="rae")

    assert story.clock()["state"] == "late"


def test_another_request_while_the_clock_is_open_is_a_repeat(story: Story) -> None:
    inbound(story)
    story.happened("request.received", "2026-04-07T10:00:00Z", contact="p1")
    story.happened("request.received", "2026-04-08T10:00:00Z", contact="p1")
    clock = story.clock()
    assert (clock["started_at"], clock["due_at"], clock["repeats"]) == (TUESDAY, "2026-04-07T13:00:00Z", 2)

    story.happened("call.made", "2026-04-08T11:00:00Z", contact="p1", actor="rae")
    story.happened("request.received", "2026-04-08T12:00:00Z", contact="p1")
    assert story.told() == [
        ("crm:p1", "late", "2026-04-07T13:00:00Z"),
        ("crm:p1", "overdue", "2026-04-08T16:00:00Z"),
    ]


def test_a_request_at_the_instant_of_the_call_is_answered_by_it(story: Story) -> None:
    inbound(story)
    story.happened("call.made", TUESDAY, contact="p1", actor="rae")

    clock = story.clock()
    assert (clock["state"], clock["elapsed_seconds"]) == ("met", 0)


def test_a_call_before_the_request_is_no_answer(story: Story) -> None:
    inbound(story)
    story.happened("call.made", "2026-04-07T08:59:59Z", contact="p1", actor="rae")

    assert story.clock()["state"] == "overdue"


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ({"actor": "rae"}, "met"),
        ({"actor": "mia"}, "overdue"),  # of marketing
        ({}, "overdue"),  # nobody did it
        ({"actor": "nobody-we-know"}, "overdue"),
        ({"actor": "rae", "data": {"automatic": True}}, "overdue"),
        ({"actor": "rae", "data": {"automatic": False}}, "met"),
    ],
)
def test_only_an_act_of_the_team_that_owes_counts(story: Story, act: dict, state: str) -> None:
    inbound(story)
    story.happened("call.made", "2026-04-07T10:00:00Z", contact="p1", **act)

    assert story.clock()["state"] == state


@pytest.mark.parametrize(
    ("by", "act", "state"),
    [
        ("owner", {"actor": "rae"}, "met"),
        ("owner", {"actor": "sam"}, "overdue"),
        ("contact", {"data": {"self_service": True}}, "met"),
        ("contact", {"actor": "rae"}, "overdue"),
        ("[owner, contact]", {"data": {"self_service": True}}, "met"),
        ("[owner, contact]", {"actor": "rae"}, "met"),
        ("anyone", {}, "met"),
        ("anyone", {"actor": "mia"}, "met"),
    ],
)
def test_by_whom(story: Story, by: str, act: dict, state: str) -> None:
    inbound(story, f"stop: {{event: meeting.booked, by: {by}}}")
    contacts(story, "p1", owner="rae")
    story.happened("meeting.booked", "2026-04-07T10:00:00Z", contact="p1", **act)

    assert story.clock()["state"] == state


def test_a_team_below_the_one_that_owes_may_act_for_it_and_membership_is_that_of_the_instant(
    story: Story,
) -> None:
    from people.models import Team  # the hierarchy is set by an administrator, not by facts

    inbound(story)
    story.happened("request.received", TUESDAY, contact="p2")
    story.sync(
        "members",
        {
            "external_id": "lee",
            "email": "lee@example.com",
            "team": "inside-sales",
            "updated_at": "2025-01-01T00:00:00Z",
        },
    )
    story.sync("members", {"external_id": "lee", "team": "support", "updated_at": "2026-04-07T11:00:00Z"})
    Team.objects.filter(slug="inside-sales").update(parent=Team.objects.get(slug="sales"))
    story.happened("call.made", "2026-04-07T10:59:59Z", contact="p1", actor="lee")
    story.happened("call.made", "2026-04-07T11:00:00Z", contact="p2", actor="lee")

    assert [(subject, state) for subject, state, _ in story.told()] == [
        ("crm:p1", "met"),
        ("crm:p2", "overdue"),
    ]
