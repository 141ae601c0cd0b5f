"""Conditions, selectors and what an event is about: CONTRACT §3 clause by clause, played through the API."""

from typing import Any

import pytest

from tests.api.companies import agreement, contacts, response, staff
from tests.api.story import Story

TUESDAY = "2026-04-07T09:00:00Z"
LONG_AGO = "2025-01-01T00:00:00Z"


def everything(story: Story) -> None:
    """One of each record, linked: deal → lead → contact → account, lead → campaign."""
    staff(story)
    rows: dict[str, dict[str, Any]] = {
        "accounts": {
            "external_id": "a1",
            "name": "A",
            "tier": 1,
            "named": True,
            "employees": 50,
            "industry": "steel",
            "domain": None,
            "region": "north",
            "created_at": "2026-03-01T00:00:00Z",
        },
        "contacts": {
            "external_id": "p1",
            "account": "a1",
            "buyer_role": ["other", "champion"],
            "email": "p@p.example",
        },
        "campaigns": {"external_id": "f1", "name": "Fair", "type": "fair"},
        "leads": {
            "external_id": "l1",
            "contact": "p1",
            "campaign": "f1",
            "origin": "marketing",
            "score": "62.5",
        },
        "deals": {"external_id": "d1", "lead": "l1", "amount": 1000},
    }
    for resource, row in rows.items():
        story.sync(resource, {**row, "owner": "rae", "updated_at": LONG_AGO})


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("account.tier: 1", True),
        ("account.tier: [2, 3]", False),
        ("account.tier: {not: 1}", False),
        ("account.tier: {not: [2, 3]}", True),
        ("account.tier: {lte: 1}", True),
        ("account.tier: {gt: 1}", False),
        ("account.named: true", True),
        ("account.named: false", False),
        ("account.employees: {gte: 50}", True),
        ("account.employees: {lt: 50}", False),
        ("account.industry: steel", True),
        ("account.industry: Steel", False),
        ("account.domain: present", False),
        ("account.domain: missing", True),
        # A missing value satisfies only `missing`.
        ("account.domain: {not: [x]}", False),
        ("account.country: {not: FR}", False),
        ("account.attributes.region: north", True),
        ("account.attributes.region: {not: [south]}", True),
        ("account.attributes.nothing: missing", True),
        # A list matches by any of its elements.
        ("contact.buyer_role: champion", True),
        ("contact.buyer_role: {not: [other]}", True),
        ("contact.buyer_role: blocker", False),
        ("contact.buyer_role: present", True),
        # 1 March to 7 April are 37 days and 9 hours.
        ("account.created_at: {older_than: 37 days}", True),
        ("account.created_at: {older_than: 38 days}", False),
        ("account.created_at: {newer_than: 38 days}", True),
        ("account.created_at: {gte: 2026-03-01}", True),
        # The contact's lead, and what that names.
        ("lead.origin: marketing", True),
        ("lead.score: {gt: 62}", True),
        ("campaign.type: [fair, webinar]", True),
        ("contact.owner: team", True),
        ("contact.owner: rae", True),
        ("contact.owner: sam", False),
        # Of the event itself.
        ("data.channel: form", True),
        ("data.channel: [phone, chat]", False),
        ("data.urgent: true", True),
        ("data.urgent: 1", False),
        ("data.count: {gt: 2}", True),
        ("data.nested.deep: x", True),
        ("data.people: team", True),
        ("data.nothing: missing", True),
        # All must hold.
        ("account.tier: 1, data.channel: form", True),
        ("account.tier: 1, data.channel: phone", False),
    ],
)
def test_a_condition(story: Story, where: str, holds: bool) -> None:
    story.agree(agreement(response("inbound", "1 hour", f"where: {{{where}}}")))
    everything(story)
    data = {"channel": "form", "urgent": True, "count": 3, "nested": {"deep": "x"}, "people": ["mia", "sam"]}
    story.happened("request.received", TUESDAY, contact="p1", data=data)

    assert len(story.clocks()) == holds


@pytest.mark.parametrize(
    ("refs", "subjects"),
    [
        ({"contact": "p1"}, ["crm:l1", "crm:p1"]),
        ({"lead": "l1"}, ["crm:l1", "crm:p1"]),
        ({"deal": "d1"}, ["crm:d1", "crm:l1", "crm:p1"]),
        ({"account": "a1"}, []),
        ({"account": "a1", "contact": "p1"}, ["crm:l1", "crm:p1"]),
        ({"campaign": "f1"}, []),
        ({"contact": "p1", "deal": "d1"}, ["crm:d1", "crm:l1", "crm:p1"]),
    ],
)
def test_what_an_act_is_about(story: Story, refs: dict[str, str], subjects: list[str]) -> None:
    """A promise about each of the contact, the lead and the deal; which does one call keep?"""
    story.agree(
        agreement(
            response("of-contact", "1 hour"),
            response("of-lead", "1 hour", start="lead.accepted"),
            response("of-deal", "1 hour", start="deal.created"),
        )
    )
    everything(story)
    story.happened("request.received", TUESDAY, contact="p1")
    story.happened("lead.accepted", TUESDAY, lead="l1")
    story.happened("deal.created", TUESDAY, deal="d1")
    story.happened("call.made", "2026-04-07T09:30:00Z", "call", actor="rae", **refs)

    clocks = story.clocks()
    assert len(clocks) == 3
    assert sorted(clock["subject"] for clock in clocks if clock["state"] == "met") == subjects


@pytest.mark.parametrize(
    ("subject", "refs", "wanted"),
    [
        ("contact", {"contact": "p1", "lead": "l1"}, "crm:p1"),
        ("lead", {"contact": "p1", "lead": "l1"}, "crm:l1"),
        ("lead", {"lead": "l1"}, "crm:l1"),
        ("account", {"account": "a1", "contact": "p1"}, "crm:a1"),
    ],
)
def test_the_subject_may_be_named(story: Story, subject: str, refs: dict[str, str], wanted: str) -> None:
    story.agree(agreement(response("inbound", "1 hour", f"subject: {subject}")))
    everything(story)
    story.happened("request.received", TUESDAY, "request", **refs)

    assert story.clock()["subject"] == wanted


def test_a_start_may_have_conditions_and_alternatives_of_its_own(story: Story) -> None:
    start = (
        "start: [{event: request.received, where: {data.channel: form}}, "
        "{events: [form.submitted, chat.received], where: {data.demo: true}}]"
    )
    terms = response("inbound", "1 hour").replace("start: {event: request.received}", start)
    story.agree(agreement(terms))
    contacts(story, "p1", "p2", "p3", "p4")
    story.happened("request.received", TUESDAY, contact="p1", data={"channel": "form"})
    story.happened("request.received", TUESDAY, contact="p2", data={"channel": "phone", "demo": True})
    story.happened("form.submitted", TUESDAY, contact="p3", data={"demo": True})
    story.happened("chat.received", TUESDAY, contact="p4", data={"demo": False})

    assert [subject for subject, _, _ in story.told()] == ["crm:p1", "crm:p3"]


def test_when_the_first_request_is_withdrawn_its_repeat_takes_its_place(story: Story) -> None:
    story.agree(agreement(response("inbound", "1 hour")))
    contacts(story, "p1")
    first = story.happened("request.received", TUESDAY, contact="p1")
    story.happened("request.received", "2026-04-07T09:20:00Z", contact="p1")
    assert (story.clock()["due_at"], story.clock()["repeats"]) == ("2026-04-07T10:00:00Z", 1)

    story.happened("event.retracted", "2026-04-08T09:00:00Z", data={"event": first})
    assert (story.clock()["due_at"], story.clock()["repeats"]) == ("2026-04-07T10:20:00Z", 0)


def test_a_call_keeps_two_promises_about_one_contact_but_one_clock_of_each(story: Story) -> None:
    story.agree(agreement(response("one", "1 hour"), response("two", "30 minutes")))
    staff(story)
    contacts(story, "p1")
    for minute in (0, 20):
        story.happened("request.received", f"2026-04-07T09:{minute:02}:00Z", contact="p1")
    story.happened("call.made", "2026-04-07T09:31:00Z", contact="p1", actor="rae")

    assert [(c["commitment"], c["state"], c["repeats"]) for c in sorted(story.clocks(), key=str)] == [
        ("one", "met", 1),
        ("two", "late", 1),
    ]


def test_a_record_brought_back_lives_on(story: Story) -> None:
    story.agree(agreement(response("inbound", "1 hour")))
    contacts(story, "p1")
    story.happened("request.received", TUESDAY, contact="p1")
    at = {"external_id": "p1", "updated_at": "2026-04-08T00:00:00Z"}
    story.sync("contacts", {**at, "deleted_at": "2026-04-07T09:10:00Z"})
    assert story.clock()["state"] == "cancelled"

    story.sync("contacts", {**at, "deleted_at": None, "updated_at": "2026-04-09T00:00:00Z"})
    assert story.clock()["state"] == "overdue"


def test_two_merges_in_a_row_end_at_the_last_survivor(story: Story) -> None:
    story.agree(agreement(response("inbound", "1 hour")))
    contacts(story, "p1", "p2", "p3")
    story.happened("request.received", TUESDAY, contact="p1")
    story.sync("contacts", {"external_id": "p1", "merged_into": "p2", "updated_at": "2026-04-08T00:00:00Z"})
    story.sync("contacts", {"external_id": "p2", "merged_into": "p3", "updated_at": "2026-04-09T00:00:00Z"})

    assert story.clock()["subject"] == "crm:p3"


def test_a_merge_may_arrive_before_the_records(story: Story) -> None:
    story.agree(agreement(response("inbound", "1 hour", "where: {account.tier: 1}")))
    story.sync("contacts", {"external_id": "p2", "merged_into": "p1", "updated_at": "2026-04-08T00:00:00Z"})
    story.happened("request.received", TUESDAY, contact="p2")
    story.sync("accounts", {"external_id": "a1", "name": "A", "tier": 1})
    contacts(story, "p1", account="a1")

    assert story.clock()["subject"] == "crm:p1"


def test_an_update_dated_ahead_waits_for_its_instant(story: Story) -> None:
    story.agree(agreement(response("inbound", "4 hours")))
    staff(story)
    contacts(story, "p1", owner="rae")
    story.sync("contacts", {"external_id": "p1", "owner": "sam", "updated_at": "2026-04-10T13:00:00Z"})
    story.happened("request.received", "2026-04-10T11:30:00Z", contact="p1")
    assert story.clock()["owner"] == "rae@example.com"

    story.at("2026-04-10T13:00:00Z")
    assert story.clock()["owner"] == "sam@example.com"
