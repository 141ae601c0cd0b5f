"""A real Chromium for tests of the pages (plugin): `page` is a fresh tab, `sign_in` puts a person in it.

Found as CHROMIUM, `chromium`, `google-chrome` or Playwright's own; without one the tests are skipped by
name, or fail where BROWSER_TESTS=required (CI).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1280, 900


def find_chromium(playwright: Playwright) -> str | None:
    """The path of a Chromium, or None."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), playwright.chromium.executable_path]
    return next((path for path in candidates if path and Path(path).exists()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread: Django would refuse the database there, and has another
    # connection there than before. The one before would be open in every process that a test forks.
    connections.close_all()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if path is None:
            message = "no Chromium found (CHROMIUM, chromium, google-chrome, Playwright's own)"
            if os.environ.get("BROWSER_TESTS") == "required":
                pytest.fail(message)
            pytest.skip(message)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Makes tabs (options of Playwright's context); the test fails on what their consoles complain about.

    `bypass_csp=True` lets axe in; use it for accessibility checks only.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def make(**options: Any) -> Page:
        size = {"width": WIDTH, "height": HEIGHT}
        context = chromium.new_context(
            **{"base_url": live_server.url, "viewport": size, "locale": "en-GB"} | options
        )
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(10_000)
        tab.on("console", listen)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        return tab

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def sign_in(live_server: Any, client: Any, settings: Any) -> Callable[[Page, Any], None]:
    """Signs a person in without the form: `sign_in(page, user)`."""

    def act(tab: Page, user: Any) -> None:
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        tab.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return act
