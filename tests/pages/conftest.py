"""A small company on Thursday 5 March 2026, 11:00 in Paris, and its people at their browsers."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from people.models import User
from tests.factories.people import UserFactory
from tests.pages.story import NOW, Story


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _with_a_mailbox(settings) -> None:
    settings.LOCAL_MAILBOX = True


@pytest.fixture
def story(db) -> Story:
    return Story()


@pytest.fixture
def admin(db) -> User:
    return UserFactory(email="ada@example.com", name="Ada Admin", is_superuser=True, is_staff=True)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    """Makes the browser of somebody who is signed in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make
