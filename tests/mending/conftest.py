"""The small company on Thursday 5 March 2026, with tokens of its people."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from people.models import User
from people.tokens import create_token
from tests.pages.story import NOW, Story

SCOPES = ("facts:write", "read", "people:read")


@pytest.fixture(autouse=True)
def _thursday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def story(db: Any) -> Story:
    return Story()


@pytest.fixture
def program_of(api_with: Callable[[str], APIClient]) -> Callable[..., APIClient]:
    """Makes a client of the API that acts for somebody, or for nobody."""

    def make(user: User | None = None, scopes: tuple[str, ...] = SCOPES) -> APIClient:
        _, text = create_token(name="glue", scopes=scopes, user=user, as_of=NOW)
        return api_with(text)

    return make
