"""The main story as a person lives it: by mouse, by keyboard alone, and without any script."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from measurement.models import Clock
from reporting.models import Breach
from tests.factories.reporting import ReceivedMailFactory
from tests.in_browser.conftest import PASSWORD
from tests.pages.story import NOW, Story

pytestmark = pytest.mark.browser
REFRESH = 15_000


def test_a_manager_signs_in_reads_why_acknowledges_and_resolves(story: Story, page: Page) -> None:
    story.overdue("anna", owner="marie")
    story.sweep(NOW)

    page.goto("/")
    page.get_by_label("E-mail").fill("helene@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Are the promises kept?")

    page.get_by_role("link", name="Anna (Acme)").click()
    expect(page.locator(".sentence")).to_contain_text("Overdue: after the contact request of Wed 4 Mar 10:00")
    expect(page.locator(".chart-timeline:visible")).to_have_count(1)

    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("status")).to_contain_text("Acknowledged")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_label("Root cause")).to_be_focused()  # the browser asks for it

    page.get_by_label("Root cause").select_option("capacity")
    page.get_by_label("Note").fill("Two of us were ill.")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_role("status")).to_contain_text("Resolved")
    expect(page.get_by_text("resolved by Hélène Martin: there was too much to do")).to_be_visible()

    page.get_by_role("link", name="Exceptions").first.click()
    expect(page.get_by_text("No exception matches.")).to_be_visible()
    page.get_by_label("State").select_option("resolved")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="Anna (Acme)")).to_contain_text("resolved")


def test_a_wrong_password_is_said(story: Story, page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("helene@example.com")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Please enter a correct")
    expect(page.get_by_label("E-mail")).to_have_value("helene@example.com")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.innerText.trim()")


def tab_to(page: Page, text: str, most: int = 40) -> None:
    for _press in range(most):
        page.keyboard.press("Tab")
        if focused(page) == text:
            return
    pytest.fail(f"{text!r} is not reached by Tab")


def test_everything_is_reached_by_keyboard(
    story: Story, page: Page, sign_in: Callable[[Page, Any], None]
) -> None:
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    sign_in(page, story.marie)
    page.goto("/")

    order = []
    for _press in range(12):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order == [
        "Skip to the content",
        "SLA Hub",
        "Overview",
        "Exceptions",
        "Daily report",
        "Agreements",
        "Insights",
        "My work",
        "Mailbox",
        "FR",
        "1\n1 new notice",
        "Your account",
    ]
    menu = page.locator("#account")
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    assert focused(page) == "Absences and hours"
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert focused(page) == "Your account"

    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "Anna (Acme)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/exceptions/*/")
    tab_to(page, "Acknowledge")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Acknowledged")


def test_a_fact_shows_on_the_open_overview_without_a_reload(
    story: Story, page: Page, sign_in: Callable[[Page, Any], None]
) -> None:
    story.running("anna", owner="marie")
    story.sweep(NOW)
    sign_in(page, story.marie)
    page.clock.install()
    page.goto("/")
    page.evaluate("window.stillTheSamePage = true")
    page.locator(f"#clock-{Clock.objects.get().pk}").focus()

    story.running("bruno", owner="marie")
    story.sweep(NOW)
    page.clock.run_for(REFRESH + 1_000)

    expect(page.get_by_role("link", name="Bruno (Acme)")).to_be_visible()
    assert focused(page) == "Anna (Acme)"
    assert page.evaluate("window.stillTheSamePage") is True


def test_my_clocks_follow_and_an_ended_session_leads_to_the_sign_in_page(
    story: Story, page: Page, sign_in: Callable[[Page, Any], None]
) -> None:
    sign_in(page, story.marie)
    page.clock.install()
    page.goto("/my/clocks/")
    expect(page.get_by_text("You owe nothing right now.")).to_be_visible()

    story.running("anna", owner="marie")
    story.sweep(NOW)
    page.clock.run_for(REFRESH + 1_000)
    expect(page.get_by_role("link", name="Anna (Acme)")).to_be_visible()

    page.context.clear_cookies()
    page.clock.run_for(REFRESH + 1_000)
    page.wait_for_url("**/accounts/login/?next=/my/clocks/")


def test_it_all_works_without_scripts(
    story: Story, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    page = new_page(java_script_enabled=False)
    sign_in(page, story.marie)
    page.goto("/")

    page.get_by_role("button", name="Your account").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Anna (Acme)").click()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("status")).to_contain_text("Acknowledged")


def test_a_link_in_a_mail_opens_the_page_and_not_a_page_within_the_mail(
    story: Story, page: Page, live_server: Any, sign_in: Callable[[Page, Any], None]
) -> None:
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    address = f"{live_server.url}/exceptions/{Breach.objects.get().pk}/"
    html = f'<html><head></head><body style="color: #333"><a href="{address}">Open it</a></body></html>'
    raw = f"Subject: To fix\nContent-Type: text/html; charset=utf-8\n\n{html}\n"
    mail = ReceivedMailFactory(recipients=["marie@example.com"], raw=raw, subject="To fix")
    sign_in(page, story.marie)
    page.goto(f"/mailbox/{mail.pk}/")

    page.frame_locator(".mail-frame").get_by_role("link", name="Open it").click()

    page.wait_for_url(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anna (Acme)")
