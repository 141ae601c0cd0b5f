"""Clocks asked for in the words of the business: SQL and the pure rule say the same."""

from datetime import UTC, datetime, timedelta

import pytest

from measurement.enums import ClockState
from measurement.models import Clock
from measurement.states import state_at
from people.models import User
from tests.factories.measurement import MONDAY, ClockFactory
from tests.factories.people import MembershipFactory, UserFactory

DUE = MONDAY + timedelta(hours=2)

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_of_each() -> None:
    done = DUE + timedelta(minutes=1)
    paused = [{"role": "pause", "at": "2026-03-02T09:30:00Z", "note": None}]
    ClockFactory(state="running")
    ClockFactory(state="paused", due_at=None, evidence=paused)
    ClockFactory(state="met", stopped_at=MONDAY, ended_at=MONDAY)
    ClockFactory(state="late", stopped_at=done, ended_at=done)
    for state in ("overdue", "failed", "cancelled", "excluded", "unmeasurable"):
        ClockFactory(state=state, ended_at=done)


def test_each_clock_is_in_exactly_the_state_that_the_moment_decides(one_of_each: None) -> None:
    now = DUE + timedelta(minutes=1)
    for clock in Clock.objects.with_state(now):
        assert clock.state_now == state_at(clock, now)
        found = [state for state in ClockState if Clock.objects.in_state([state], now).filter(pk=clock.pk)]
        assert found == [clock.state_now]


def test_at_the_deadline_itself_nothing_is_overdue() -> None:
    clock = ClockFactory()
    assert list(Clock.objects.running(DUE)) == [clock]
    assert not Clock.objects.overdue(DUE).exists()
    assert list(Clock.objects.overdue(DUE + timedelta(seconds=1))) == [clock]


def test_missed_are_overdue_late_and_failed(one_of_each: None) -> None:
    states = Clock.objects.missed(DUE + timedelta(hours=1)).values_list("state", flat=True)
    assert sorted(states) == ["failed", "late", "overdue", "running"]


def test_at_risk_are_those_past_their_warning_and_not_yet_overdue(one_of_each: None) -> None:
    assert Clock.objects.at_risk(DUE - timedelta(minutes=31)).count() == 0
    assert Clock.objects.at_risk(DUE - timedelta(minutes=30)).count() == 1
    assert Clock.objects.at_risk(DUE + timedelta(seconds=1)).count() == 0


def test_what_a_period_counts_has_a_place_without_a_deadline() -> None:
    clock = ClockFactory(state="paused", due_at=None)
    assert list(Clock.objects.counted_between(MONDAY, None)) == [clock]
    assert not Clock.objects.counted_between(None, MONDAY).exists()


def test_a_person_sees_nobodys_rows_and_a_manager_the_teams() -> None:
    as_of = datetime(2026, 3, 10, tzinfo=UTC)
    user = UserFactory()
    of_nobody, of_somebody = ClockFactory(owner_id=None), ClockFactory(owner_id=99)
    assert list(Clock.objects.visible_to(user, as_of=as_of)) == [of_nobody]
    MembershipFactory(user=user, team=of_somebody.commitment.owner, role="manager")
    manager = User.objects.get(pk=user.pk)  # as the next request knows them
    seen = Clock.objects.visible_to(manager, as_of=as_of).order_by("id")
    assert list(seen) == [of_nobody, of_somebody]
    assert Clock.objects.visible_to(UserFactory(is_superuser=True), as_of=as_of).count() == 2
