"""Somebody at the admin site; English."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from people.models import User
from tests.factories.people import UserFactory


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, whatever language a page was last shown in."""
    with translation.override("en"):
        yield


@pytest.fixture
def boss(db) -> User:
    return UserFactory(name="Ada", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client
