"""The story of the demo company as rows: no database."""

from datetime import UTC, datetime, timedelta

import pytest

from agreements.deadlines import due, warn_at
from agreements.durations import parse_duration
from core.instants import parse_instant
from demo.agreement import FILE
from demo.cast import ANTOINE, CAMILLE, PARIS, REPS
from demo.ledger import RESOURCES, Row
from demo.stage import Stage
from demo.story import tell

WEDNESDAY = datetime(2026, 3, 11, 14, 30, tzinfo=UTC)
AWKWARD = {
    "a Wednesday afternoon": WEDNESDAY,
    "a minute after opening on a Monday": datetime(2026, 3, 9, 8, 1, tzinfo=UTC),
    "lunch in Paris": datetime(2026, 3, 11, 11, 50, tzinfo=UTC),
    "Friday night": datetime(2026, 3, 13, 22, 0, tzinfo=UTC),
    "a Sunday": datetime(2026, 3, 15, 13, 0, tzinfo=UTC),
    "Easter Monday": datetime(2026, 4, 6, 9, 0, tzinfo=UTC),
    "the Sunday on which the clocks change": datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    "a bank holiday in London only": datetime(2026, 8, 31, 10, 0, tzinfo=UTC),
    "New Year's night": datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
}
DATED = (
    "updated_at",
    "occurred_at",
    "recorded_at",
    "created_at",
    "closed_at",
    "ends_at",
    "published_at",
    "starts_at",
)
TWO_HOURS = parse_duration("2 business hours")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return tell(Stage(WEDNESDAY, days=30))


def events(rows: list[Row], *kinds: str) -> list[Row]:
    return [row for row in rows if row.fields.get("kind") in kinds]


def test_the_same_arguments_tell_the_same_story(rows: list[Row]) -> None:
    assert tell(Stage(WEDNESDAY, days=30)) == rows


def test_an_hour_later_only_the_last_hours_differ(rows: list[Row]) -> None:
    def settled(told: list[Row]) -> set[str]:
        return {
            str(row.fields)
            for row in told
            if row.at < WEDNESDAY - timedelta(days=7) and "today" not in str(row.fields["external_id"])
        }

    later = tell(Stage(WEDNESDAY + timedelta(hours=1), days=30))

    assert settled(later) == settled(rows)
    assert later != rows


@pytest.mark.parametrize("as_of", AWKWARD.values(), ids=AWKWARD)
def test_nothing_is_dated_ahead(as_of: datetime) -> None:
    for row in tell(Stage(as_of, days=14)):
        assert row.at <= row.known_at <= as_of or row.known_at == Stage(as_of, days=14).opens
        for name in DATED:
            if name in row.fields and not str(row.fields["external_id"]).startswith("bad-"):
                assert parse_instant(row.fields[name]) <= as_of


@pytest.mark.parametrize("as_of", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("office", ["paris", "london"])
def test_at_any_hour_requests_run_are_at_risk_and_overdue(as_of: datetime, office: str) -> None:
    stage = Stage(as_of, days=7)
    schedule = stage.offices[office]
    asked = [
        row.at
        for row in events(tell(stage), "request.received")
        if row.fields["external_id"].startswith(f"req-{office[:2]}-today")
    ]

    by_state = {"overdue": 0, "at risk": 0, "running": 0}
    for at in asked:
        deadline = due(schedule, at, TWO_HOURS)
        assert deadline is not None
        if deadline < as_of:
            by_state["overdue"] += 1
        elif warn_at(schedule, at, deadline, 0.75) <= as_of:
            by_state["at risk"] += 1
        else:
            by_state["running"] += 1

    assert all(by_state.values()), by_state


def test_rows_come_as_one_delivery_needs_them(rows: list[Row]) -> None:
    assert rows == sorted(rows, key=lambda row: (row.known_at, RESOURCES.index(row.resource), *row.place[2:]))
    assert {row.resource for row in rows} == set(RESOURCES)


def test_no_event_is_told_twice(rows: list[Row]) -> None:
    ids = [row.fields["external_id"] for row in rows if row.resource == "events"]
    assert len(ids) == len(set(ids))


def test_people_work_in_working_hours_and_never_on_leave(rows: list[Row]) -> None:
    stage = Stage(WEDNESDAY, days=30)
    by_key = {rep.key: rep for rep in REPS}
    touches = [
        row
        for row in events(rows, "call.made", "meeting.booked")
        if not row.fields.get("data") and row.fields.get("actor") in by_key
    ]

    assert len(touches) > 100
    for row in touches:
        assert not stage.is_away(by_key[row.fields["actor"]], row.at)
    assert stage.is_away(ANTOINE, datetime(2026, 2, 18, 10, 0, tzinfo=UTC))


def test_one_is_faster_than_the_others() -> None:
    stage = Stage(WEDNESDAY)
    others = [rep for rep in REPS if rep.office == PARIS and rep is not CAMILLE]
    start = datetime(2026, 3, 10, 8, 30, tzinfo=UTC)
    hers = [stage.act(CAMILLE, start, 38, stage.dice("test", n))[1] for n in range(50)]
    theirs = [stage.act(others[n % 4], start, 38, stage.dice("test", n))[1] for n in range(50)]
    assert sorted(hers)[25] < sorted(theirs)[25]


def test_the_agreement_has_both_languages_and_all_parts() -> None:
    text = FILE.read_text()
    for part in ("company_goals", "marketing_goals", "sales_goals", "handoff", "communication", "reporting"):
        assert f"\n  {part}:\n    en: |" in text
    assert text.count("  - key: ") == text.count("    title: {en: ")
