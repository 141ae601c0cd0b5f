"""A manager writes an agreement in a browser: by mouse and by keyboard, with and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from agreements.loading import load
from agreements.models import AgreementVersion
from people.models import User
from tests.in_browser.test_every_page import LOOKS, PHONE, RULES, SMALL
from tests.pages.story import NOW, Story
from tests.pages.test_guided import DRAFT

pytestmark = pytest.mark.browser
ADDRESSES = {
    "new": "/agreements/new/",
    "catalogue": "/agreements/next/1/promises/add/",
    "cohort": "/agreements/next/1/promises/add/mql-to-meeting/",
    "checklist": "/agreements/next/1/promises/add/content-enablement/",
    "response": "/agreements/next/1/promises/calls/edit/",
    "yaml": "/agreements/next/1/promises/calls/edit/?as=yaml",
    "remove": "/agreements/next/1/promises/calls/remove/",
}
SignIn = Callable[[Page, Any], None]


def looked(page: Page) -> None:
    """Wait for what the promise means."""
    if page.locator("#look").count():
        expect(page.locator("#look h3").first).to_be_visible()


def test_a_manager_begins_an_agreement_and_adapts_a_promise(
    story: Story, page: Page, sign_in: SignIn
) -> None:
    story.overdue("anna", owner="marie")
    page.goto("/accounts/login/")
    sign_in(page, story.helene)

    page.goto("/agreements/new/")
    page.get_by_label("Key").fill("ours")
    page.get_by_role("checkbox", name="Sales decides on each qualified lead").check()
    page.get_by_role("button", name="Write the draft").click()
    expect(page.get_by_role("status")).to_contain_text("The draft is there.")

    page.goto("/agreements/ours/1/promises/add/")
    page.get_by_role("link", name="Inbound requests are answered").click()
    expect(page.locator("#look")).to_contain_text("On an ordinary morning")
    page.get_by_label("Only where").fill("")
    page.get_by_role("group", name="Allowed time").get_by_label("number").fill("3")
    page.get_by_role("button", name="See what it means").click()
    expect(page.locator("#look")).to_contain_text("Your last 90 days would have given 0")
    expect(page.locator("#look")).to_contain_text("1 overdue and not done")

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("“Inbound requests are answered” is saved.")
    version = AgreementVersion.objects.get(agreement__key="ours")
    assert version.commitments.get(key="inbound-response").terms["within"] == "3 business hours"
    assert version.commitments.count() == 2


def test_what_cannot_be_read_is_told_beside_the_form_and_leads_to_its_field(
    story: Story, page: Page, sign_in: SignIn
) -> None:
    load(DRAFT, by="test", as_of=NOW)
    page.goto("/accounts/login/")
    sign_in(page, story.helene)
    page.goto(ADDRESSES["response"])
    looked(page)

    page.get_by_label("Only where").fill("lead.orign: a")
    page.get_by_role("button", name="See what it means").click()
    expect(page.locator("#look [role=alert]")).to_contain_text("did you mean origin?")
    page.locator("#look [role=alert] a").click()
    expect(page.get_by_label("Only where")).to_be_focused()


def test_without_scripts_a_promise_is_looked_at_and_saved(
    story: Story, new_page: Callable[..., Page], sign_in: SignIn
) -> None:
    load(DRAFT, by="test", as_of=NOW)
    page = new_page(java_script_enabled=False)
    page.goto("/accounts/login/")
    sign_in(page, story.helene)
    page.goto(ADDRESSES["response"])

    page.get_by_role("button", name="See what it means").click()
    expect(page.locator("#look")).to_contain_text("Three worked deadlines")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("is saved")


@pytest.mark.parametrize("look", LOOKS)
def test_no_guided_page_shuts_anybody_out(
    story: Story, new_page: Callable[..., Page], sign_in: SignIn, look: str
) -> None:
    load(DRAFT, by="test", as_of=NOW)
    page, axe, found = new_page(bypass_csp=True, **LOOKS[look]), Axe(), {}
    page.goto("/accounts/login/")
    sign_in(page, story.helene)
    for name, address in ADDRESSES.items():
        page.goto(address)
        looked(page)
        violations = axe.run(page, options=RULES).response["violations"]
        if violations:
            found[name] = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations]
    assert found == {}


def test_no_guided_page_scrolls_sideways_on_a_phone(
    story: Story, new_page: Callable[..., Page], sign_in: SignIn, overflow: Callable[[Page], str]
) -> None:
    load(DRAFT, by="test", as_of=NOW)
    page, too_wide = new_page(viewport=PHONE), {}
    page.goto("/accounts/login/")
    sign_in(page, story.helene)
    for language in ("en", "fr"):
        User.objects.filter(pk=story.helene.pk).update(language=language)
        for name, address in ADDRESSES.items():
            page.goto(address)
            looked(page)
            for size in (PHONE, SMALL):
                page.set_viewport_size(size)
                if beyond := overflow(page):
                    too_wide[name, language, size["width"]] = beyond
    assert too_wide == {}
