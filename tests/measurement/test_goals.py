"""Goals against their figures: the pace by hand, series that add up or hold, readings of a commitment."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from agreements.loading import load
from agreements.promises import in_force_history
from agreements.terms.values import Target
from leads.figures import Entry, read_entries, read_value, store
from leads.models import Counting, Figure
from measurement.goal_figures import goals_now
from measurement.goals import GoalState, progress
from measurement.readings import rebuild
from tests.factories.measurement import ClockFactory, ReadingFactory, UnitFactory

NOW = datetime(2026, 4, 16, 12, tzinfo=UTC)  # 15 of April's 30 days are over
AGREEMENT = """
agreement: a
parties: [marketing, sales]
effective_from: 2026-01-01
goals:
  - {key: visits, part: marketing, title: Visits, metric: "series:visits", target: ">= 3000", period: month}
  - {key: subs, part: marketing, title: Subscribers, metric: "series:subs", target: ">= 500", period: quarter}
  - {key: mqls, part: marketing, title: MQLs, metric: mql-volume, target: ">= 300", period: quarter}
  - {key: bad, part: sales, title: Bad data, metric: bad-data, target: "< 10%", period: quarter}
  - {key: known, part: company, title: Be known, status: on_track}
commitments:
  - {key: mql-volume, owner: marketing, kind: volume, count: {event: lead.qualified}, per: month, target: ">= 100"}
  - {key: bad-data, owner: marketing, kind: rate, of: {events: [lead.accepted, lead.rejected]}, having: {where: {data.bad_data: true}}, per: month, target: "< 10%"}
"""  # noqa: E501


def target(text: str, value: int) -> Target:
    return Target(text, Fraction(value), percent=False)


@pytest.mark.parametrize(
    ("aim", "value", "adds_up", "today", "state"),
    [
        (target(">=", 300), 150, True, date(2026, 4, 16), GoalState.ON_PACE),  # 15 of 30 days
        (target(">=", 300), 149, True, date(2026, 4, 16), GoalState.BEHIND),
        (target(">=", 300), 300, True, date(2026, 4, 16), GoalState.REACHED),
        (target(">=", 300), 299, True, date(2026, 5, 1), GoalState.MISSED),
        (target(">=", 300), 0, True, date(2026, 4, 1), GoalState.ON_PACE),
        (target(">=", 300), 299, False, date(2026, 4, 29), GoalState.BEHIND),
        (target("<", 10), 9, False, date(2026, 4, 16), GoalState.ON_PACE),
        (target("<", 10), 9, False, date(2026, 5, 1), GoalState.REACHED),
        (target("<", 10), 10, False, date(2026, 4, 16), GoalState.BEHIND),
        (target("<", 10), 10, True, date(2026, 4, 16), GoalState.MISSED),  # what adds up cannot come down
        (target(">=", 300), None, True, date(2026, 4, 16), GoalState.NO_FIGURES),
    ],
)
def test_a_goal_stands_by_its_pace_or_by_its_target(aim, value, adds_up, today, state) -> None:
    given = None if value is None else Fraction(value)
    start, end = date(2026, 4, 1), date(2026, 5, 1)

    assert (
        progress(target=aim, value=given, adds_up=adds_up, start=start, end=end, today=today).state is state
    )


@pytest.mark.django_db
def test_goals_read_series_and_readings_of_their_period() -> None:
    version = load(AGREEMENT, by="test", as_of=NOW, sign=True).version
    volume, bad = version.commitments.order_by("position")
    for month, count, rejected in ((3, 999, 99), (4, 60, 3)):
        common = {"period_start": datetime(2026, month, 1, tzinfo=UTC), "running": 0, "each": "team"}
        common["period_end"] = common["final_at"] = datetime(2026, month + 1, 1, tzinfo=UTC)
        ReadingFactory(
            commitment=volume, commitment_key=volume.key, numerator=count, denominator=None, **common
        )
        ReadingFactory(
            commitment=bad, commitment_key=bad.key, numerator=rejected, denominator=40 + rejected, **common
        )
    for state, number in (("having", 3), ("lacking", 40)):
        at = datetime(2026, 4, 2, tzinfo=UTC)
        UnitFactory.create_batch(number, commitment=bad, commitment_key=bad.key, state=state, at=at)
    visited = {(3, 31): 5000, (4, 1): 1200, (4, 2): "300.5", (4, 17): 9999}
    subscribed = {(3, 1): 480, (4, 3): 510}
    for series, figures, counting in (
        ("visits", visited, Counting.SUM),
        ("subs", subscribed, Counting.LATEST),
    ):
        entries = [Entry(series, date(2026, *day), Decimal(value)) for day, value in figures.items()]
        store(entries, by="test", source="t", counting=counting, as_of=NOW)

    visits, subs, mqls, bad_data, known = goals_now(as_of=NOW)

    assert (visits.progress.value, visits.progress.expected) == (Fraction("1500.5"), 200)  # 2 of 30 days
    assert (visits.progress.state, visits.counted, visits.latest) == (GoalState.ON_PACE, 2, date(2026, 4, 2))
    assert (subs.progress.value, subs.progress.state) == (510, GoalState.REACHED)
    assert (mqls.progress.value, mqls.counted, mqls.progress.state) == (60, 1, GoalState.ON_PACE)
    assert (bad_data.progress.value, bad_data.progress.state) == (Fraction(3, 43), GoalState.ON_PACE)
    assert known.progress is None
    assert known.goal.status == "on_track"


SHARES = """
agreement: shares
parties: [marketing, sales]
effective_from: 2026-04-01
goals:
  - {key: answered, part: sales, title: Answered, metric: inbound, target: ">= 90%", period: quarter}
  - {key: met, part: sales, title: Met, metric: to-meeting, target: ">= 50%", period: quarter}
  - {key: there, part: sales, title: There, metric: chat, target: ">= 95%", period: quarter}
commitments:
  - {key: inbound, owner: sales, kind: response, start: {event: request.received}, stop: {event: call.made}, within: 2 days}
  - {key: to-meeting, owner: sales, kind: rate, of: {event: lead.qualified}, having: {event: meeting.held, within: 5 days}, target: ">= 50%"}
  - {key: chat, owner: sales, kind: coverage, presence: {online: chat.online, offline: chat.offline}, target: ">= 95%"}
"""  # noqa: E501


@pytest.mark.django_db
def test_a_share_is_of_what_can_be_judged_by_now() -> None:
    version = load(SHARES, by="test", as_of=NOW, sign=True).version
    inbound, meeting, chat = version.commitments.order_by("position")
    for day, state in ((2, "met"), (3, "running"), (16, "running")):  # the second is overdue
        at, due = datetime(2026, 4, day, tzinfo=UTC), datetime(2026, 4, day + 2, tzinfo=UTC)
        done = {"stopped_at": at, "ended_at": at} if state == "met" else {}
        ClockFactory(commitment=inbound, started_at=at, due_at=due, state=state, **done)
    for day, state in ((2, "having"), (3, "lacking"), (14, "lacking")):  # the third still has time
        at, until = datetime(2026, 4, day, tzinfo=UTC), datetime(2026, 4, day + 5, tzinfo=UTC)
        UnitFactory(commitment=meeting, commitment_key=meeting.key, at=at, matures_at=until, state=state)
    UnitFactory(
        commitment=chat, commitment_key=chat.key, at=datetime(2026, 4, 1, tzinfo=UTC), until=NOW, stretch=True
    )
    rebuild(in_force_history(), as_of=NOW)

    assert [one.progress.value for one in goals_now(as_of=NOW)] == [Fraction(1, 2), Fraction(1, 2), 1]


@pytest.mark.django_db
def test_a_correction_holds_and_the_earlier_value_is_kept() -> None:
    first = [Entry("visits", date(2026, 4, 1), Decimal(10)), Entry("visits", date(2026, 4, 2), Decimal(5))]
    second = [Entry("visits", date(2026, 4, 1), Decimal(12)), Entry("visits", date(2026, 4, 2), Decimal(5))]

    assert store(first, by="test", source="a.csv", as_of=NOW).created == 2
    stored = store(second, by="test", source="b.csv", as_of=NOW)

    assert (stored.created, stored.corrected, stored.unchanged) == (0, 1, 1)
    history = Figure.objects.filter(day=date(2026, 4, 1)).order_by("id")
    assert [(int(f.value), f.source, f.replaced_at) for f in history] == [
        (10, "a.csv", NOW),
        (12, "b.csv", None),
    ]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"series": "visits", "day": "2026-04-01", "value": "10"}, []),
        ({"series": "visits", "day": "2026-04-01", "value": "1 234,5"}, []),
        ({"series": "", "day": "2026-04-01", "value": "10"}, ["series"]),
        ({"series": "visits", "day": "1/4/2026", "value": "10"}, ["day"]),
        ({"series": "visits", "day": "2026-02-30", "value": ""}, ["day", "value"]),
        ({"series": "a b", "day": "", "value": "x"}, ["series", "day", "value"]),
        ({"series": "visits", "day": "2026-04-01", "value": "nan"}, ["value"]),
    ],
)
def test_each_line_says_what_is_wrong_in_which_column(row: dict[str, str], wrong: list[str]) -> None:
    found = read_entries([row], lines=[7])

    assert [(error.line, error.column) for error in found.errors] == [(7, column) for column in wrong]
    assert len(found.entries) == (not wrong)


def test_a_day_that_stands_twice_is_an_error_of_the_second_line() -> None:
    row = {"series": "visits", "day": "2026-04-01", "value": "10"}
    found = read_entries([row, row], lines=[2, 3])

    assert (len(found.entries), [(e.line, e.column) for e in found.errors]) == (1, [(3, "day")])


@pytest.mark.parametrize(
    ("text", "value"), [("1234", "1234"), ("12,5", "12.5"), ("1\u202f234", "1234"), ("-3.25", "-3.25")]
)
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert read_value(text) == Decimal(value)


def test_a_figure_of_a_month_is_held_against_the_pace_of_that_month() -> None:
    quarter = {"start": date(2026, 4, 1), "end": date(2026, 7, 1), "adds_up": True}
    made = progress(
        target=target(">=", 910),
        value=Fraction(300),
        today=date(2026, 5, 20),
        told_to=date(2026, 4, 30),
        **quarter,
    )

    assert (made.expected, made.state, made.paced_to) == (300, GoalState.ON_PACE, date(2026, 5, 1))
