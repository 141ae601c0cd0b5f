"""Deadlines worked out by hand from CONTRACT §3 "Business time": what the API must tell."""

import pytest

from tests.api.companies import ALWAYS, LONDON, NIGHTS, PARIS, agreement, contacts, response, staff
from tests.api.story import Story


def due(story: Story, calendar: str, within: str, start: str, *more: str) -> str | None:
    """The deadline of one request in a calendar that has the week, told much later."""
    story.agree(agreement(response("inbound", within, *more), calendars=calendar))
    contacts(story, "p1")
    story.happened("request.received", start, contact="p1")
    story.at("2026-12-30T12:00:00Z")
    clock = story.clock("inbound")
    assert clock["state"] == "overdue"
    return clock["due_at"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # Friday 17:00 in Paris (CEST): an hour until 18:00, none on Easter Monday, an hour on Tuesday.
        ("2026-04-03T17:00:00+02:00", "2026-04-07T08:00:00Z"),
        # Good Friday is an ordinary day in France; in the lunch break: from 13:30 to 15:30.
        ("2026-04-03T12:45:00+02:00", "2026-04-03T13:30:00Z"),
        # Half an hour before lunch, an hour and a half after it.
        ("2026-04-03T12:00:00+02:00", "2026-04-03T13:00:00Z"),
        # Exactly at closing time nothing is left of the day: from 9:00 on Tuesday to 11:00.
        ("2026-04-03T18:00:00+02:00", "2026-04-07T09:00:00Z"),
        # The eve of the 1st of May (a Friday): an hour on Thursday, an hour on Monday 4 May.
        ("2026-04-30T17:00:00+02:00", "2026-05-04T08:00:00Z"),
        # Ending exactly at closing time is the closing itself, not the next opening.
        ("2026-04-02T16:00:00+02:00", "2026-04-02T16:00:00Z"),
        # Friday 27 March 17:00 CET (16:00Z); the clocks change on Sunday; Monday 10:00 CEST is 08:00Z.
        ("2026-03-27T17:00:00+01:00", "2026-03-30T08:00:00Z"),
    ],
)
def test_two_business_hours_in_split_days_of_paris(story: Story, start: str, expected: str) -> None:
    assert due(story, PARIS, "2 business hours", start) == expected


@pytest.mark.parametrize(
    ("within", "start", "expected"),
    [
        # The night of 28 to 29 March lacks an hour: 22:00 CET (21:00Z) to 6:00 CEST (4:00Z) are seven hours;
        # the eighth begins on Sunday at 22:00 CEST (20:00Z).
        ("8 business hours", "2026-03-28T20:00:00Z", "2026-03-29T21:00:00Z"),
        ("7 business hours", "2026-03-28T20:00:00Z", "2026-03-29T04:00:00Z"),
        # The night of 24 to 25 October has an hour more: 22:00 CEST (20:00Z) to 6:00 CET (5:00Z) are nine.
        ("9 business hours", "2026-10-24T19:00:00Z", "2026-10-25T05:00:00Z"),
        ("8 business hours", "2026-10-24T19:00:00Z", "2026-10-25T04:00:00Z"),
        # Sunday's window ends on Monday at 6:00, then nothing until Friday 22:00 (10 April, 20:00Z).
        ("10 business hours", "2026-04-05T20:00:00Z", "2026-04-10T22:00:00Z"),
        # At 1:00 on Saturday (23:00Z on Friday) Friday's window is open: five hours of it, three of the next.
        ("8 business hours", "2026-04-10T23:00:00Z", "2026-04-11T23:00:00Z"),
    ],
)
def test_nights_belong_to_the_day_they_start_and_are_as_long_as_they_really_are(
    story: Story, within: str, start: str, expected: str
) -> None:
    assert due(story, NIGHTS, within, start) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # Noon on Saturday 28 March CET is 11:00Z: a day later is 11:00Z, though the wall says 13:00.
        ("2026-03-28T12:00:00+01:00", "2026-03-29T11:00:00Z"),
        ("2026-10-24T12:00:00+02:00", "2026-10-25T10:00:00Z"),
    ],
)
def test_elapsed_hours_are_real_hours_on_both_sundays(story: Story, start: str, expected: str) -> None:
    assert due(story, PARIS, "24 hours", start) == expected


@pytest.mark.parametrize(
    ("within", "start", "expected"),
    [
        # Maundy Thursday 16:00 BST: Good Friday and Easter Monday are closed in England: Tuesday 16:00.
        ("1 business day", "2026-04-02T15:00:00Z", "2026-04-07T15:00:00Z"),
        ("2 business days", "2026-04-02T15:00:00Z", "2026-04-08T15:00:00Z"),
        # Holy Saturday begins on Tuesday at 9:00, a day later is Wednesday 9:00.
        ("1 business day", "2026-04-04T10:00:00Z", "2026-04-08T08:00:00Z"),
        # After closing on Thursday: begins on Tuesday at 9:00 too.
        ("1 business day", "2026-04-02T18:00:00Z", "2026-04-08T08:00:00Z"),
        # No business days: the closing of the same date, 17:30 BST; from a closed one, of the next open date.
        ("0 business days", "2026-04-02T09:00:00Z", "2026-04-02T16:30:00Z"),
        ("0 business days", "2026-04-03T09:00:00Z", "2026-04-07T16:30:00Z"),
        # Before opening (7:00) it begins at 9:00 of the same date.
        ("1 business day", "2026-04-01T06:00:00Z", "2026-04-02T08:00:00Z"),
        # Friday 27 March 16:00 GMT; on Monday 16:00 is BST, 15:00Z.
        ("1 business day", "2026-03-27T16:00:00Z", "2026-03-30T15:00:00Z"),
    ],
)
def test_business_days_across_easter_keep_the_time_on_the_wall(
    story: Story, within: str, start: str, expected: str
) -> None:
    assert due(story, LONDON, within, start) == expected


SHORT_FRIDAY = """
  short:
    timezone: Europe/London
    week: {thu: ["08:00-20:00"], fri: ["10:00-15:00"]}
    open: {2026-04-11: ["12:00-13:00"]}
    closed: [2026-04-16]"""


@pytest.mark.parametrize(
    ("within", "start", "expected"),
    [
        ("1 business day", "2026-04-09T17:00:00Z", "2026-04-10T14:00:00Z"),  # 18:00 BST → Friday's closing
        ("1 business day", "2026-04-09T07:30:00Z", "2026-04-10T09:00:00Z"),  # 8:30 BST → Friday's opening
        ("1 business day", "2026-04-10T10:00:00Z", "2026-04-11T11:00:00Z"),  # 11:00 → Saturday's own window
        ("2 business days", "2026-04-10T10:00:00Z", "2026-04-17T10:00:00Z"),  # the 16th is closed
        ("2 business hours", "2026-04-10T13:30:00Z", "2026-04-17T09:30:00Z"),  # ½ h + 1 h on Saturday + ½ h
    ],
)
def test_a_business_day_is_clamped_to_the_hours_of_its_date(
    story: Story, within: str, start: str, expected: str
) -> None:
    assert due(story, SHORT_FRIDAY, within, start) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        # 2:30 does not exist on 29 March: it moves forward by the missing hour, 3:30 CEST.
        ("2026-03-28T02:30:00+01:00", "2026-03-29T01:30:00Z"),
        # 2:30 comes twice on 25 October: the first, in CEST.
        ("2026-10-24T02:30:00+02:00", "2026-10-25T00:30:00Z"),
    ],
)
def test_a_time_that_is_missing_or_twice_on_the_wall(story: Story, start: str, expected: str) -> None:
    assert due(story, ALWAYS, "1 business day", start) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-04-10T16:00:00Z", "2026-04-10T18:00:00Z"),  # Friday 17:00 BST is open: two hours by the wall
        ("2026-04-11T10:00:00Z", "2026-04-13T10:00:00Z"),  # Saturday: from Monday 9:00 BST to 11:00
    ],
)
def test_next_opening_moves_only_a_start_in_closed_time(story: Story, start: str, expected: str) -> None:
    assert due(story, LONDON, "2 hours", start, "outside_hours: next_opening") == expected


def test_elapsed_time_counts_in_closed_time_unless_told_otherwise(story: Story) -> None:
    assert due(story, LONDON, "2 hours", "2026-04-11T10:00:00Z") == "2026-04-11T12:00:00Z"


def test_without_a_calendar_business_time_is_all_the_time(story: Story) -> None:
    text = agreement(response("inbound", "90 minutes")).replace(f"calendars:{LONDON}\n", "")
    story.agree(text)
    contacts(story, "p1")
    story.happened("request.received", "2026-04-05T03:00:00Z", contact="p1")

    assert story.clock()["due_at"] == "2026-04-05T04:30:00Z"


def test_the_warning_comes_at_its_share_of_the_open_seconds(story: Story) -> None:
    # Two business hours from Friday 17:00 in Paris: 75 % are an hour on Friday and half an hour on Tuesday.
    story.agree(agreement(response("inbound", "2 business hours", "warn_at: 75%"), calendars=PARIS))
    contacts(story, "p1")
    story.happened("request.received", "2026-04-03T15:00:00Z", contact="p1")

    assert story.clock()["warn_at"] == "2026-04-07T07:30:00Z"


@pytest.mark.parametrize(
    ("called", "state"),
    [
        ("2026-04-07T08:00:00Z", "met"),
        ("2026-04-07T08:00:00.900Z", "met"),  # instants are whole seconds before they are judged
        ("2026-04-07T08:00:01Z", "late"),
    ],
)
def test_done_at_the_deadline_is_met_and_a_second_later_late(story: Story, called: str, state: str) -> None:
    story.agree(agreement(response("inbound", "2 business hours"), calendars=PARIS))
    staff(story)
    contacts(story, "p1")
    story.happened("request.received", "2026-04-03T15:00:00Z", contact="p1")
    story.happened("call.made", called, contact="p1", actor="rae")

    clock = story.clock()

    assert clock["state"] == state
    # From Friday 15:00Z to Tuesday 8:00Z are 89 hours; two of them open, and a second when late.
    over = 1 if state == "late" else 0
    assert (clock["elapsed_seconds"], clock["business_seconds"]) == (89 * 3600 + over, 7200 + over)
    assert clock["allowed_seconds"] == 7200
