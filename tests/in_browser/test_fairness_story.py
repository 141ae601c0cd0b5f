"""The proof: a wrong breach is disputed, waived by the other team, seen by the administrator, restated."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from people.models import User
from reporting.models import Breach
from tests.pages.story import Story
from tests.reporting.company import at

REASON = "I called her from my mobile at 9:40"
EVIDENCE = "https://phone.example/calls/7"
ANSWER = "The call is in the phone's log"


@pytest.fixture
def enter(new_page: Callable[..., Page], live_server: Any, settings: Any) -> Callable[[User], Page]:
    """A browser of their own for each: they stay signed in beside each other."""

    def make(user: User) -> Page:
        client, tab = Client(), new_page()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        tab.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return tab

    return make


def test_from_a_wrong_breach_to_its_waiver_and_the_next_report(
    story: Story, admin: User, enter: Callable[[User], Page]
) -> None:
    story.overdue("anna", owner="marie")
    told = story.publish(at("05 09:50"))
    assert [row["handled"] for row in told.body["sections"]["fix_today"]] == ["open"]
    address = f"/exceptions/{Breach.objects.get().pk}/"

    rep = enter(story.marie)
    rep.goto(address)
    rep.get_by_text("This is wrong: dispute it").click()
    rep.get_by_label("Why it is wrong").fill(REASON)
    rep.get_by_label("A link that shows it").fill(EVIDENCE)
    rep.get_by_role("button", name="Dispute").click()
    expect(rep.get_by_role("status")).to_contain_text("a manager of the other team hears of it and decides")
    rep.get_by_role("button", name="Undo").click()
    expect(rep.get_by_role("status")).to_contain_text("Undone")
    expect(rep.locator("h1 + .pill, .page-head .pill")).to_have_text("open")

    rep.get_by_text("This is wrong: dispute it").click()
    rep.get_by_label("Why it is wrong").fill(REASON)
    rep.get_by_label("A link that shows it").fill(EVIDENCE)
    rep.get_by_role("button", name="Dispute").click()
    expect(rep.locator(".page-head .pill")).to_have_text("disputed")
    expect(rep.get_by_text("Does it count?")).to_have_count(0)
    rep.get_by_label("Your comment").fill("@max, please look at the log")
    rep.get_by_role("button", name="Comment").click()
    expect(rep.get_by_role("region", name="Comments")).to_contain_text("please look at the log")

    manager = enter(story.max)
    manager.goto("/exceptions/?whose=decide")
    manager.get_by_role("link", name="Anna (Acme)").click()
    argued = manager.get_by_role("region", name="The dispute")
    expect(argued).to_contain_text(REASON)
    expect(argued.get_by_role("link", name="The evidence")).to_have_attribute("href", EVIDENCE)
    expect(manager.locator("main")).not_to_contain_text("Marie")
    expect(manager.get_by_role("region", name="Does it count?")).to_contain_text("up to 1 may be")
    manager.get_by_label("Why it does not count").fill(ANSWER)
    manager.get_by_role("button", name="Waive it").click()
    expect(manager.locator(".page-head .pill")).to_have_text("waived")
    story.sweep(timezone.now())

    rep.goto(address)
    expect(rep.get_by_role("region", name="The dispute")).to_contain_text(ANSWER)
    expect(rep.locator(".sentence")).to_contain_text("It does not count")

    office = enter(admin)
    office.goto(address)
    trail = office.get_by_role("region", name="History")
    for line in (
        "disputed by Marie Durand",
        "undone by Marie Durand",
        "comment by Marie",
        "waived by Max Power",
    ):
        expect(trail).to_contain_text(line)
    expect(trail).to_contain_text(ANSWER)
    expect(office.get_by_text("Does it count?")).to_have_count(0)

    report = story.publish(at("06 10:00"))
    rep.goto(f"/reports/{report.day}/sales/")
    expect(rep.get_by_role("region", name="Fix today")).to_contain_text("Nothing to fix today.")
    expect(rep.get_by_role("region", name="Decided since")).to_contain_text("waived")
    restated = rep.get_by_role("region", name="Restated")
    expect(restated).to_contain_text("missed")
    expect(restated).to_contain_text("left out")
    rep.goto("/commitments/inbound/")
    expect(rep.get_by_role("region", name="Is the rule right?")).to_contain_text("1 of the month's 1 misses")
