"""Every page: nothing that the console complains about, nothing too wide, nothing that shuts people out."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from people.models import User
from reporting.models import ReceivedMail
from tests.factories.reporting import ReceivedMailFactory
from tests.pages.kinds import Kinds
from tests.pages.story import Story, every_page

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 640}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark on a phone": {"color_scheme": "dark", "viewport": PHONE},
}


@pytest.fixture
def addresses(story: Story) -> dict[str, str]:
    story.day(1)
    html = "<html><head><title>x</title></head><body><p style='color: red'>Hello</p></body></html>"
    ReceivedMailFactory(recipients=["helene@example.com"], raw=f"Content-Type: text/html\n\n{html}\n")
    breach, clock = story.about("left behind 1")
    return every_page(breach=breach, clock=clock, mail=ReceivedMail.objects.latest("id"))


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_of_any_kind_of_promise_shuts_anybody_out(
    admin: User, new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None], look: str
) -> None:
    kinds = Kinds()
    kinds.happen()
    page, axe = new_page(bypass_csp=True, **LOOKS[look]), Axe()
    page.goto("/accounts/login/")
    sign_in(page, admin)
    found = {}
    for name, address in kinds.pages().items():
        page.goto(address)
        violations = axe.run(page, options=RULES).response["violations"]
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if violations or width > 0:
            found[name] = [width, *((v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations)]
    assert found == {}


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_shuts_anybody_out(
    story: Story,
    addresses: dict[str, str],
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    look: str,
) -> None:
    page, axe = new_page(bypass_csp=True, **LOOKS[look]), Axe()
    found = {}
    for name, address in {"sign in": "/accounts/login/", **addresses}.items():
        if name == "overview":
            sign_in(page, story.helene)
        page.goto(address)
        violations = axe.run(page, options=RULES).response["violations"]
        if violations:
            found[name] = [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations]
    assert found == {}


def test_no_page_scrolls_sideways_on_a_phone(
    story: Story,
    addresses: dict[str, str],
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    overflow: Callable[[Page], str],
) -> None:
    page = new_page(viewport=PHONE)
    sign_in(page, story.helene)
    too_wide = {}
    for language in ("en", "fr"):
        User.objects.filter(pk=story.helene.pk).update(language=language)
        for name, address in addresses.items():
            page.goto(address)
            assert page.locator("html").get_attribute("lang") == language
            for size in (PHONE, SMALL):
                page.set_viewport_size(size)
                if beyond := overflow(page):
                    too_wide[name, language, size["width"]] = beyond
    assert too_wide == {}


def test_no_page_says_anything_to_the_console(
    admin: User, addresses: dict[str, str], page: Page, sign_in: Callable[[Page, Any], None]
) -> None:
    page.goto("/accounts/login/")
    sign_in(page, admin)
    for address in [*addresses.values(), "/admin/", "/api/v1/docs/", "/admin/people/user/"]:
        page.goto(address, wait_until="networkidle" if "docs" in address else "load")
    # what was said fails the fixture of the page
