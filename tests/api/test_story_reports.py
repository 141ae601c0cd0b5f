"""From a miss to the next morning's report, by commands and the API only."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from reporting.watching import sync_breaches
from tests.api.companies import agreement, contacts, response, staff
from tests.api.contract import REPORT, SECTIONS, SHOWN
from tests.api.story import Story

TUESDAY = "2026-04-07T09:00:00Z"  # 10:00 in London


@pytest.fixture
def signed_in_january(story: Story) -> Story:
    """One request on Tuesday at 10:00 in London, due at 14:00 and never answered; it is noon there."""
    story.at("2026-01-02T09:00:00Z").agree(agreement(response("inbound", "4 business hours")))
    story.at("2026-04-07T11:00:00Z")
    staff(story)
    contacts(story, "p1", owner="rae")
    story.happened("request.received", TUESDAY, contact="p1")
    story.clocks()
    return story


def swept(story: Story) -> list[dict]:
    story.clocks()
    sync_breaches(as_of=datetime.now(UTC))
    return story.all("breaches/")


def publish(story: Story, day: str, team: str = "sales") -> dict:
    call_command("publish_report", "--day", day, "--team", team, stdout=StringIO())
    return story.get(f"reports/{day}/", team=team)


def test_a_miss_becomes_a_breach_and_stands_in_the_next_morning_s_report(signed_in_january: Story) -> None:
    story = signed_in_january
    assert swept(story) == []

    story.at("2026-04-07T13:00:01Z")
    (breach,) = swept(story)
    assert set(SHOWN["breaches"]) <= breach.keys()
    assert (breach["type"], breach["commitment"], breach["subject"]) == ("clock", "inbound", "crm:p1")
    assert (breach["state"], breach["historic"], breach["owner"]) == ("open", False, "rae@example.com")
    assert breach["clock"] == story.clock()["id"]
    assert breach["next_step"]

    story.at("2026-04-08T08:00:00Z")
    report = publish(story, "2026-04-08")
    assert set(REPORT) <= report.keys()
    assert set(SECTIONS) <= report["sections"].keys()
    assert [row["subject"] for row in report["sections"]["fix_today"]] == ["crm:p1"]


def test_a_report_is_frozen_and_the_next_one_restates(signed_in_january: Story) -> None:
    story = signed_in_january.at("2026-04-08T08:00:00Z")
    swept(story)
    first = publish(story, "2026-04-08")

    # It turns out on Wednesday that she had called on Tuesday in time.
    story.happened("call.made", "2026-04-07T12:00:00Z", contact="p1", actor="rae")
    (breach,) = swept(story)
    assert breach["state"] == "withdrawn"
    assert story.get("reports/2026-04-08/", team="sales")["sections"] == first["sections"]

    story.at("2026-04-09T08:00:00Z")
    second = publish(story, "2026-04-09")
    assert second["sections"]["fix_today"] == []
    (restated,) = second["sections"]["restated"]
    assert (restated["subject"], restated["reported"], restated["now"]) == ("crm:p1", "missed", "kept")


def test_publishing_twice_changes_nothing(signed_in_january: Story) -> None:
    story = signed_in_january.at("2026-04-08T08:00:00Z")
    swept(story)
    assert publish(story, "2026-04-08") == publish(story.at("2026-04-08T16:00:00Z"), "2026-04-08")
    assert len(story.all("reports/", team="sales")) == 1


def test_importing_last_year_alarms_nobody(story: Story) -> None:
    story.agree(agreement(response("inbound", "4 business hours")))  # signed today, 10 April
    contacts(story, "p1")
    story.happened("request.received", "2026-02-03T10:00:00Z", contact="p1")

    (breach,) = swept(story)
    assert breach["historic"] is True
    assert story.all("breaches/", historic="false") == []


def test_a_miss_is_told_only_after_the_time_to_settle(story: Story) -> None:
    story.at("2026-01-02T09:00:00Z").agree(
        agreement(response("inbound", "4 business hours", "settle: 2 business hours"))
    )
    story.at("2026-04-07T09:30:00Z")
    contacts(story, "p1")
    story.happened("request.received", TUESDAY, contact="p1")

    assert swept(story.at("2026-04-07T14:59:00Z")) == []
    assert story.clock()["state"] == "overdue"
    assert len(swept(story.at("2026-04-07T15:00:01Z"))) == 1


def test_a_breach_is_acknowledged_assigned_and_resolved_and_nothing_twice(signed_in_january: Story) -> None:
    story = signed_in_january.at("2026-04-07T14:00:00Z")
    (breach,) = swept(story)
    acts = f"breaches/{breach['id']}/"

    def act(name: str, body: dict, status: int = 200) -> dict:
        answer = story.post(f"{acts}{name}/", body)
        assert answer.status_code == status, answer.content
        return answer.json()

    assert act("acknowledge", {"note": "on it"})["state"] == "acknowledged"
    act("acknowledge", {}, 409)
    assert act("assign", {"member": "sam@example.com"})["assignee"] == "sam@example.com"
    assert act("assign", {"member": "crm:rae"})["assignee"] == "rae@example.com"
    assert act("assign", {"member": "nobody@example.com"}, 422)["errors"][0]["field"] == "member"
    assert act("resolve", {}, 422)["errors"][0]["field"] == "root_cause"
    assert act("resolve", {"root_cause": "laziness"}, 422)["errors"][0]["field"] == "root_cause"
    assert act("resolve", {"root_cause": "capacity", "nots": "x"}, 422)["errors"][0]["field"] == "nots"
    resolved = act("resolve", {"root_cause": "capacity", "note": "two were ill"})
    assert (resolved["state"], resolved["root_cause"], resolved["next_step"]) == (
        "resolved",
        "capacity",
        None,
    )
    act("resolve", {"root_cause": "capacity"}, 409)
    act("assign", {"member": "sam@example.com"}, 409)


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"x"', "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"root_cause": ["capacity"]}', "application/json", 422),
        (b'{"root_cause": "capacity", "note": "a\\u0000b"}', "application/json", 422),
        (b'{"root_cause": "capacity", "note": "\\ud800"}', "application/json", 422),
        (b'{"root_cause": "capacity", "note": NaN}', "application/json", 400),
        (b'{"root_cause": "capacity", "note": "' + b"x" * 2001 + b'"}', "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b"root_cause=capacity", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_bad_act_is_answered_precisely(
    signed_in_january: Story, raw: bytes, content_type: str, status: int
) -> None:
    story = signed_in_january.at("2026-04-07T14:00:00Z")
    (breach,) = swept(story)

    answer = story.post(f"breaches/{breach['id']}/resolve/", raw, content_type)

    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert story.get(f"breaches/{breach['id']}/")["state"] == "open"


def test_an_act_under_a_key_is_done_once(signed_in_january: Story) -> None:
    story = signed_in_january.at("2026-04-07T14:00:00Z")
    (breach,) = swept(story)
    again = [
        story.post(f"breaches/{breach['id']}/acknowledge/", {}, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2)
    ]

    assert [answer.status_code for answer in again] == [200, 200]
    assert again[0].json() == again[1].json()
