"""A fact made up to try a promise: each of the catalogue that starts clocks starts one, and is kept."""

from datetime import UTC, datetime

import pytest

from agreements.beginning import Beginning, begin
from agreements.catalogue import entries
from agreements.promises import in_force_history
from agreements.signing import parties_of, sign
from core.models import Heartbeat
from leads.kinds import subject_types
from leads.models import Event
from measurement.judging import judge_pending
from measurement.models import Clock
from measurement.sample_facts import can_be_tried, sample
from people.enums import Role
from people.models import Team
from reporting.trying_facts import (
    promises_to_try,
    send_answer,
    send_sample,
    standing_of,
    take_back,
)
from tests.factories.people import MembershipFactory, UserFactory

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
BACK = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)
OPEN = {"timezone": "UTC", "week": {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}
KEYS = [entry.key for entry in entries() if entry.kind in ("response", "checklist")]


@pytest.fixture
def ada(db):
    """Everything of the catalogue is signed; Ada belongs to both teams."""
    user = UserFactory(email="ada@example.com", is_superuser=True)
    beginning = Beginning(
        key="all",
        title="All",
        teams={"marketing": "marketing", "sales": "sales"},
        effective_from=datetime(2026, 1, 1, tzinfo=UTC).date(),
        calendar="plain",
        definition=OPEN,
        promises=[entry.key for entry in entries()],
    )
    version = begin(beginning, by=user, as_of=datetime(2025, 12, 1, tzinfo=UTC)).version
    for party in parties_of(version):
        sign(version, party=party, by="test", as_of=datetime(2025, 12, 1, tzinfo=UTC))
    for team in Team.objects.all():
        MembershipFactory(user=user, team=team, role=Role.REP)
    judge_pending(as_of=MONDAY)
    return user


@pytest.mark.parametrize("key", KEYS)
def test_a_test_fact_is_judged_kept_and_taken_back_without_a_trace_in_the_verdicts(ada, key: str) -> None:
    promise = next(one for one in promises_to_try(as_of=MONDAY) if one.key == key)
    name = send_sample(promise, by=ada, as_of=MONDAY)
    assert not standing_of(name, promise, as_of=MONDAY).judged

    judge_pending(as_of=MONDAY)
    standing = standing_of(name, promise, as_of=MONDAY)
    assert standing.judged
    assert standing.clock is not None, [reason.text["en"] for reason in standing.reasons]
    assert (standing.clock.state, standing.reasons) == ("running", [])

    send_answer(name, promise, by=ada, as_of=LATER)
    judge_pending(as_of=LATER)
    standing = standing_of(name, promise, as_of=LATER)
    assert (standing.clock.state, standing.answered) == ("met", True)

    take_back(name, by=ada, as_of=BACK)
    judge_pending(as_of=BACK)
    assert standing_of(name, promise, as_of=BACK).taken_back
    assert not Clock.objects.exists()
    assert not Event.objects.filter(retracted_by=None).exclude(kind="event.retracted").exists()


def test_a_test_is_no_feed_that_could_fall_silent(ada) -> None:
    send_sample(promises_to_try(as_of=MONDAY)[0], by=ada, as_of=MONDAY)

    assert not Heartbeat.objects.filter(name__startswith="feed:").exists()


def test_what_starts_no_clock_says_why(ada) -> None:
    promise = next(one for one in promises_to_try(as_of=MONDAY) if one.key == "call-wait")
    sunday = datetime(2026, 3, 1, 9, tzinfo=UTC)
    name = send_sample(promise, by=ada, as_of=sunday)
    judge_pending(as_of=sunday)

    standing = standing_of(name, promise, as_of=sunday)
    assert standing.clock is None
    assert [reason.code for reason in standing.reasons] == ["outside_hours"]


def test_a_test_is_unknown_under_another_name(ada) -> None:
    assert standing_of("no-such-test", promises_to_try(as_of=MONDAY)[0], as_of=MONDAY) is None


def test_promises_by_period_cannot_be_tried_by_one_fact(ada) -> None:
    tried = {promise.key for promise in promises_to_try(as_of=MONDAY)}

    assert tried == {promise.key for promise in in_force_history() if can_be_tried(promise)}
    assert "web-chat" not in tried


def test_without_anybody_in_the_team_the_record_is_unassigned(ada) -> None:
    promise = promises_to_try(as_of=MONDAY)[0]
    made = sample(promise, name="t", member=None, types=subject_types(), as_of=MONDAY)

    assert all("owner" not in row for _resource, rows in made.deliveries for row in rows)
