"""An agreement in a real browser: reviewed, commented, signed by both managers, in force, on paper."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from people.models import User
from tests.in_browser.test_every_page import LOOKS, PHONE, RULES, SMALL
from tests.pages.agreements import Parties

pytestmark = pytest.mark.browser


@pytest.fixture
def parties(transactional_db) -> Parties:
    return Parties()


def addresses(number: int = 1) -> dict[str, str]:
    """Every page about one version of the agreement."""
    names = ("version", "print", "review", "previews")
    pages = {name: reverse(f"agreement_{name}", args=["smarketing", number]) for name in names}
    parts = ("about", "company_goals", "handoff", "communication")
    pages |= {part: reverse("agreement_edit", args=["smarketing", number, part]) for part in parts}
    return pages | {
        "list": reverse("agreements"),
        "yaml": reverse("agreement_write", args=["smarketing"]),
        "upload": reverse("agreement_upload"),
    }


def test_two_managers_review_comment_and_sign_and_it_is_in_force(
    parties: Parties, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]
) -> None:
    max_, helene = new_page(), new_page()
    sign_in(max_, parties.max)
    max_.goto("/agreements/smarketing/1/")
    max_.get_by_role("link", name="Check and send to review").click()
    expect(max_.get_by_text("nothing happened that it is about").first).to_be_visible()
    max_.get_by_role("button", name="Send to review").click()
    expect(max_.get_by_role("status")).to_contain_text("All parties read version 1 now.")

    sign_in(helene, parties.helene)
    helene.goto("/agreements/smarketing/1/review/")
    helene.get_by_label("About").select_option(label="Opportunity handoff")
    helene.get_by_role("textbox", name="Comment").fill("Within a day is too slow.")
    helene.get_by_role("button", name="Comment").click()
    expect(helene.get_by_text("Within a day is too slow.")).to_be_visible()
    helene.get_by_role("button", name="Dealt with").click()
    expect(helene.get_by_text("dealt with by Hélène Martin")).to_be_visible()

    for page, person in ((max_, parties.max), (helene, parties.helene)):
        sign_in(page, person)  # one after the other: a new sign-in ends the session before it
        page.goto("/agreements/smarketing/1/review/")
        page.get_by_role("link", name="Read and sign").click()
        page.get_by_label("I have read this version").check()
        page.get_by_role("button", name="Sign").click()
        expect(page.get_by_role("status")).to_contain_text("Signed for")
    expect(helene.locator("#standing + .pill")).to_have_text("in force")
    expect(helene.locator(".seal")).to_contain_text("SHA-256")


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_of_an_agreement_shuts_anybody_out(
    parties: Parties, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], look: str
) -> None:
    page, axe = new_page(bypass_csp=True, **LOOKS[look]), Axe()
    sign_in(page, parties.max)
    found = {}
    for name, address in addresses().items():
        page.goto(address)
        if violations := axe.run(page, options=RULES).response["violations"]:
            found[name] = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations]
    assert found == {}


def test_no_page_of_an_agreement_scrolls_sideways_on_a_phone(
    parties: Parties,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    overflow: Callable[[Page], str],
) -> None:
    page = new_page(viewport=PHONE)
    sign_in(page, parties.max)
    too_wide = {}
    for language in ("en", "fr"):
        User.objects.filter(pk=parties.max.pk).update(language=language)
        for name, address in addresses().items():
            page.goto(address)
            for size in (PHONE, SMALL):
                page.set_viewport_size(size)
                if beyond := overflow(page):
                    too_wide[name, language, size["width"]] = beyond
    assert too_wide == {}
