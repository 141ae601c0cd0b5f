"""/metrics: for whoever brings the token, in a form that Prometheus reads."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from core.heartbeats import beat
from tests.factories.core import ChangeMarkFactory, OutboxMessageFactory

TOKEN = "only-for-prometheus"


@pytest.fixture(autouse=True)
def token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def ask(token: str = TOKEN):
    return Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def read(answer) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.django_db
def test_prometheus_reads_what_waits_and_what_lives():
    beat("beat", at=timezone.now())
    beat("feed:crm:events", at=timezone.now())
    beat("shadow", at=timezone.now(), detail={"mismatches": 2})
    ChangeMarkFactory()
    OutboxMessageFactory(state="failed", created_at=timezone.now())

    answer = ask()
    metrics = read(answer)

    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert metrics["slahub_ready", "beat"] == metrics["slahub_ready", "database"] == 1
    assert (metrics["slahub_judging_waiting",], metrics["slahub_outbox_messages", "failed"]) == (1, 1)
    assert metrics["slahub_judging_oldest_seconds",] > 60
    assert (metrics["slahub_feed_stale", "crm:events"], metrics["slahub_shadow_mismatches",]) == (0, 2)
    assert metrics["slahub_database_bytes",] > 1_000_000


@pytest.mark.parametrize("given", ["", "wrong", TOKEN + "x", "é"])
def test_another_token_is_refused(given):
    answer = ask(given)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_without_a_token_set_there_is_nothing(settings):
    settings.METRICS_TOKEN = ""

    assert ask("").status_code == 404


@pytest.mark.django_db
def test_a_dead_database_is_a_metric_and_no_crash(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", refuse)

    answer = ask()

    assert answer.status_code == 200
    assert read(answer) == {
        ("slahub_ready", "database"): 0,
        ("slahub_ready", "broker"): 1,
        ("slahub_ready", "beat"): 0,
    }
