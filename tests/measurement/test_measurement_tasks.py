"""What the worker does for measurement."""

import pytest
import time_machine

from core.heartbeats import last
from measurement import tasks
from measurement.models import Clock
from tests.measurement.requests_and_calls import NOW, agree, records, request

pytestmark = pytest.mark.django_db


def test_the_sweep_judges_what_is_marked_and_the_night_compares() -> None:
    agree()
    records()
    request()
    with time_machine.travel(NOW, tick=False):
        tasks.judge_pending()
        tasks.compare()
    assert Clock.objects.get().state == "running"
    seen = last("shadow")
    assert seen is not None
    told = {name: seen.detail[name] for name in ("checked", "mismatches", "examples", "complete")}
    assert (seen.at, told) == (NOW, {"checked": 1, "mismatches": 0, "examples": [], "complete": True})
