"""When a person works next: their own hours, else those of their teams, not on holidays nor while away."""

from datetime import UTC, date, datetime

import pytest

from agreements.personal_calendars import clear_hours, set_hours
from core.models import AuditEntry
from core.problems import Problem
from people.absences import take
from people.enums import AbsenceKind
from people.models import User, WorkingHours
from reporting.working_time import WorkingTimes, next_working_instant
from tests.factories.people import UserFactory
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db

NOW = at("02 12:00")


@pytest.fixture
def company() -> Company:
    company = Company()
    company.marie.refresh_from_db()
    company.paul.refresh_from_db()
    return company


def works_next(user: User, instant: datetime) -> str:
    return next_working_instant(user, instant, as_of=NOW).strftime("%d %H:%M")


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("02 12:00", "02 12:00"),  # Monday noon: at once
        ("02 20:00", "03 08:00"),  # in the evening: at nine in Paris
        ("06 17:30", "09 08:00"),  # Friday after hours: on Monday
        ("28 12:00", "30 07:00"),  # the clocks change on Sunday: nine is an hour earlier in UTC
    ],
)
def test_without_hours_of_their_own_the_calendars_of_their_teams_apply(company, instant, expected) -> None:
    assert works_next(company.marie, at(instant)) == expected


def test_who_belongs_to_no_team_works_office_hours_where_they_live() -> None:
    user = UserFactory(timezone="America/New_York")
    assert works_next(user, at("02 12:00")) == "02 14:00"


def hours(user: User, week: dict[str, list[str]], country: str = "", subdivision: str = "") -> WorkingHours:
    return set_hours(user, week=week, country=country, subdivision=subdivision, by=user, as_of=NOW)


def test_their_own_part_time_week_in_their_own_zone_goes_before(company) -> None:
    hours(company.marie, {"tue": ["09:00-12:00"], "thu": ["22:00-02:00"]})
    assert [works_next(company.marie, at(when)) for when in ("02 12:00", "03 11:30", "05 23:30")] == [
        "03 08:00",
        "05 21:00",
        "05 23:30",
    ]
    assert works_next(company.paul, at("02 12:00")) == "02 12:00"


def test_public_holidays_of_their_own_country_are_free(company) -> None:
    every_day = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours(company.marie, every_day, "DE", "BY")  # 6 January is free in Bavaria
    epiphany = datetime(2027, 1, 6, 10, tzinfo=UTC)
    assert next_working_instant(company.marie, epiphany, as_of=NOW) == datetime(2027, 1, 7, 8, tzinfo=UTC)
    hours(company.marie, every_day, "FR")
    assert next_working_instant(company.marie, epiphany, as_of=NOW) == epiphany


def test_who_is_away_works_again_after_the_last_of_the_absences_that_follow_each_other(company) -> None:
    for first, last in (("02 08:00", "04 00:00"), ("04 00:00", "09 00:00")):
        take(company.marie, during=(at(first), at(last)), cover=None, by="test", as_of=NOW)
    assert works_next(company.marie, at("02 12:00")) == "09 08:00"


def test_who_left_or_never_works_is_not_waited_for(company) -> None:
    take(
        company.marie, during=(at("01 00:00"), None), cover=None, by="test", as_of=NOW, kind=AbsenceKind.LEFT
    )
    assert works_next(company.marie, at("02 20:00")) == "02 20:00"
    WorkingHours.objects.create(user=company.paul, week={}, changed_at=NOW)
    assert works_next(company.paul, at("02 20:00")) == "02 20:00"


def test_a_day_is_worked_when_the_calendar_opens_on_it(company) -> None:
    hours(company.marie, {"sat": ["09:00-12:00"]})
    times = WorkingTimes([company.marie, company.paul], as_of=NOW)
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    assert [times.works_on(company.marie, day) for day in (saturday, monday)] == [True, False]
    assert [times.works_on(company.paul, day) for day in (saturday, monday)] == [False, True]


@pytest.mark.parametrize(
    ("week", "country", "subdivision", "field"),
    [
        ({"mon": ["9 to 5"]}, "", "", "mon"),
        ({"mon": ["17:00-17:00"]}, "", "", "mon"),
        ({}, "", "", "week"),
        ({"mon": ["09:00-12:00"]}, "XX", "", "country"),
        ({"mon": ["09:00-12:00"]}, "DE", "Atlantis", "subdivision"),
    ],
)
def test_hours_that_cannot_be_are_refused_by_the_name_of_the_field(
    company, week, country, subdivision, field
) -> None:
    with pytest.raises(Problem) as refused:
        hours(company.marie, week, country, subdivision)
    assert [error["field"] for error in refused.value.errors] == [field]
    assert not WorkingHours.objects.exists()


def test_hours_leave_an_audit_row_and_can_be_taken_away(company) -> None:
    hours(company.marie, {"mon": ["09:00–12:00", " "], "tue": [""]})
    assert WorkingHours.objects.get().week == {"mon": ["09:00-12:00"]}
    clear_hours(company.marie, by=company.marie, as_of=NOW)
    assert works_next(company.marie, at("03 12:00")) == "03 12:00"
    assert AuditEntry.objects.filter(verb="working_hours.changed").count() == 2
