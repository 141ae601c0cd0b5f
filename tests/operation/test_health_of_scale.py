"""What the health page says of a replica and of the sealed horizon."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.replica_state import Seen
from leads.models import Horizon
from reporting.operation.state import state_of
from reporting.showing.health_findings import findings_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


def said(name: str) -> list[tuple[str, str]]:
    return [(line.tone, line.found) for line in findings_of(state_of(as_of=NOW)) if line.name == name]


@pytest.mark.parametrize(
    ("seen", "tone", "found"),
    [
        (Seen(1.25), "kept", "late by 1.2 s at most"),
        (Seen(None), "at_risk", "not known yet how late it is; everything is read from the primary"),
        (Seen(99.0), "at_risk", "late by 99.0 s at most; everything is read from the primary"),
        (
            Seen(None, "OperationalError"),
            "at_risk",
            "does not answer (OperationalError); everything is read from the primary",
        ),
    ],
)
def test_a_replica_is_told_how_late_it_is_and_what_is_wrong(settings, monkeypatch, seen, tone, found):
    settings.REPLICA_URL = "postgresql://somewhere/slahub"
    monkeypatch.setattr("core.replica_state.Replica.look", lambda _replica: seen)

    assert said("Replica") == [(tone, found)]


def test_without_one_nothing_is_said():
    assert said("Replica") == said("Sealed horizon") == []


def test_the_sealed_horizon_is_named_and_whether_the_work_is_done(settings):
    settings.RETENTION_MONTHS = 24
    assert said("Sealed horizon") == [("calm", "nothing is sealed yet; it moves at 02:00 UTC")]

    call_command("retain", verbosity=0)

    sealed = Horizon.objects.get().sealed_before
    assert sealed < timezone.now() - timedelta(days=700)
    ((tone, found),) = said("Sealed horizon")
    assert (tone, found.startswith("sealed before ")) == ("kept", True)
