"""manage.py judge."""

from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from measurement.models import Clock
from tests.factories.agreements import signed
from tests.factories.leads import event, send

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def facts() -> None:
    signed(as_of=NOW)
    send("members", {"external_id": "r1", "email": "r1@example.com", "team": "sales"})
    send(
        "events",
        event(1, "request.received", "2026-04-07T08:00:00Z", contact="p1"),
        event(2, "call.made", "2026-04-07T09:00:00Z", contact="p1", actor="r1"),
        event(3, "request.received", "2026-04-08T08:00:00Z", contact="p2"),
    )


def judge(*args: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW):
        call_command("judge", *args, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_what_is_pending_is_judged_and_counted() -> None:
    assert judge() == "2 records judged: 2 clocks and units new or changed, 0 removed\n"
    assert judge() == "0 records judged: 0 clocks and units new or changed, 0 removed\n"


def test_all_judges_every_record_and_removes_what_should_not_exist() -> None:
    judge()
    clock = Clock.objects.first()
    clock.pk, clock.start_key = None, "e:0"
    clock.save()
    assert judge("--all") == "2 records judged: 0 clocks and units new or changed, 1 removed\n"


def test_as_of_prints_the_clocks_of_that_instant_and_stores_nothing() -> None:
    lines = judge("--as-of", "2026-04-07T08:30:00Z").splitlines()
    assert lines[0].split() == ["commitment", "subject", "state", "started", "due", "done"]
    assert lines[1].split() == [
        *("inbound", "crm:p1", "running", "2026-04-07T08:00:00Z", "2026-04-07T12:00:00Z", "–"),
    ]
    assert lines[2] == "1 clocks as of 2026-04-07T08:30:00Z: 1 running"
    assert not Clock.objects.exists()
    later = judge("--as-of", "2026-04-09T14:00:00+02:00")
    assert later.endswith("2 clocks as of 2026-04-09T12:00:00Z: 1 met, 1 overdue\n")


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(CommandError, match="offset"):
        judge("--as-of", "2026-04-07T08:30:00")
