"""Half-open periods in a calendar's zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.enums import Period
from measurement.periods import midnight, period_around

ZONES = ("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")


def days(instant: str, per: Period, *, zone: str = "Europe/Paris", fiscal: int = 1) -> tuple[str, str]:
    span = period_around(datetime.fromisoformat(instant), per, zone=zone, fiscal_year_start=fiscal)
    return span.start.isoformat(), span.end.isoformat()


@pytest.mark.parametrize(
    ("per", "fiscal", "start", "end"),
    [
        (Period.DAY, 1, "2026-03-29", "2026-03-30"),
        (Period.WEEK, 1, "2026-03-23", "2026-03-30"),
        (Period.MONTH, 1, "2026-03-01", "2026-04-01"),
        (Period.MONTH, 4, "2026-03-01", "2026-04-01"),
        (Period.QUARTER, 1, "2026-01-01", "2026-04-01"),
        (Period.QUARTER, 2, "2026-02-01", "2026-05-01"),
        (Period.HALF, 1, "2026-01-01", "2026-07-01"),
        (Period.HALF, 4, "2025-10-01", "2026-04-01"),
        (Period.YEAR, 1, "2026-01-01", "2027-01-01"),
        (Period.YEAR, 4, "2025-04-01", "2026-04-01"),
    ],
)
def test_the_period_around_the_sunday_on_which_clocks_go_forward(
    per: Period, fiscal: int, start: str, end: str
) -> None:
    zone = "Europe/Paris"
    wanted = (midnight(date.fromisoformat(day), zone).isoformat() for day in (start, end))
    assert days("2026-03-29T12:00:00+02:00", per, fiscal=fiscal) == tuple(wanted)


def test_a_day_is_as_long_as_it_really_is() -> None:
    assert days("2026-03-29T12:00:00Z", Period.DAY) == (
        "2026-03-28T23:00:00+00:00",
        "2026-03-29T22:00:00+00:00",
    )
    assert days("2026-10-25T12:00:00Z", Period.DAY) == (
        "2026-10-24T22:00:00+00:00",
        "2026-10-25T23:00:00+00:00",
    )


@given(
    instant=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    per=st.sampled_from(list(Period)),
    zone=st.sampled_from(ZONES),
    fiscal=st.integers(1, 12),
)
def test_periods_cover_all_time_without_overlap(
    instant: datetime, per: Period, zone: str, fiscal: int
) -> None:
    around = period_around(instant, per, zone=zone, fiscal_year_start=fiscal)
    following = period_around(around.end, per, zone=zone, fiscal_year_start=fiscal)
    last = period_around(around.end - timedelta(seconds=1), per, zone=zone, fiscal_year_start=fiscal)
    assert around.start <= instant < around.end
    assert following.start == around.end
    assert last == around
