"""The small company's Thursday, in a real browser."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Page

from people.models import User
from tests.factories.people import UserFactory
from tests.pages.story import NOW, Story

PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture(autouse=True)
def _with_a_mailbox(settings) -> None:
    settings.LOCAL_MAILBOX = True


@pytest.fixture
def story(transactional_db) -> Story:
    made = Story()
    made.helene.set_password(PASSWORD)
    made.helene.save(update_fields=["password"])
    # Somebody administers the installation: the sign-in page otherwise leads to where the first one comes in.
    UserFactory(email="operator@example.com", name="Operator", is_superuser=True)
    return made


@pytest.fixture
def admin(transactional_db) -> User:
    return UserFactory(email="ada@example.com", name="Ada Admin", is_superuser=True, is_staff=True)


@pytest.fixture
def overflow() -> Callable[[Page], str]:
    """Says what of a page reaches beyond the right edge of the window; empty when nothing does."""

    def look(page: Page) -> str:
        return page.evaluate(
            """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? ""
                : [...document.querySelectorAll("body *")]
                    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                    .map(e => e.tagName + "." + e.getAttribute("class")).slice(0, 5).join(" ")"""
        )

    return look
