"""How long one stays in, the admin's door, and what an administrator does at the doors of others."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin import site
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from core.shared_cache import SharedCache
from people.sign_in import acts
from tests.factories.core import OutboxMessageFactory
from tests.factories.people import UserFactory
from tests.people.sign_in.conftest import is_in, noted

START = "2026-03-05T12:00:00Z"


@pytest.fixture
def boss(db):
    return UserFactory(email="boss@example.com", is_superuser=True, is_staff=True)


@pytest.fixture
def desk(boss) -> Client:
    client = Client()
    client.force_login(boss)
    return client


@pytest.mark.parametrize(("hours", "still"), [(71, True), (72, False)])
def test_a_session_that_nobody_uses_ends(ada, client, come_in, time_machine, hours, still):
    time_machine.move_to(START, tick=False)
    come_in()
    assert is_in(client)

    time_machine.shift(timedelta(hours=hours))

    assert is_in(client) is still


def test_a_session_ends_fourteen_days_after_it_began_however_much_it_is_used(
    ada, client, come_in, time_machine
):
    time_machine.move_to(START, tick=False)
    come_in()
    for _ in range(13):
        time_machine.shift(timedelta(days=1))
        assert is_in(client)

    time_machine.shift(timedelta(days=1))

    assert not is_in(client)


def test_using_a_session_writes_it_every_five_minutes_only(ada, client, come_in, time_machine):
    time_machine.move_to(START, tick=False)
    come_in()
    written = []
    for minutes in (1, 3, 2):
        time_machine.shift(timedelta(minutes=minutes))
        with CaptureQueriesContext(connection) as queries:
            client.get("/accounts/security/")
        written.append(any(query["sql"].startswith("UPDATE") for query in queries))

    assert written == [False, False, True]


def test_the_admin_site_has_no_door_of_its_own(ada, client, come_in, desk):
    asked = client.get("/admin/")
    assert client.get(asked["Location"])["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "ada@example.com", "password": "x"}).status_code == 405

    come_in()
    assert client.get("/admin/login/").status_code == 403  # signed in, and may not enter
    assert desk.get("/admin/password_change/")["Location"] == "/accounts/security/password/"
    desk.post("/admin/logout/")
    assert desk.get("/admin/").status_code == 302
    assert noted()[-1] == acts.SIGNED_OUT


def test_nothing_of_the_library_lies_open_in_the_admin_site(db):
    assert not [
        model for model in site._registry if model._meta.app_label in ("account", "mfa", "socialaccount")
    ]


def test_an_administrator_removes_a_lost_second_factor_with_a_trace(ada, boss, desk):
    Authenticator.objects.create(user=ada, type="totp", data={"secret": "x"})

    desk.post(
        reverse("admin:people_user_changelist"),
        {"action": "remove_second_factors", "_selected_action": [ada.pk]},
    )

    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(verb=acts.SECOND_FACTOR_OFF)
    assert (entry.actor, entry.object_id) == (boss, "Ada@example.com")


def test_a_password_set_by_an_administrator_is_noted_and_ends_the_sessions(ada, client, come_in, boss, desk):
    come_in()
    form = {"usable_password": "true", "password1": "another long one", "password2": "another long one"}

    desk.post(reverse("admin:auth_user_password_change", args=[ada.pk]), form)

    assert not is_in(client)
    entry = AuditEntry.objects.get(verb=acts.PASSWORD_CHANGED)
    assert (entry.actor, entry.object_id, entry.after) == (boss, "Ada@example.com", None)


def test_bodies_of_messages_are_not_shown_to_whoever_looks_at_the_outbox(desk):
    message = OutboxMessageFactory(
        payload={"to": ["ada@example.com"], "subject": "Hello", "text": "secret link"}
    )

    page = desk.get(reverse("admin:core_outboxmessage_change", args=[message.pk])).content.decode()

    assert "ada@example.com" in page
    assert "secret link" not in page


class TestSharedCache:
    @pytest.fixture
    def shared(self, settings) -> SharedCache:
        return SharedCache(settings.REDIS_URL, {"KEY_PREFIX": "shared-cache-test"})

    def test_two_processes_count_together(self, shared, settings):
        other = SharedCache(settings.REDIS_URL, {"KEY_PREFIX": "shared-cache-test"})
        shared.delete("attempts")

        assert shared.add("attempts", [1.5], timeout=60)
        assert not other.add("attempts", [2.5], timeout=60)
        other.set("attempts", [2.5, 1.5], timeout=60)
        assert shared.get("attempts") == [2.5, 1.5]
        assert shared.delete("attempts")
        assert shared.get("attempts", "nothing") == "nothing"

    def test_without_redis_each_goes_on_alone(self):
        alone = SharedCache("redis://127.0.0.1:9/0", {})

        assert alone.add("attempts", 1)
        assert not alone.add("attempts", 2)
        assert alone.get("attempts") == 1

    def test_it_never_empties_the_workers_queues(self, shared):
        with pytest.raises(NotImplementedError):
            shared.clear()

    def test_the_apis_rate_does_not_depend_on_it(self):
        assert type(caches["own"]) is not SharedCache
