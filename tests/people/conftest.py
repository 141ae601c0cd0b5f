"""Somebody at the admin site."""

import pytest
from django.test import Client

from people.models import User
from tests.factories import people


@pytest.fixture
def boss() -> User:
    return people.UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def desk(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client
