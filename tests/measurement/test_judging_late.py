"""Judging that began earlier than another and ends later: nothing newer is undone."""

from datetime import UTC, datetime

import pytest

from measurement import judging
from measurement.judging import Judged, judge_all, judge_pending
from measurement.models import Clock
from measurement.shadow import compare
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.measurement.requests_and_calls import AGREEMENT, agree, records, request, states

pytestmark = pytest.mark.django_db

BEGAN, CALLED, JUDGED, LATER = (datetime(2026, 4, 7, hour, tzinfo=UTC) for hour in (8, 9, 10, 11))


@pytest.fixture
def met_meanwhile() -> None:
    """Asked at eight, called at nine, judged at ten."""
    agree()
    records(BEGAN)
    request(as_of=BEGAN)
    judge_pending(as_of=BEGAN)
    send("events", event(2, "call.made", "2026-04-07T09:00:00Z", contact="p1", actor="r1"), as_of=CALLED)
    judge_pending(as_of=JUDGED)


@pytest.mark.usefixtures("met_meanwhile")
def test_judging_everything_from_eight_on_keeps_what_was_judged_at_ten() -> None:
    assert judge_all(as_of=BEGAN).written == 0
    assert states() == [("p1", "met")]


@pytest.mark.usefixtures("met_meanwhile")
def test_a_slow_sweep_keeps_what_was_judged_at_ten() -> None:
    send("contacts", {"external_id": "p1", "name": "Ada", "updated_at": "2026-04-07T07:00:00Z"}, as_of=BEGAN)
    assert judge_pending(as_of=BEGAN).subjects == 1
    assert states() == [("p1", "met")]


@pytest.mark.usefixtures("met_meanwhile")
def test_the_shadow_pass_does_not_take_what_is_newer_than_its_beginning_for_wrong() -> None:
    assert compare(as_of=BEGAN).different == []


def test_what_is_signed_while_everything_is_judged_stays_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    agree()
    records(BEGAN)
    request(as_of=BEGAN)
    more = AGREEMENT.format(start="2026-01-01", within="1 day").replace("inbound", "again")
    more = more.replace("smarketing", "second").replace("london", "dublin")

    def candidates(*given: object) -> list[list[int]]:
        found = list(all_candidates(*given))
        signed(more, as_of=BEGAN)
        judge_pending(as_of=BEGAN)
        return found

    all_candidates = judging.candidates
    monkeypatch.setattr(judging, "candidates", candidates)
    assert judge_all(as_of=LATER) == Judged(subjects=1)
    assert set(Clock.objects.values_list("commitment_key", flat=True)) == {"inbound", "again"}
