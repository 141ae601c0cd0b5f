"""Versions of calendars: immutable, shared while they say the same, with their holidays frozen."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from agreements.business_time import ALWAYS_OPEN
from agreements.calendars import schedule_of, timezone_of
from agreements.freezing import running_out, version_for, years_needed
from agreements.models import CalendarVersion
from tests.factories.agreements import SIMPLE, CalendarVersionFactory, drafted, signed

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONDON = {
    "timezone": "Europe/London",
    "week": {"mon": ["09:00-17:00"], "fri": ["09:00-17:00"], "sat": ["10:00-12:00"]},
    "holidays": {"country": "GB", "subdivision": "ENG"},
    "closed": ["2026-04-10"],
    "open": {"2026-12-26": ["10:00-11:00"]},
}


@pytest.fixture
def calendar(db) -> CalendarVersion:
    with transaction.atomic():
        return version_for("london", LONDON, (2025, 2031))


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-03-30T10:00", True),
        ("2026-04-03T10:00", False),  # Good Friday
        ("2026-04-06T10:00", False),  # Easter Monday
        ("2026-04-10T10:00", False),  # closed
        ("2026-12-26T10:30", True),  # open beats the holiday
        ("2026-12-26T11:30", False),  # and replaces the week's windows
        ("2026-06-01T08:30", True),  # summer time
    ],
)
def test_a_schedule_follows_week_holidays_closed_and_open_dates(calendar, day, is_open):
    assert schedule_of(calendar).is_open(datetime.fromisoformat(day).replace(tzinfo=UTC)) is is_open


def test_without_a_calendar_it_is_always_open_in_utc():
    assert schedule_of(None) is ALWAYS_OPEN
    assert timezone_of(None) == "UTC"


def test_a_calendar_is_compiled_once(calendar):
    again = CalendarVersion.objects.get(pk=calendar.pk)

    assert schedule_of(calendar) is schedule_of(again)


def test_holidays_are_frozen_with_their_names_for_the_years(calendar):
    assert calendar.holiday_dates["2026-04-03"] == "Good Friday"
    assert (min(calendar.holiday_dates)[:4], max(calendar.holiday_dates)[:4]) == ("2025", "2031")


@pytest.mark.django_db
def test_a_calendar_without_holidays_has_none():
    assert version_for("plain", {"timezone": "UTC", "week": {}}, (2025, 2031)).holiday_dates == {}


@pytest.mark.parametrize(
    ("effective", "as_of", "years"),
    [
        (date(2026, 1, 1), NOW, (2025, 2031)),
        (date(2017, 6, 1), NOW, (2016, 2031)),
        (date(2030, 1, 1), NOW, (2029, 2035)),
    ],
)
def test_an_agreement_needs_the_year_before_it_and_five_after(effective, as_of, years):
    assert years_needed(effective, as_of) == years


def test_the_same_definition_is_the_same_version(calendar):
    assert version_for("london", LONDON, (2026, 2030)) == calendar


@pytest.mark.parametrize("years", [(2024, 2031), (2025, 2032)])
def test_years_that_are_not_known_make_a_new_version(calendar, years):
    wider = version_for("london", LONDON, years)

    assert (wider.number, wider.calendar) == (2, calendar.calendar)


def test_another_definition_is_a_new_version_and_signed_agreements_keep_theirs(db):
    version = signed()
    changed = SIMPLE.replace('fri: ["09:00-17:00"]', 'fri: ["09:00-16:00"]').replace("smarketing", "other")

    other = drafted(changed.replace("key: inbound", "key: outbound"))

    kept, new = version.calendar_uses.get().calendar, other.calendar_uses.get().calendar
    assert (kept.number, new.number, kept.calendar) == (1, 2, new.calendar)


def test_a_version_that_nobody_uses_any_more_is_deleted_with_its_draft(db):
    drafted()
    drafted(SIMPLE.replace('fri: ["09:00-17:00"]', 'fri: ["09:00-16:00"]'))

    assert [calendar.number for calendar in CalendarVersion.objects.all()] == [2]


def test_calendars_in_force_whose_holidays_end_are_told(db):
    text = SIMPLE.replace("    week:", "    holidays: {country: GB, subdivision: ENG}\n    week:")
    version = signed(text, as_of=NOW)
    CalendarVersionFactory(last_year=2020)

    assert list(running_out(as_of=datetime(2030, 12, 1, tzinfo=UTC))) == []
    assert list(running_out(as_of=datetime(2031, 1, 1, tzinfo=UTC))) == [version.calendar_uses.get().calendar]
