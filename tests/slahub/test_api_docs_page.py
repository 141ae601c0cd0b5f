"""The API's pages work in a browser under the strict policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_api_pages_are_drawn_under_the_strict_policy(page: Page) -> None:
    page.goto("/api/v1/docs/")

    expect(page.get_by_role("heading", name="SLA Hub")).to_be_visible()
