"""Somebody is told something once, when they work, as they like it; or whoever covers them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.absences import take
from people.models import User
from reporting.enums import Frequency, NoticeKind
from reporting.models import Mute, Notice, NoticePreference
from reporting.noticing import Telling, tell, tell_all, untell
from tests.reporting.company import at

pytestmark = pytest.mark.django_db

MONDAY_TEN = at("02 09:00")  # 10:00 in Paris; the calendar opens from 9 to 18
MONDAY_NIGHT = at("02 21:00")
TUESDAY_NINE = at("03 08:00")
FRIDAY_NIGHT = at("06 21:00")
NEXT_MONDAY_NINE = at("09 08:00")


def say(*people: User, when=MONDAY_TEN, kind=NoticeKind.MENTIONED, key="mentioned:1", **more) -> int:
    return tell(kind, to=people, key=key, as_of=when, **more)


def due() -> list:
    return list(Notice.objects.order_by("key").values_list("due_at", flat=True))


def test_everybody_is_told_once_under_a_key(company):
    assert say(company.marie, company.paul) == 2
    assert say(company.marie, company.paul, when=TUESDAY_NINE) == 0

    assert {notice.key for notice in Notice.objects.all()} == {
        f"mentioned:1:{company.marie.pk}",
        f"mentioned:1:{company.paul.pk}",
    }


@pytest.mark.parametrize(
    ("when", "frequency", "mailed"),
    [
        (MONDAY_TEN, Frequency.AT_ONCE, MONDAY_TEN),
        (MONDAY_NIGHT, Frequency.AT_ONCE, TUESDAY_NINE),
        (FRIDAY_NIGHT, Frequency.AT_ONCE, NEXT_MONDAY_NINE),
        (MONDAY_TEN + timedelta(minutes=20, seconds=5), Frequency.HOURLY, at("02 10:00")),
        (at("02 16:30"), Frequency.HOURLY, TUESDAY_NINE),  # the next full hour is 18:00 in Paris: closed
        (MONDAY_TEN, Frequency.DAILY, TUESDAY_NINE),
        (at("06 09:00"), Frequency.DAILY, NEXT_MONDAY_NINE),
    ],
)
def test_a_notice_waits_for_the_hours_and_the_frequency_of_its_reader(company, when, frequency, mailed):
    NoticePreference.objects.create(user=company.marie, frequency=frequency)

    say(company.marie, when=when)

    assert due() == [mailed]


def test_what_is_live_waits_for_nothing(company):
    say(company.marie, when=FRIDAY_NIGHT, live=True)

    assert due() == [FRIDAY_NIGHT]


@pytest.mark.parametrize(
    ("preference", "kind", "silent"),
    [
        ({}, NoticeKind.AT_RISK, False),
        ({"off": ["at_risk"]}, NoticeKind.AT_RISK, True),
        ({"off": ["at_risk"]}, NoticeKind.ESCALATED, False),
        ({"frequency": Frequency.NEVER}, NoticeKind.ESCALATED, True),
    ],
)
def test_what_a_person_does_not_want_stays_on_the_page(company, preference, kind, silent):
    NoticePreference.objects.create(user=company.marie, **preference)

    say(company.marie, kind=kind)

    assert Notice.objects.get().silent is silent


@pytest.mark.parametrize(("day", "silent"), [(date(2026, 3, 1), False), (date(2026, 3, 2), True)])
def test_a_muted_promise_is_silent_up_to_its_date_and_others_are_not(company, day, silent):
    Mute.objects.create(user=company.marie, commitment_key="inbound", until=day)

    say(company.marie, commitment_key="inbound", key="a")
    say(company.marie, commitment_key="web-chat", key="b")

    assert list(Notice.objects.order_by("key").values_list("silent", flat=True)) == [silent, False]


def test_the_cover_is_told_in_the_place_of_whoever_is_away_and_only_once(company):
    away = (MONDAY_TEN - timedelta(days=1), MONDAY_TEN + timedelta(days=7))
    take(company.marie, during=away, cover=company.paul, by=None, as_of=MONDAY_TEN)

    assert say(company.marie) == 1
    assert say(company.marie, company.paul, key="mentioned:2") == 1

    first, second = Notice.objects.order_by("id")
    assert (first.recipient, first.body) == (company.paul, {"instead_of": company.marie.pk})
    assert (second.recipient, second.body) == (company.paul, {})


def test_who_leaves_before_the_mail_would_come_is_covered_already(company):
    saturday = at("07 09:00")
    leave = (saturday, saturday + timedelta(days=14))
    take(company.marie, during=leave, cover=company.paul, by=None, as_of=MONDAY_TEN)

    say(company.marie, when=FRIDAY_NIGHT)

    notice = Notice.objects.get()
    assert (notice.recipient, notice.due_at) == (company.paul, NEXT_MONDAY_NINE)


def test_who_is_away_without_a_cover_reads_it_when_they_are_back(company):
    back = at("16 08:00")
    take(company.marie, during=(at("02 00:00"), back), cover=None, by=None, as_of=MONDAY_TEN)

    say(company.marie)

    assert due() == [back]


def test_who_left_without_a_cover_is_told_nothing(company):
    User.objects.filter(pk=company.marie.pk).update(is_active=False)

    assert say(User.objects.get(pk=company.marie.pk)) == 0


def test_an_act_that_can_be_undone_is_held_back_and_taken_back(company):
    say(company.marie, hold=timedelta(seconds=30))

    assert due() == [MONDAY_TEN + timedelta(seconds=30)]
    assert list(Notice.objects.of_reader(company.marie, as_of=MONDAY_TEN)) == []
    assert untell("mentioned:1") == 1
    assert untell("mentioned:1") == 0


def test_taking_back_leaves_other_keys_alone(company):
    say(company.marie, key="mentioned:12")
    say(company.marie, key="mentioned:1")

    untell("mentioned:1")

    assert [notice.key for notice in Notice.objects.all()] == [f"mentioned:12:{company.marie.pk}"]


def test_once_means_that_nobody_else_is_told_later_under_the_same_key(company):
    say(company.marie, key="escalated:1")
    again = Telling(kind=NoticeKind.ESCALATED, to=(company.paul,), key="escalated:1", once=True)

    assert tell_all([again], as_of=MONDAY_TEN).notices == 0


def test_telling_many_takes_as_many_statements_as_telling_few(company):
    def statements(number: int) -> int:
        tellings = [
            Telling(kind=NoticeKind.AT_RISK, to=(company.marie, company.paul), key=f"{number}:{n}")
            for n in range(number)
        ]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert tell_all(tellings, as_of=MONDAY_NIGHT).notices == 2 * number
        return len(asked)

    assert statements(1) == statements(50)
