"""Verdicts in the admin: every page opens, nothing can be changed."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.measurement import (
    BaselineFactory,
    ClockFactory,
    ReadingFactory,
    TouchedSubjectFactory,
    UnitFactory,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("clock", ClockFactory),
        ("reading", ReadingFactory),
        ("unit", UnitFactory),
        ("baseline", BaselineFactory),
        ("touchedsubject", TouchedSubjectFactory),
    ],
)
def test_verdicts_are_shown_and_not_changed(client: Client, name: str, factory: type) -> None:
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    row = factory()
    assert client.get(reverse(f"admin:measurement_{name}_changelist")).status_code == 200
    page = reverse(f"admin:measurement_{name}_change", args=[row.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {}).status_code == 403
    assert client.get(reverse(f"admin:measurement_{name}_add")).status_code == 403
    assert client.get(reverse(f"admin:measurement_{name}_delete", args=[row.pk])).status_code == 403
