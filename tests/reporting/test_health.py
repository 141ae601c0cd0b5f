"""healthz and readyz."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core.heartbeats import beat
from tests.factories.agreements import SIMPLE, signed
from tests.factories.leads import send


def checks(answer) -> dict[str, bool]:
    return {check["name"]: check["ok"] for check in answer.json()["checks"]}


def test_healthz_asks_nothing_of_the_database():
    answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_it_is_ready_while_database_broker_and_beat_live():
    beat("beat", at=timezone.now())

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert checks(answer) == {"database": True, "broker": True, "beat": True}
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_it_is_not_ready_before_the_first_sign_of_life_and_says_what_to_do():
    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    (check,) = [check for check in answer.json()["checks"] if not check["ok"]]
    assert (check["name"], check["found"]) == ("beat", "no sign of life yet")
    assert "celery -A slahub beat" in check["advice"]


@pytest.mark.django_db
def test_an_old_sign_of_life_is_none():
    beat("beat", at=timezone.now() - timedelta(seconds=61))

    assert checks(Client().get("/readyz"))["beat"] is False


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///nowhere/redis.sock", "nonsense"])
def test_a_dead_broker_is_named_and_no_address_shown(settings, url):
    settings.REDIS_URL = url
    beat("beat", at=timezone.now())

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert checks(answer) == {"database": True, "broker": False, "beat": True}
    assert url not in answer.content.decode()


@pytest.mark.django_db
def test_a_stale_feed_is_shown_and_fails_nothing():
    beat("beat", at=timezone.now())
    beat("feed:hubspot:events", at=timezone.now() - timedelta(days=2))
    beat("feed:zoho:events", at=timezone.now())

    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert {feed["feed"]: feed["stale"] for feed in answer.json()["feeds"]} == {
        "hubspot:events": True,
        "zoho:events": False,
    }


@pytest.mark.django_db
def test_a_dead_database_is_an_answer_and_no_crash(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("could not connect to server at db.example.com")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert checks(answer) == {"database": False, "broker": True, "beat": False}
    assert "db.example.com" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_only_answer_questions(path):
    assert Client().post(path).status_code == 405


@pytest.mark.django_db
def test_what_waits_is_shown_and_fails_nothing():
    text = SIMPLE.replace("    week:", "    holidays: {country: GB, subdivision: ENG}\n    week:")
    text = re.sub(r"effective_from: .*", "effective_from: 2010-01-04", text)
    version = signed(text, as_of=datetime(2010, 1, 4, tzinfo=UTC))
    send("contacts", {"external_id": "c1"})
    beat("beat", at=timezone.now())

    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["waiting"]["to_judge"] > 0
    assert answer.json()["waiting"]["holidays_running_out"] == [str(version.calendar_uses.get().calendar)]
