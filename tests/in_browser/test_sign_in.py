"""The door in a real browser: a second factor set up and asked for, and nobody shut out of its pages."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from people.models import User
from tests.in_browser.conftest import PASSWORD
from tests.in_browser.test_every_page import LOOKS, RULES
from tests.pages.story import Story

OUTSIDE = ("/accounts/login/", "/accounts/password/forgotten/", "/accounts/password/forgotten/sent/")
INSIDE = ("/accounts/security/", "/accounts/security/password/")


def fill_in(page: Page) -> None:
    page.get_by_label("E-mail").fill("helene@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def code(secret: str) -> str:
    """What the app shows."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_second_factor_is_set_up_and_asked_for(story: Story, page: Page) -> None:
    page.goto("/accounts/login/?next=/accounts/security/")
    fill_in(page)
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    page.get_by_text("It cannot be scanned").click()
    secret = page.locator("code.key").inner_text()
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()

    page.get_by_role("button", name="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    fill_in(page)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not right")
    page.get_by_label("Code").fill(recovery)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Are the promises kept?")


@pytest.mark.parametrize("look", LOOKS)
def test_the_door_shuts_nobody_out(
    story: Story, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], admin: User, look: str
) -> None:
    page, axe = new_page(bypass_csp=True, **LOOKS[look]), Axe()
    found = {}
    for address in (*OUTSIDE, *INSIDE, "/accounts/security/second-factor/", "/audit/"):
        if address == INSIDE[0]:
            page.goto("/accounts/login/")
            sign_in(page, admin)
        page.goto(address)
        violations = axe.run(page, options=RULES).response["violations"]
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if violations or width > 0:
            found[address] = [width, *((v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations)]
    assert found == {}
