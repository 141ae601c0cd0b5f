"""Whose it was, and what merging, deleting, withdrawing and lateness do to it: played through the API."""

from collections.abc import Callable

import pytest
from django.db import transaction

from measurement.judging import judge_pending
from tests.api.companies import agreement, contacts, response, staff
from tests.api.story import Story

TUESDAY = "2026-04-07T09:00:00Z"  # 10:00 in London
NAMES = ("read", "people:read")


def company(story: Story, *more: str, within: str = "4 business hours") -> None:
    """Four business hours from Tuesday 10:00 end at 14:00 in London, 13:00Z."""
    story.agree(agreement(response("inbound", within, *more)))
    staff(story)


def call(story: Story, at: str, contact: str = "p1", actor: str = "rae", **more: object) -> str:
    return story.happened("call.made", at, contact=contact, actor=actor, **more)


# -- owners


def test_a_clock_follows_its_owners_and_tells_how_long_it_lay_with_nobody(story: Story) -> None:
    company(story)
    contacts(story, "p1")  # its earliest version names no owner: nobody's until an update says otherwise
    story.happened("request.received", TUESDAY, contact="p1")
    story.sync("contacts", {"external_id": "p1", "owner": "rae", "updated_at": "2026-04-07T09:40:00Z"})
    story.sync("contacts", {"external_id": "p1", "owner": "sam", "updated_at": "2026-04-07T10:00:00Z"})
    story.sync("contacts", {"external_id": "p1", "owner": None, "updated_at": "2026-04-07T10:30:00Z"})
    story.sync("contacts", {"external_id": "p1", "owner": "rae", "updated_at": "2026-04-07T10:45:00Z"})
    call(story, "2026-04-07T11:00:00Z")

    clock = story.clock()

    assert (clock["state"], clock["unassigned_seconds"]) == ("met", 40 * 60 + 15 * 60)
    assert clock["owner"] == "rae@example.com"
    owners = story.get(f"clocks/{clock['id']}/explanation/", scopes=NAMES)["owners"]
    assert [each["seconds"] for each in owners] == [40 * 60, 20 * 60, 30 * 60, 15 * 60, 15 * 60]
    assert sum(each["seconds"] for each in owners) == clock["elapsed_seconds"] == 7200


def test_the_only_version_of_a_record_also_holds_before_itself(story: Story) -> None:
    company(story)
    story.happened("request.received", TUESDAY, contact="p1")
    story.sync("contacts", {"external_id": "p1", "owner": "rae", "updated_at": "2026-04-08T09:00:00Z"})

    clock = story.clock()

    assert (clock["owner"], clock["unassigned_seconds"]) == ("rae@example.com", 0)


def test_without_an_owner_of_its_own_a_record_belongs_to_its_leads_then_its_accounts_owner(
    story: Story,
) -> None:
    company(story)
    story.sync(
        "accounts", {"external_id": "a1", "name": "A", "owner": "sam", "updated_at": "2025-01-01T00:00:00Z"}
    )
    contacts(story, "p1", account="a1")
    story.happened("request.received", TUESDAY, contact="p1")
    assert story.clock()["owner"] == "sam@example.com"

    story.sync(
        "leads", {"external_id": "l1", "contact": "p1", "owner": "rae", "updated_at": "2025-07-01T00:00:00Z"}
    )
    assert story.clock()["owner"] == "rae@example.com"

    story.sync("contacts", {"external_id": "p1", "owner": "mia", "updated_at": "2026-04-07T09:30:00Z"})
    assert story.clock()["owner"] == "mia@example.com"


def test_an_assignment_told_as_an_event_moves_the_lead(story: Story) -> None:
    story.agree(agreement(response("contact", "4 hours", start="lead.accepted")))
    staff(story)
    story.happened("lead.accepted", TUESDAY, lead="l1")
    story.happened("lead.assigned", "2026-04-07T09:20:00Z", lead="l1", data={"owner": "rae"})
    story.happened("call.made", "2026-04-07T10:00:00Z", lead="l1", actor="rae")

    clock = story.clock()

    assert (clock["owner"], clock["unassigned_seconds"], clock["state"]) == ("rae@example.com", 1200, "met")


def test_owners_are_named_only_to_who_may_read_names(story: Story) -> None:
    company(story)
    contacts(story, "p1", owner="rae")
    story.happened("request.received", TUESDAY, contact="p1")
    clock = story.clock()

    assert story.get(f"clocks/{clock['id']}/", scopes=("read",))["owner"] is None
    told = str(story.get(f"clocks/{clock['id']}/explanation/", scopes=("read",)))
    assert "Rae" not in told
    assert "rae@" not in told
    assert [c["id"] for c in story.get("clocks/", owner="RAE@example.com", scopes=NAMES)["results"]] == [
        clock["id"]
    ]
    assert story.get("clocks/", owner="sam@example.com", scopes=NAMES)["results"] == []
    story.get("clocks/", owner="rae@example.com", scopes=("read",), status=403)


# -- whose promise it is


@pytest.mark.parametrize(
    ("tier", "clocks"), [({"tier": 1}, 1), ({"tier": 3}, 0), ({}, 0), ({"tier": None}, 0), ({"tier": 2}, 1)]
)
def test_conditions_are_judged_on_the_account_behind_the_contact(
    story: Story, tier: dict, clocks: int
) -> None:
    company(story, "where: {account.tier: [1, 2]}")
    story.sync("accounts", {"external_id": "a1", "name": "A", **tier})
    contacts(story, "p1", account="a1")
    story.happened("request.received", TUESDAY, contact="p1")

    assert len(story.clocks()) == clocks


def test_conditions_are_judged_at_the_start_whatever_changes_later(story: Story) -> None:
    company(story, "where: {account.tier: 1}")
    story.sync(
        "accounts", {"external_id": "a1", "name": "A", "tier": 2, "updated_at": "2026-01-01T00:00:00Z"}
    )
    contacts(story, "p1", "p2", account="a1")
    story.happened("request.received", TUESDAY, contact="p1")
    story.sync("accounts", {"external_id": "a1", "tier": 1, "updated_at": "2026-04-07T10:00:00Z"})
    story.happened("request.received", "2026-04-07T10:00:00Z", contact="p2")

    assert [subject for subject, _, _ in story.told()] == ["crm:p2"]
    why = story.get("why-not/", commitment="inbound", subject="crm:p1")
    assert why["clocks"] == []
    assert "account.tier" in str(why["reasons"])


def test_an_account_that_arrives_last_decides_nevertheless(story: Story) -> None:
    company(story, "where: {account.named: true}")
    story.happened("request.received", TUESDAY, contact="p1")
    assert story.clocks() == []
    contacts(story, "p1", account="a1")
    assert story.clocks() == []
    story.sync("accounts", {"external_id": "a1", "name": "A", "named": True})

    assert story.told() == [("crm:p1", "overdue", "2026-04-07T13:00:00Z")]


def test_a_request_that_names_only_the_lead_is_about_its_contact(story: Story) -> None:
    company(story)
    story.sync("leads", {"external_id": "l1", "contact": "p1", "updated_at": "2025-01-01T00:00:00Z"})
    story.happened("request.received", TUESDAY, lead="l1")

    clock = story.clock()
    assert (clock["subject"], clock["subject_type"]) == ("crm:p1", "contact")


def test_an_act_on_a_lead_counts_for_its_contact_and_on_a_contact_for_its_leads_but_never_for_siblings(
    story: Story,
) -> None:
    story.agree(
        agreement(response("inbound", "4 hours"), response("contact", "4 hours", start="lead.accepted"))
    )
    staff(story)
    links = {"l1": "p1", "l2": "p1", "l3": "p3"}
    story.sync(
        "leads",
        *(
            {"external_id": lead, "contact": p, "updated_at": "2025-01-01T00:00:00Z"}
            for lead, p in links.items()
        ),
    )
    story.happened("request.received", TUESDAY, contact="p1")
    for lead in links:
        story.happened("lead.accepted", TUESDAY, lead=lead, actor="rae")
    story.happened("call.made", "2026-04-07T10:00:00Z", lead="l1", actor="rae")
    story.happened("call.made", "2026-04-07T11:00:00Z", contact="p3", actor="rae")

    assert [(subject, state) for subject, state, _ in story.told("inbound")] == [("crm:p1", "met")]
    assert [(subject, state) for subject, state, _ in story.told("contact")] == [
        ("crm:l1", "met"),
        ("crm:l2", "overdue"),
        ("crm:l3", "met"),
    ]


def test_the_links_of_the_instant_count_not_those_of_today(story: Story) -> None:
    company(story)
    story.sync("leads", {"external_id": "l1", "contact": "p1", "updated_at": "2025-01-01T00:00:00Z"})
    story.sync("leads", {"external_id": "l1", "contact": "p2", "updated_at": "2026-04-07T10:00:00Z"})
    story.happened("request.received", TUESDAY, contact="p1")
    story.happened("request.received", TUESDAY, contact="p2")
    story.happened("call.made", "2026-04-07T09:59:00Z", lead="l1", actor="rae")
    story.happened("call.made", "2026-04-07T10:30:00Z", lead="l1", actor="sam")

    told = {clock["subject"]: clock["stopped_at"] for clock in story.clocks()}
    assert told == {"crm:p1": "2026-04-07T09:59:00Z", "crm:p2": "2026-04-07T10:30:00Z"}


def test_ids_of_two_sources_are_two_records(story: Story) -> None:
    company(story)
    event = {"external_id": "x", "kind": "request.received", "occurred_at": TUESDAY, "contact": "p1"}
    story.sync("events", event)
    story.sync("events", event, source="forms")

    assert [subject for subject, _, _ in story.told()] == ["crm:p1", "forms:p1"]
    assert len(story.clocks(subject="forms:p1")) == 1
    assert len(story.clocks(subject=["forms:p1", "crm:p1"])) == 2


# -- withdrawn, merged, deleted


def test_withdrawing_the_call_opens_the_clock_again_and_withdrawing_the_request_removes_it(
    story: Story,
) -> None:
    company(story)
    contacts(story, "p1")
    request = story.happened("request.received", TUESDAY, contact="p1")
    made = call(story, "2026-04-07T10:00:00Z")
    assert story.clock()["state"] == "met"

    story.happened("event.retracted", "2026-04-07T12:00:00Z", data={"event": made})
    assert story.clock()["state"] == "overdue"

    story.happened("event.retracted", "2026-04-07T12:00:01Z", data={"event": request})
    assert story.clocks() == []


def test_a_withdrawal_may_arrive_before_what_it_withdraws(story: Story) -> None:
    company(story)
    contacts(story, "p1")
    story.happened("event.retracted", "2026-04-07T12:00:00Z", data={"event": "x2"})
    story.happened("request.received", TUESDAY, "x1", contact="p1")
    story.happened("call.made", "2026-04-07T10:00:00Z", "x2", contact="p1", actor="rae")

    assert story.clock()["state"] == "overdue"


def test_a_merged_record_s_history_moves_to_the_survivor(story: Story) -> None:
    company(story)
    contacts(story, "p1", "p2")
    story.happened("request.received", TUESDAY, contact="p2")
    story.happened("request.received", "2026-04-07T10:00:00Z", contact="p1")
    assert [subject for subject, _, _ in story.told()] == ["crm:p2", "crm:p1"]

    story.sync("contacts", {"external_id": "p2", "merged_into": "p1", "updated_at": "2026-04-09T09:00:00Z"})
    clock = story.clock()
    assert (clock["subject"], clock["started_at"], clock["repeats"]) == ("crm:p1", TUESDAY, 1)
    assert story.clock(subject="crm:p2") == clock  # asked by its old id it is found as well

    call(story, "2026-04-07T11:00:00Z", contact="p2")
    assert story.clock()["state"] == "met"


def test_a_deleted_record_s_open_clock_is_cancelled_for_that_reason_and_a_settled_one_stays(
    story: Story,
) -> None:
    company(story)
    contacts(story, "p1", "p2", "p3")
    for name in ("p1", "p2", "p3"):
        story.happened("request.received", TUESDAY, contact=name)
    call(story, "2026-04-07T10:00:00Z", contact="p2")
    story.sync("contacts", *({"external_id": p, "deleted_at": "2026-04-07T11:00:00Z"} for p in ("p1", "p2")))
    story.sync("contacts", {"external_id": "p3", "deleted_at": "2026-04-07T13:00:01Z"})

    told = {clock["subject"]: (clock["state"], clock["reason"]) for clock in story.clocks()}

    assert told == {
        "crm:p1": ("cancelled", "deleted"),
        "crm:p2": ("met", ""),
        "crm:p3": ("overdue", "deleted"),
    }


# -- late, ahead, in any order


def test_a_late_fact_restates_the_verdict(story: Story) -> None:
    company(story)
    contacts(story, "p1")
    story.happened("request.received", TUESDAY, contact="p1")
    call(story, "2026-04-08T10:00:00Z")
    assert story.clock()["state"] == "late"

    call(story, "2026-04-07T12:59:00Z", actor="sam")
    clock = story.clock()
    assert (clock["state"], clock["stopped_at"]) == ("met", "2026-04-07T12:59:00Z")

    story.happened("request.received", "2026-04-07T08:00:00Z", contact="p1")  # an hour before: due 12:00Z
    clock = story.clock()
    assert (clock["state"], clock["started_at"], clock["repeats"]) == ("late", "2026-04-07T08:00:00Z", 1)


def test_a_fact_dated_ahead_counts_from_its_instant(story: Story) -> None:
    company(story)
    contacts(story, "p1")
    story.happened("request.received", "2026-04-10T14:00:00Z", contact="p1")  # it is noon
    call(story, "2026-04-10T15:00:00Z")
    assert story.clocks() == []

    story.at("2026-04-10T14:30:00Z")
    assert story.told() == [("crm:p1", "running", "2026-04-13T09:30:00Z")]

    story.at("2026-04-10T15:00:00Z")
    assert story.clock()["state"] == "met"


def _orders(steps: list[Callable[[], object]]) -> list[list[Callable[[], object]]]:
    """Every rotation, forwards and backwards; the law itself is tried with generated worlds elsewhere."""
    rotations = [steps[n:] + steps[:n] for n in range(len(steps))]
    return rotations + [order[::-1] for order in rotations]


def test_any_order_of_arrival_gives_the_same_clocks(story: Story) -> None:
    """Agreement, records and events in many orders, judged after each step; each comes first and last."""
    steps: list[Callable[[], object]] = [
        lambda: company(story, "where: {account.tier: 1}"),
        lambda: story.sync("accounts", {"external_id": "a1", "name": "A", "tier": 1, "owner": "rae"}),
        lambda: contacts(story, "p1", "p2", account="a1"),
        lambda: story.happened("request.received", TUESDAY, "x1", contact="p1"),
        lambda: story.happened("call.made", "2026-04-07T13:00:00Z", "x2", contact="p1", actor="rae"),
    ]
    for order in _orders(steps):
        with transaction.atomic():
            for step in order:
                step()
                judge_pending(as_of=story.now)
            clock = story.clock()
            assert (clock["subject"], clock["state"], clock["due_at"], clock["owner"], clock["repeats"]) == (
                *("crm:p1", "met", "2026-04-07T13:00:00Z", "rae@example.com"),
                0,
            )
            transaction.set_rollback(True)
        story.tokens.clear()


def test_the_same_again_changes_nothing(story: Story) -> None:
    company(story)
    contacts(story, "p1")
    rows = [
        {"external_id": "x1", "kind": "request.received", "occurred_at": TUESDAY, "contact": "p1"},
        {"external_id": "x2", "kind": "call.made", "occurred_at": "2026-04-07T10:00:00Z", "contact": "p1",
         "actor": "rae"},
    ]  # fmt: skip
    story.sync("events", *rows)
    before = story.clocks()

    again = story.sync("events", *rows[::-1])

    assert (again["unchanged"], again["created"], again["updated"]) == (2, 0, 0)
    assert story.clocks() == before
