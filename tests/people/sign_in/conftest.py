"""A person with a password at the door."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from core.models import AuditEntry, OutboxMessage
from people.models import User
from people.sign_in import acts
from tests.factories.people import UserFactory

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(db) -> User:
    UserFactory(email="operator@example.com", is_superuser=True)
    user = UserFactory(email="Ada@example.com", name="Ada")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def come_in(client: Client) -> Callable[..., object]:
    """Fills the sign-in form."""

    def act(
        email: str = "ada@example.com", password: str = PASSWORD, *, at: Client | None = None, **more: str
    ):
        return (at or client).post("/accounts/login/", {"login": email, "password": password, **more})

    return act


def is_in(client: Client) -> bool:
    return client.get("/accounts/security/").status_code == 200


def noted() -> list[str]:
    """The verbs of the door's audit rows, oldest first."""
    return list(
        AuditEntry.objects.filter(object_type=acts.OBJECT).order_by("id").values_list("verb", flat=True)
    )


def mailed() -> OutboxMessage:
    """The newest mail in the outbox."""
    return OutboxMessage.objects.order_by("-id")[0]


def path_in(mail: OutboxMessage) -> str:
    """The path of the link in a mail."""
    found = re.search(re.escape(settings.SITE_URL) + r"(\S+)", mail.payload["text"])
    assert found
    return found.group(1)
