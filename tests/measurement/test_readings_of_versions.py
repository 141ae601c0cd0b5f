"""A version that counts by other periods: every clock still stands in exactly one reading."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from agreements.enums import Period
from agreements.terms import Promise
from measurement.compliance import By, compliance
from measurement.judging import judge_all, judge_pending
from measurement.models import Clock, Reading
from measurement.periods import Span, period_around, period_of, version_at
from tests.factories.agreements import signed
from tests.factories.leads import send
from tests.measurement.builders import LONDON, PARIS, promise
from tests.measurement.requests_and_calls import AGREEMENT, NOW, agree, call, records, request

APRIL = datetime(2026, 3, 31, 23, tzinfo=UTC)
THIRTEENTH = datetime(2026, 4, 12, 23, tzinfo=UTC)


def spans() -> list[tuple[datetime, datetime, int]]:
    rows = Reading.objects.order_by("period_start")
    return list(rows.values_list("period_start", "period_end", "denominator"))


def assert_every_judged_clock_is_in_one_reading() -> None:
    judged = Clock.objects.exclude(state__in=["cancelled", "excluded", "unmeasurable"]).count()
    assert Reading.objects.aggregate(all=Sum("denominator"))["all"] == judged
    total = compliance("inbound", start=None, end=None, by=By.MONTH, as_of=NOW + timedelta(days=400)).total
    assert total.met + total.missed == judged
    before = list(Reading.objects.order_by("id").values())
    judge_all(as_of=NOW)
    assert list(Reading.objects.order_by("id").values()) == before


def counted(start: str, per: str, *, within: str = "5 days", zone: str = "Europe/London") -> None:
    text = AGREEMENT.format(start=start, within=within) + f"    per: {per}\n"
    signed(text.replace("Europe/London", zone), as_of=NOW)


@pytest.mark.django_db
def test_months_end_where_weeks_begin_and_the_denominators_add_up_to_the_clocks() -> None:
    records()
    agree(within="5 days")
    for day in (1, 7, 9):  # due on the 6th, 12th and 14th
        request(day, f"2026-04-{day:02}T08:00:00Z")
        call(f"c{day}", f"2026-04-{day:02}T09:00:00Z")
    judge_pending(as_of=NOW)
    assert spans() == [(APRIL, datetime(2026, 4, 30, 23, tzinfo=UTC), 3)]
    counted("2026-04-13", "week")
    judge_pending(as_of=NOW)
    assert spans() == [(APRIL, THIRTEENTH, 2), (THIRTEENTH, THIRTEENTH + timedelta(days=7), 1)]
    assert_every_judged_clock_is_in_one_reading()


@pytest.mark.django_db
def test_a_version_that_begins_within_a_week_has_its_first_period_from_then_on() -> None:
    records()
    agree(within="5 days")
    request(1, "2026-04-09T08:00:00Z")  # due on Tuesday the 14th
    request(2, "2026-04-10T08:00:00Z", contact="p2")
    send("contacts", {"external_id": "p2", "account": "b1"})
    counted("2026-04-15", "week")
    judge_pending(as_of=NOW)
    fifteenth = datetime(2026, 4, 14, 23, tzinfo=UTC)
    assert spans() == [(APRIL, fifteenth, 1), (fifteenth, datetime(2026, 4, 19, 23, tzinfo=UTC), 1)]
    assert_every_judged_clock_is_in_one_reading()


@pytest.mark.django_db
def test_a_period_that_another_version_cut_otherwise_leaves_no_reading_behind() -> None:
    records()
    agree(within="90 days")
    request(1, "2026-04-09T08:00:00Z")  # due in July
    judge_pending(as_of=NOW)
    counted("2026-04-13", "week", within="90 days")
    judge_pending(as_of=NOW)
    monday = datetime(2026, 7, 5, 23, tzinfo=UTC)
    assert spans() == [(monday, monday + timedelta(days=7), 1)]
    assert_every_judged_clock_is_in_one_reading()


@pytest.mark.django_db
def test_another_zone_cuts_the_month_and_another_target_does_not() -> None:
    records()
    agree(within="5 days")
    request(1, "2026-04-09T08:00:00Z")
    counted("2026-04-13", "month", within="6 days")
    judge_pending(as_of=NOW)
    assert spans() == [(APRIL, datetime(2026, 4, 30, 23, tzinfo=UTC), 1)]
    counted("2026-04-14", "month", zone="Asia/Tokyo")
    judge_pending(as_of=NOW)
    fourteenth = datetime(2026, 4, 13, 15, tzinfo=UTC)
    assert spans() == [(fourteenth, datetime(2026, 4, 30, 15, tzinfo=UTC), 1)]
    assert_every_judged_clock_is_in_one_reading()


instants = st.integers(0, 200 * 24).map(lambda hour: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour))


@st.composite
def histories(draw: st.DrawFn) -> list[Promise]:
    """Versions of a commitment, the earliest first."""
    starts = sorted(draw(st.lists(instants, min_size=1, max_size=4)))
    return [
        promise(
            version=number,
            starts_at=f"{start:%Y-%m-%d %H:%M}",
            per=draw(st.sampled_from(list(Period))),
            schedule=draw(st.sampled_from([PARIS, LONDON])),
        )
        for number, start in enumerate(starts, 1)
    ]


def period(versions: list[Promise], instant: datetime) -> Span:
    return period_of(versions, instant, fiscal_year_start=2)


@given(versions=histories(), first=instants, second=instants)
def test_periods_of_all_versions_never_overlap(
    versions: list[Promise], first: datetime, second: datetime
) -> None:
    one, other = period(versions, first), period(versions, second)
    assert one.start <= first < one.end
    assert one == other or one.end <= other.start or other.end <= one.start


@given(versions=histories(), instant=instants)
def test_a_period_is_counted_as_the_version_at_its_start_says(
    versions: list[Promise], instant: datetime
) -> None:
    found, promised = period(versions, instant), version_at(versions, instant)
    at_start = version_at(versions, found.start)
    assert (at_start.terms.per, at_start.timezone) == (promised.terms.per, promised.timezone)
    whole = period_around(instant, promised.terms.per, zone=promised.timezone, fiscal_year_start=2)
    assert whole.start <= found.start
    assert found.end <= whole.end
    assert period(versions, found.start) == found
    assert period(versions, found.end).start == found.end
