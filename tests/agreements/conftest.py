"""Somebody at the admin site."""

import pytest
from django.test import Client

from people.models import User
from tests.factories.people import UserFactory


@pytest.fixture
def boss(db) -> User:
    return UserFactory(name="Ada", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client
