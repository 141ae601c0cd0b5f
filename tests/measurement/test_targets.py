"""What a period's target comes to, and the verdict on what was reached; numbers worked out by hand."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.business_time import Schedule
from agreements.enums import Kind, Period
from agreements.terms import Promise, Target, parse_terms
from measurement.enums import Verdict
from measurement.in_force import parts, spans
from measurement.periods import Span, period_around
from measurement.targets import (
    Sample,
    Standing,
    open_days,
    pace_of,
    rate_aim,
    steps,
    verdict_of,
    volume_aim,
    whole,
)

WEEK = {day: ["09:00-12:30", "13:30-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
PARIS = Schedule("Europe/Paris", WEEK, holidays=["2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14"])
NIGHTS = Schedule("Europe/Paris", {"sun": ["22:00-06:00"], "wed": ["22:00-06:00"]})


def instant(day: str, schedule: Schedule = PARIS) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=schedule.calendar.zone).astimezone(UTC)


def promised(
    kind: str,
    *,
    starts: str = "2026-01-01",
    ends: str | None = None,
    schedule: Schedule = PARIS,
    number: int = 1,
    **terms: Any,
) -> Promise:
    needed: dict[str, Any] = {
        "rate": {"of": {"event": "lead.qualified"}, "having": {"event": "meeting.held"}},
        "volume": {"count": {"event": "contact.created"}},
        "coverage": {"presence": {"online": "chat.online", "offline": "chat.offline"}},
    }[kind]
    return Promise(
        commitment_id=number,
        key="promise",
        version_number=number,
        agreement_key="smarketing",
        kind=Kind(kind),
        team_id=1,
        starts_at=instant(starts),
        ends_at=None if ends is None else instant(ends),
        terms=parse_terms(kind, {**needed, **terms}),
        schedule=schedule,
        timezone=str(schedule.calendar.zone),
    )


def period_of_day(day: str, per: str, *, fiscal: int = 1) -> Span:
    return period_around(instant(day), Period(per), zone="Europe/Paris", fiscal_year_start=fiscal)


@pytest.mark.parametrize(
    ("first", "at", "every", "expected"),
    [
        ("2026-01-01", "2026-01-01", "quarter", 0),
        ("2026-01-01", "2026-03-31", "quarter", 0),
        ("2026-01-01", "2026-04-01", "quarter", 1),
        ("2026-01-15", "2026-04-01", "quarter", 0),  # two whole months and a half
        ("2026-01-15", "2026-05-01", "quarter", 1),
        ("2026-01-31", "2026-02-28", "month", 0),
        ("2026-01-31", "2026-03-31", "month", 2),
        ("2026-01-01", "2027-01-01", "half", 2),
        ("2026-01-01", "2027-12-31", "year", 1),
        ("2026-03-23", "2026-03-30", "week", 1),  # a week of 167 hours: the clocks go forward on the 29th
        ("2026-03-28", "2026-03-30", "day", 2),
        ("2026-04-01", "2026-01-01", "month", 0),
    ],
)
def test_a_ramp_steps_by_whole_lengths_since_the_first_version(
    first: str, at: str, every: str, expected: int
) -> None:
    assert steps(instant(first), instant(at), Period(every), zone="Europe/Paris") == expected


RAMP = {"by": "1 point", "every": "quarter"}
WINDOW = {"from": "2025-07-01", "to": "2025-12-31"}


@pytest.mark.parametrize(
    ("terms", "month", "baseline", "expected"),
    [
        ({"target": "< 10%"}, "2026-02-01", None, ("<", "0.10")),
        ({"target": ">= baseline + 2 points", "baseline": WINDOW}, "2026-02-01", (30, 200), (">=", "0.17")),
        ({"target": ">= baseline + 2%", "baseline": WINDOW}, "2026-02-01", (30, 200), (">=", "0.153")),
        ({"target": "<= baseline - 2 points", "baseline": WINDOW}, "2026-02-01", (30, 200), ("<=", "0.13")),
        ({"target": "> baseline", "baseline": WINDOW}, "2026-02-01", (1, 3), (">", "1/3")),
        ({"target": "<= baseline - 20 points", "baseline": WINDOW}, "2026-02-01", (3, 20), ("<=", "0")),
        (
            {"target": ">= baseline + 2 points", "baseline": WINDOW, "ramp": RAMP},
            "2026-07-01",
            (30, 200),
            (">=", "0.19"),
        ),
        ({"target": "< 10%", "ramp": RAMP}, "2026-07-01", None, ("<", "0.08")),
        ({"target": ">= 99%", "ramp": {"by": "1 point", "every": "month"}}, "2026-12-01", None, (">=", "1")),
    ],
)
def test_a_rate_is_held_against_its_own_number_or_an_improved_baseline(
    terms: dict[str, Any], month: str, baseline: tuple[int, int] | None, expected: tuple[str, str]
) -> None:
    promise = promised("rate", **terms)
    aim = rate_aim(
        promise,
        period_of_day(month, "month"),
        first_start=promise.starts_at,
        baseline=Sample(*baseline) if baseline else None,
    )
    assert aim.target == Target(expected[0], Fraction(expected[1]), percent=True)


@pytest.mark.parametrize("baseline", [None, Sample(0, 0)])
def test_against_a_baseline_of_nothing_there_is_no_target(baseline: Sample | None) -> None:
    promise = promised("rate", target=">= baseline + 2 points", baseline=WINDOW)
    aim = rate_aim(
        promise, period_of_day("2026-02-01", "month"), first_start=promise.starts_at, baseline=baseline
    )
    assert aim.target is None
    assert verdict_of(Fraction(1), 9, aim.target, 1, Standing.OVER) is Verdict.UNMEASURABLE


@pytest.mark.parametrize(
    ("terms", "starts", "day", "room", "number", "required"),
    [
        # 5 a week: a whole one, with Easter Monday, cut at a Thursday, and with Ascension and its bridge
        (
            {"target": ">= 5", "per": "week", "prorate": "open_days"},
            "2026-01-01",
            "2026-03-30",
            None,
            5,
            True,
        ),
        (
            {"target": ">= 5", "per": "week", "prorate": "open_days"},
            "2026-01-01",
            "2026-04-06",
            None,
            4,
            True,
        ),
        (
            {"target": ">= 5", "per": "week", "prorate": "open_days"},
            "2026-04-09",
            "2026-04-09",
            None,
            2,
            True,
        ),
        # Thursday to Sunday: 4 of 7 days
        ({"target": ">= 5", "per": "week"}, "2026-04-09", "2026-04-09", None, 3, True),
        # 120 a month: May 2026 has 21 weekdays of which three are holidays: 120 × 18/21 = 102.86
        ({"target": ">= 120", "prorate": "open_days"}, "2026-01-01", "2026-05-01", None, 103, True),
        ({"target": ">= 120"}, "2026-01-01", "2026-05-01", None, 120, True),
        # never more than there is room
        ({"target": ">= 5", "per": "week"}, "2026-01-01", "2026-03-30", 3, 3, True),
        ({"target": ">= 5", "per": "week"}, "2026-01-01", "2026-03-30", 9, 5, True),
        ({"target": ">= 5", "per": "week"}, "2026-01-01", "2026-03-30", 0, 0, False),
        ({"target": "> 5", "per": "week"}, "2026-01-01", "2026-03-30", 6, 6, True),
        ({"target": "> 5", "per": "week"}, "2026-01-01", "2026-03-30", 5, 5, True),
        # nothing is asked of a day on which nobody works
        (
            {"target": ">= 1", "per": "day", "prorate": "open_days"},
            "2026-01-01",
            "2026-04-06",
            None,
            0,
            False,
        ),
        (
            {"target": ">= 1", "per": "day", "prorate": "open_days"},
            "2026-01-01",
            "2026-04-05",
            None,
            0,
            False,
        ),
        ({"target": "<= 3", "per": "week", "prorate": "open_days"}, "2026-01-01", "2026-04-06", 0, 2, True),
    ],
)
def test_a_volume_is_asked_in_whole_numbers_for_the_days_that_were_open(
    terms: dict[str, Any], starts: str, day: str, room: int | None, number: int, required: bool
) -> None:
    promise = promised("volume", starts=starts, **terms)
    (span,) = spans([promise], instant(day), instant(day), fiscal_year_start=1)
    aim = volume_aim(promise, parts([promise], span), room=room, fiscal_year_start=1)
    assert aim.target is not None
    assert (aim.target.value, aim.required) == (number, required)


@given(amount=st.fractions(0, 50), op=st.sampled_from([">=", ">", "<=", "<"]), count=st.integers(0, 60))
def test_whole_numbers_meet_the_whole_target_exactly_when_they_meet_the_written_one(
    amount: Fraction, op: str, count: int
) -> None:
    written = Target(op, amount, percent=False)
    assert whole(written).met_by(Fraction(count)) == written.met_by(Fraction(count))


@pytest.mark.parametrize(
    ("schedule", "first", "after", "expected"),
    [
        (PARIS, "2026-03-30", "2026-04-06", 5),
        (PARIS, "2026-04-06", "2026-04-13", 4),  # Easter Monday
        (PARIS, "2026-03-23", "2026-03-30", 5),  # the Sunday on which the clocks go forward
        (PARIS, "2026-10-19", "2026-10-26", 5),  # … and back
        (PARIS, "2026-04-04", "2026-04-06", 0),
        (NIGHTS, "2026-03-30", "2026-04-06", 2),  # a night belongs to the day on which it begins
        (NIGHTS, "2026-03-30", "2026-03-31", 0),
    ],
)
def test_open_days_are_dates_of_the_calendar(
    schedule: Schedule, first: str, after: str, expected: int
) -> None:
    assert open_days(schedule, instant(first), instant(after)) == expected


@pytest.mark.parametrize(
    ("count", "gone", "over", "expected"),
    [
        (0, 0, False, Verdict.ON_PACE),  # Monday morning
        (0, 1, False, Verdict.AT_RISK),
        (1, 1, False, Verdict.ON_PACE),
        (3, 4, False, Verdict.AT_RISK),
        (4, 4, False, Verdict.ON_PACE),
        (4, 5, False, Verdict.AT_RISK),  # Saturday: no day is left
        (5, 2, False, Verdict.ON_PACE),
        (4, 5, True, Verdict.MISSED),
        (5, 5, True, Verdict.KEPT),
    ],
)
def test_a_volume_keeps_pace_with_the_open_days_that_are_gone(
    count: int, gone: int, over: bool, expected: Verdict
) -> None:
    target = Target(">=", Fraction(5), percent=False)
    assert pace_of(count, target, gone=gone, days=5, over=over) is expected


@pytest.mark.parametrize(
    ("gone", "expected"), [(1, Verdict.ON_PACE), (4, Verdict.ON_PACE), (5, Verdict.AT_RISK)]
)
def test_one_a_week_is_on_pace_until_no_day_is_left(gone: int, expected: Verdict) -> None:
    assert pace_of(0, Target(">=", Fraction(1), percent=False), gone=gone, days=5, over=False) is expected


@pytest.mark.parametrize(
    ("value", "judged", "standing", "expected"),
    [
        ("0.75", 8, Standing.OVER, Verdict.MISSED),  # more than 75 % is not 75 %
        ("0.76", 25, Standing.OVER, Verdict.KEPT),
        ("0.76", 25, Standing.RUNNING, Verdict.ON_PACE),
        ("0.2", 25, Standing.RUNNING, Verdict.AT_RISK),
        ("0.2", 4, Standing.OVER, Verdict.TOO_FEW),
        ("0.2", 25, Standing.MATURING, Verdict.MATURING),
        (None, 0, Standing.OVER, Verdict.TOO_FEW),
    ],
)
def test_a_share_is_judged_when_enough_of_it_is_known(
    value: str | None, judged: int, standing: Standing, expected: Verdict
) -> None:
    target = Target(">", Fraction(3, 4), percent=True)
    share = None if value is None else Fraction(value)
    assert verdict_of(share, judged, target, 5, standing) is expected


def days(span: Span) -> tuple[date, date]:
    zone = PARIS.calendar.zone
    return span.start.astimezone(zone).date(), span.end.astimezone(zone).date()


def test_periods_begin_with_the_first_version_and_end_with_the_last() -> None:
    terms = {"target": ">= 5", "per": "month"}
    versions = [
        promised("volume", starts="2026-01-15", ends="2026-02-10", **terms),
        promised("volume", starts="2026-02-10", ends="2026-03-10", number=2, **terms),
        promised("volume", starts="2026-05-20", number=3, **terms),  # the version between had it not
    ]
    found = spans(versions, instant("2025-01-01"), instant("2026-06-15"), fiscal_year_start=1)
    assert [days(span) for span in found] == [
        (date(2026, 1, 15), date(2026, 2, 1)),
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 3, 10)),
        (date(2026, 5, 20), date(2026, 6, 1)),
        (date(2026, 6, 1), date(2026, 7, 1)),
    ]


@pytest.mark.parametrize(
    ("fiscal", "expected"),
    [
        (1, [(date(2026, 1, 1), date(2026, 4, 1)), (date(2026, 4, 1), date(2026, 7, 1))]),
        (
            2,
            [
                (date(2026, 1, 1), date(2026, 2, 1)),
                (date(2026, 2, 1), date(2026, 5, 1)),
                (date(2026, 5, 1), date(2026, 8, 1)),
            ],
        ),
    ],
)
def test_quarters_are_those_of_the_fiscal_year(fiscal: int, expected: list[tuple[date, date]]) -> None:
    promise = promised("volume", target=">= 5", per="quarter")
    found = spans([promise], instant("2026-01-01"), instant("2026-06-15"), fiscal_year_start=fiscal)
    assert [days(span) for span in found] == expected
