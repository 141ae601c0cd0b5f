"""The company of the walk, on its Thursday morning: built once a module, each test undone by a savepoint."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from tests.pages.story import NOW
from tests.roles.house import House


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _with_a_mailbox(settings) -> None:
    settings.LOCAL_MAILBOX = True


@pytest.fixture(scope="module")
def _company(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        with (
            time_machine.travel(NOW, tick=False),
            translation.override("en"),
            override_settings(LOCAL_MAILBOX=True),
        ):
            made = House()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def house(_company: House, db: None) -> House:
    """The company; ``db`` is a savepoint in the transaction in which it was built."""
    return _company
