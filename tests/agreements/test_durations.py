import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.durations import Duration, Measure, Unit, describe, parse_duration


@pytest.mark.parametrize(
    ("text", "duration", "measure", "canonical"),
    [
        ("30 minutes", Duration(30, Unit.MINUTES), Measure.ELAPSED, "30 minutes"),
        ("1 hours", Duration(1, Unit.HOURS), Measure.ELAPSED, "1 hour"),
        ("3 days", Duration(3, Unit.DAYS), Measure.ELAPSED, "3 days"),
        (
            "30 business minutes",
            Duration(30, Unit.BUSINESS_MINUTES),
            Measure.BUSINESS_TIME,
            "30 business minutes",
        ),
        (" 2  business  hours ", Duration(2, Unit.BUSINESS_HOURS), Measure.BUSINESS_TIME, "2 business hours"),
        ("1 business day", Duration(1, Unit.BUSINESS_DAYS), Measure.BUSINESS_DAYS, "1 business day"),
        ("0 business days", Duration(0, Unit.BUSINESS_DAYS), Measure.BUSINESS_DAYS, "0 business days"),
    ],
)
def test_a_duration_is_read_and_written(text, duration, measure, canonical):
    assert parse_duration(text) == duration
    assert duration.measure is measure
    assert str(duration) == canonical


@given(st.integers(0, 3000), st.sampled_from(Unit))
def test_the_canonical_text_reads_back(amount, unit):
    assert parse_duration(str(Duration(amount, unit))) == Duration(amount, unit)


def test_seconds_are_elapsed_or_open_ones_and_business_days_have_none():
    assert parse_duration("3 days").seconds == 72 * 3600
    assert parse_duration("2 business hours").seconds == 7200
    assert parse_duration("30 minutes").seconds == parse_duration("30 business minutes").seconds == 1800
    with pytest.raises(ValueError, match="no fixed length"):
        _ = parse_duration("1 business day").seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2h",
        "two hours",
        "1.5 hours",
        "-1 hours",
        "2 weeks",
        "2 business",
        "24",
        24,
        None,
        "٢ hours",
        "1 hour 30",
    ],
)
def test_what_is_no_duration_is_refused_with_what_to_write(text):
    with pytest.raises(
        ValueError, match="write a whole number and a unit: minutes, hours, days, business minutes"
    ):
        parse_duration(text)


def test_an_absurd_duration_is_refused():
    with pytest.raises(ValueError, match="longer than ten years"):
        parse_duration("999999 business days")
    with pytest.raises(ValueError, match="cannot be negative"):
        Duration(-1, Unit.HOURS)


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("1 hour", "1 hour", "1 heure"),
        ("24 hours", "24 hours", "24 heures"),
        ("0 minutes", "0 minutes", "0 minute"),
        ("2 business hours", "2 business hours", "2 heures ouvrées"),
        ("1 business minute", "1 business minute", "1 minute ouvrée"),
        ("1 business day", "1 business day", "1 jour ouvré"),
        ("0 business days", "the same business day", "le même jour ouvré"),
    ],
)
def test_a_duration_is_said_in_both_languages(text, english, french):
    assert describe(parse_duration(text), "en") == english
    assert describe(parse_duration(text), "fr") == french
    assert describe(parse_duration(text), "de") == english
