"""A window of time is cut into whole months, days and parts of days without a gap or an overlap."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from measurement.enums import Grain
from measurement.kept.windows import Window, cut

ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "America/Sao_Paulo")
instants = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))


def times(window: Window, at: datetime, zone: str) -> int:
    """In how many pieces the instant lies."""
    day = at.astimezone(ZoneInfo(zone)).date()
    starts = {Grain.DAY: day, Grain.MONTH: day.replace(day=1)}
    in_spans = sum(first <= starts[grain] < last for grain, first, last in window.spans)
    return in_spans + sum(since <= at < until for since, until in window.parts)


@given(st.none() | instants, st.none() | instants, instants, st.sampled_from(ZONES))
def test_every_instant_of_the_window_lies_in_exactly_one_piece(since, until, at, zone) -> None:
    inside = (since is None or since <= at) and (until is None or at < until)

    assert times(cut(since, until, zone), at, zone) == inside


@given(instants, instants, st.sampled_from(ZONES))
def test_both_ends_are_exact(since, until, zone) -> None:
    window = cut(since, until, zone)
    moment = timedelta(microseconds=1)

    assert times(window, since, zone) == (since < until)
    assert times(window, since - moment, zone) == 0
    assert times(window, until, zone) == 0
    assert times(window, until - moment, zone) == (since < until)


def test_months_are_taken_whole_and_the_rest_by_days() -> None:
    window = cut(datetime(2026, 1, 30, tzinfo=UTC), datetime(2026, 4, 2, 6, tzinfo=UTC), "UTC")

    assert window.spans == (
        (Grain.DAY, date(2026, 1, 30), date(2026, 2, 1)),
        (Grain.MONTH, date(2026, 2, 1), date(2026, 4, 1)),
        (Grain.DAY, date(2026, 4, 1), date(2026, 4, 2)),
    )
    assert window.parts == ((datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 4, 2, 6, tzinfo=UTC)),)
