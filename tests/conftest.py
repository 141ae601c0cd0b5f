"""What every test folder shares: quick passwords, and clients."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.utils import translation
from rest_framework.test import APIClient


def pytest_configure(config: pytest.Config) -> None:
    # One round: a suite that signs hundreds of people in should not spend its time on stretching keys.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Each client of a test would look through all folders of static files, a twentieth of a second.
    settings.WHITENOISE_AUTOREFRESH = True
    # The workers share one Valkey: each counts the attempts of its own tests only.
    caches.settings["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, whatever language a page was last shown in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """No test is refused for the sign-ins of another."""
    cache.clear()


@pytest.fixture
def api() -> APIClient:
    """A client of the REST API without a token."""
    return APIClient()


@pytest.fixture
def api_with() -> Callable[[str], APIClient]:
    """Makes a client of the REST API that sends the given token."""

    def make(token: str) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return make
