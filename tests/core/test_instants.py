from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.instants import format_instant, parse_instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-04-03T16:00:00Z", datetime(2026, 4, 3, 16, tzinfo=UTC)),
        ("2026-04-03t16:00:00z", datetime(2026, 4, 3, 16, tzinfo=UTC)),
        ("2026-04-03T18:00:00+02:00", datetime(2026, 4, 3, 16, tzinfo=UTC)),
        ("2026-04-03T16:00Z", datetime(2026, 4, 3, 16, tzinfo=UTC)),
        ("2026-04-03T16:00:00.25Z", datetime(2026, 4, 3, 16, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-10-04T01:45:00+10:30", datetime(2026, 10, 3, 15, 15, tzinfo=UTC)),
        ("2028-02-29T23:59:59-01:00", datetime(2028, 3, 1, 0, 59, 59, tzinfo=UTC)),
    ],
)
def test_instants_are_read_in_utc(text, instant):
    parsed = parse_instant(text)

    assert (parsed, parsed.tzinfo) == (instant, UTC)


@pytest.mark.parametrize("text", ["2026-11-20 25:00", "2026-02-30T10:00:00", "2026-02-30T10:00:00Z"])
def test_a_day_or_hour_that_does_not_exist_is_said_so_whatever_else_is_missing(text):
    with pytest.raises(ValueError, match="there is no such day or hour: correct it") as refused:
        parse_instant(text)
    assert "add Z" not in str(refused.value)


@pytest.mark.parametrize("text", ["2026-04-03T16:00:00", "2026-04-03 16:00"])
def test_a_time_without_an_offset_is_refused_with_the_cure(text):
    with pytest.raises(ValueError, match="add Z or an offset"):
        parse_instant(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "now",
            "2026-04-03",
            "20260403T160000Z",
            "2026-W14-5T16:00:00Z",
            "2027-02-29T00:00:00Z",
            "1775232000",
        ),
        *(
            "2026-04-03T24:00:01Z",
            "2026-04-03T16:00:00+25:00",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
        ),
        *("٢٠٢٦-04-03T16:00:00Z", "2026-04-03T16:00:00Z\n", "2026-04-03T16:00:00 02:00"),
    ],
)
def test_what_is_no_instant_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="2026-03-31T09:00:00Z"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 4, 3, 16, tzinfo=UTC), "2026-04-03T16:00:00Z"),
        (datetime(2026, 4, 3, 18, tzinfo=timezone(timedelta(hours=2))), "2026-04-03T16:00:00Z"),
        (datetime(2026, 4, 3, 16, 0, 0, 250_000, tzinfo=UTC), "2026-04-03T16:00:00.250000Z"),
    ],
)
def test_instants_are_written_in_utc_with_a_z(instant, text):
    assert format_instant(instant) == text
