"""The company of the walk, on its Thursday morning."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.pages.story import NOW
from tests.roles.house import House


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _with_a_mailbox(settings) -> None:
    settings.LOCAL_MAILBOX = True


@pytest.fixture
def house(db) -> House:
    return House()
