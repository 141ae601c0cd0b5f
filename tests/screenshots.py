"""`make screenshots`: pictures of every page with the demo company, for the eye and for the docs.

Not part of the suite (its name keeps pytest from collecting it). They go to SCREENSHOTS, `docs/images`
without it: light and dark on a screen, light on a phone, and in French.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from playwright.sync_api import Page

PLACES = {
    "overview": "/",
    "exceptions": "/exceptions/",
    "my-clocks": "/my/clocks/",
    "reports": "/reports/",
    "mailbox": "/mailbox/",
    "agreements": "/agreements/",
    "agreement": "/agreements/smarketing/",
    "agreement-new": "/agreements/new/",
    "rate": "/commitments/mql-to-meeting/",
    "volume": "/commitments/new-contacts/",
    "coverage": "/commitments/web-chat/",
    "checklist": "/commitments/content-enablement/",
    "buyer-roles": "/commitments/buyer-roles/",
    "conversion": "/insights/conversion/",
    "lead-feedback": "/insights/leads/",
    "priorities": "/insights/priorities/",
    "goals": "/goals/",
    "scoring": "/scoring/",
    "quota": "/quota/",
    "api": "/api/v1/docs/",
}
# A page about one thing: the first link of that form on the page named first.
FIRST = {
    "exception": ("/exceptions/", r"^/exceptions/\d+/$"),
    "commitment": ("/", r"^/commitments/[^/]+/$"),
    "report": ("/reports/", r"^/reports/[^/]+/[^/]+/$"),
    "clock": ("/my/clocks/", r"^/clocks/\d+/$"),
    "mail": ("/mailbox/", r"^/mailbox/\d+/$"),
}
PHONE = {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", "viewport": PHONE},
    "french": {"color_scheme": "light", "locale": "fr-FR"},
}
FIRST_HREF = """pattern => [...document.querySelectorAll("a[href]")]
    .map(link => link.getAttribute("href").split("?")[0]).find(href => new RegExp(pattern).test(href))"""


def find(page: Page) -> dict[str, str]:
    """Every picture's address: the fixed ones, and the first of each kind that the demo has."""
    found = dict(PLACES)
    for name, (start, pattern) in FIRST.items():
        page.goto(start)
        if address := page.evaluate(FIRST_HREF, pattern):
            found[name] = address
    return found


@pytest.mark.django_db(transaction=True)
def test_pictures(new_page: Callable[..., Page], sign_in: Callable[[Page, Any], None]) -> None:
    call_command("demo")
    folder = Path(os.environ.get("SCREENSHOTS") or "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    reader = get_user_model().objects.filter(is_active=True).order_by("-is_superuser", "id").first()
    for look, options in LOOKS.items():
        page = new_page(**options)
        page.goto("/accounts/login/")
        page.screenshot(path=folder / f"login-{look}.png", full_page=True)
        if look == "french":
            reader.language = "fr"
            reader.save(update_fields=["language"])
        sign_in(page, reader)
        for name, address in find(page).items():
            page.goto(address)
            page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
