"""Laws of business time, against a reference that looks at every second."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from agreements.business_time import NeverOpenError, Schedule
from tests.agreements.oracle import DAYS, Oracle

# Zones and instants where something changes, and quiet ones.
AWKWARD = [
    ("Europe/Paris", "2026-03-29T01:00"),
    ("Europe/Paris", "2026-10-25T01:00"),
    ("America/New_York", "2026-03-08T07:00"),
    ("America/New_York", "2026-11-01T06:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-03T15:30"),
    ("Asia/Kathmandu", "1985-12-31T18:30"),  # +5:30 to +5:45
    ("Asia/Tehran", "2022-03-21T20:30"),  # last summer time, skips midnight
    ("Asia/Tehran", "2022-09-21T19:30"),
    ("America/Santiago", "2026-04-05T03:00"),  # midnight repeated
    ("America/Santiago", "2026-09-06T04:00"),  # midnight skipped
    ("Pacific/Apia", "2011-12-30T10:00"),  # a whole date skipped
    ("Africa/Casablanca", "2026-02-15T02:00"),  # Ramadan
    ("Africa/Cairo", "2026-04-23T22:00"),
    ("Atlantic/Azores", "2026-03-29T01:00"),
    ("UTC", "2024-02-29T00:00"),
    ("Europe/London", "2026-12-31T23:00"),  # two compiled years
]
DAY = 86_400
SPAN = 6 * DAY

minutes = st.sampled_from([*range(0, 1440, 30), 15, 135, 165, 195, 1439])


@st.composite
def windows(draw):
    opening, closing = draw(minutes), draw(st.one_of(minutes, st.just(1440)))
    assume(opening != closing)
    return f"{opening // 60:02}:{opening % 60:02}-{closing // 60:02}:{closing % 60:02}"


@st.composite
def calendars(draw):
    """(Schedule, Oracle, the instant around which something happens)."""
    zone, at = draw(st.sampled_from(AWKWARD))
    centre = datetime.fromisoformat(at).replace(tzinfo=UTC)
    near = st.integers(-4, 4).map(lambda days: centre.date() + timedelta(days=days))
    hours = st.lists(windows(), max_size=3)
    week = draw(st.dictionaries(st.sampled_from(DAYS), hours, max_size=7))
    rules = {
        "holidays": tuple(draw(st.lists(near, max_size=2))),
        "open": draw(st.dictionaries(near, hours, max_size=2)),
        "breaks": draw(st.dictionaries(near, hours, max_size=2)),
    }
    return Schedule(zone, week, **rules), Oracle(zone, week, **rules), int(centre.timestamp())


offsets = st.one_of(st.integers(-2 * DAY, 2 * DAY), st.integers(-12, 12).map(lambda n: n * 900))


def instant(epoch):
    return datetime.fromtimestamp(epoch, UTC)


@settings(max_examples=120, deadline=None)
@given(calendars(), offsets, offsets)
def test_elapsed_counts_the_open_seconds(calendar, a, b):
    schedule, oracle, centre = calendar
    start, end = centre + a, centre + b

    assert schedule.elapsed(instant(start), instant(end)) == oracle.elapsed(start, end)


@settings(max_examples=120, deadline=None)
@given(calendars(), offsets, st.one_of(st.integers(-DAY, DAY), st.just(0)))
def test_add_finds_the_instant_at_which_the_seconds_have_passed(calendar, a, seconds):
    schedule, oracle, centre = calendar
    expected = oracle.add(centre + a, seconds, SPAN)
    assume(expected is not None)

    assert schedule.add(instant(centre + a), seconds) == instant(expected)


@settings(max_examples=60, deadline=None)
@given(calendars(), offsets)
def test_segments_are_the_open_seconds_and_no_more(calendar, a):
    schedule, oracle, centre = calendar
    start, end = centre + a, centre + a + 2 * DAY
    expected = oracle.is_open(start, end)

    segments = schedule.segments(instant(start), instant(end))

    painted = np.zeros(end - start, bool)
    for opening, closing in segments:
        painted[int(opening.timestamp()) - start : int(closing.timestamp()) - start] = True
    assert np.array_equal(painted, expected)
    assert all(before[1] < after[0] for before, after in pairwise(segments))
    assert schedule.is_open(instant(start)) == expected[0]


@settings(max_examples=100, deadline=None)
@given(calendars(), st.lists(offsets, min_size=3, max_size=3))
def test_elapsed_is_additive_antisymmetric_and_monotone(calendar, at):
    schedule, _, centre = calendar
    a, b, c = (instant(centre + offset) for offset in sorted(at))

    assert schedule.elapsed(a, b) + schedule.elapsed(b, c) == schedule.elapsed(a, c)
    assert schedule.elapsed(a, c) == -schedule.elapsed(c, a)
    assert 0 <= schedule.elapsed(a, b) <= schedule.elapsed(a, c)


@settings(max_examples=100, deadline=None)
@given(calendars(), offsets, st.integers(1, 40 * DAY))
def test_add_and_elapsed_are_inverse(calendar, a, seconds):
    schedule, _, centre = calendar
    start = instant(centre + a)
    try:
        end = schedule.add(start, seconds)
        back = schedule.add(end, -seconds)
    except NeverOpenError:
        assume(False)

    assert schedule.elapsed(start, end) == seconds
    assert schedule.elapsed(start, end - timedelta(seconds=1)) == seconds - 1  # the earliest
    assert schedule.elapsed(back, end) == seconds
    assert back >= start  # the latest
    if schedule.calendar.recurs:
        assert schedule.add(start, seconds + 1) > end


@settings(max_examples=60, deadline=None)
@given(calendars(), st.lists(st.tuples(offsets, offsets), min_size=1, max_size=20))
@example((Schedule("UTC", {"mon": ["00:00-24:00"]}), None, 0), [(0, 0)])
def test_many_give_what_one_gives(calendar, pairs):
    schedule, _, centre = calendar
    starts = np.array([centre + a for a, _ in pairs])
    others = np.array([b for _, b in pairs])

    expected = [
        schedule.elapsed(instant(s), instant(centre + b))
        for s, b in zip(starts.tolist(), others.tolist(), strict=True)
    ]
    assert schedule.elapsed_many(starts, centre + others).tolist() == expected
    try:
        added = [
            int(schedule.add(instant(s), b).timestamp())
            for s, b in zip(starts.tolist(), others.tolist(), strict=True)
        ]
    except NeverOpenError:
        assume(False)
    assert schedule.add_many(starts, others).tolist() == added


@settings(max_examples=25, deadline=None)
@given(calendars(), st.integers(0, 2**32 - 1))
def test_large_batches_give_what_small_ones_give(calendar, seed):
    schedule, _, centre = calendar
    assume(schedule.calendar.recurs)
    random = np.random.default_rng(seed)
    starts = centre + random.integers(-90 * DAY, 90 * DAY, 40_001)
    amounts = random.integers(-9 * DAY, 9 * DAY, 40_001) * random.integers(0, 2, 40_001)
    chunks = range(0, 40_001, 5_000)

    elapsed, added = schedule.elapsed_many(starts, starts + amounts), schedule.add_many(starts, amounts)

    parts = [(starts[i : i + 5_000], amounts[i : i + 5_000]) for i in chunks]
    assert np.array_equal(elapsed, np.concatenate([schedule.elapsed_many(s, s + a) for s, a in parts]))
    assert np.array_equal(added, np.concatenate([schedule.add_many(s, a) for s, a in parts]))


@settings(max_examples=60, deadline=None)
@given(calendars(), offsets, st.integers(0, 12))
def test_business_days_end_on_an_open_date_never_before_the_start(calendar, a, days):
    schedule, _, centre = calendar
    start = instant(centre + a)
    try:
        begun, end, later = (
            schedule.add(start, 0),
            schedule.add_business_days(start, days),
            schedule.add_business_days(start, days + 1),
        )
    except NeverOpenError:
        assume(False)

    assert begun <= end
    assert days == 0 or end <= later
    assert schedule.elapsed(end - timedelta(days=2), end + timedelta(days=2)) > 0
