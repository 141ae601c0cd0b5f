"""The small company, and whoever means no good."""

from datetime import UTC, datetime

import pytest

from people.enums import Scope
from people.models import User
from people.tokens import create_token
from tests.factories.people import UserFactory

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)


@pytest.fixture
def admin(db) -> User:
    return UserFactory(email="ada@example.com", name="Ada Admin", is_superuser=True, is_staff=True)


@pytest.fixture
def token(db) -> str:
    """A token of every scope."""
    return create_token(name="crm", scopes=list(Scope), as_of=NOW)[1]
