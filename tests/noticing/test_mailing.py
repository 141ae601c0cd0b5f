"""What waits for a person becomes one mail; whatever dies, no notice is lost and none is sent twice."""

import os
import signal
from datetime import timedelta
from multiprocessing import get_context

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from core.models import OutboxMessage
from core.outbox import send_ready
from people.absences import take
from people.models import User
from reporting.enums import NoticeKind
from reporting.models import Notice
from reporting.noticing import mailing, tell
from reporting.noticing.choosing import choose
from reporting.noticing.mailing import MAILS_A_DAY, mail_due
from tests.core.threads import at_once
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db

MONDAY = at("02 09:00")
TUESDAY_NINE = at("03 08:00")


def say(*people: User, key: str, when=MONDAY, live=False) -> None:
    tell(NoticeKind.MENTIONED, to=people, key=key, commitment_key="inbound", as_of=when, live=live)


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(key__startswith="notices:").order_by("id"))


def test_several_that_wait_for_one_person_become_one_mail_in_their_language(company):
    for number in range(3):
        say(company.marie, company.paul, key=f"mentioned:{number}")

    assert mail_due(as_of=MONDAY) == 2
    french, english = sorted(mails(), key=lambda mail: mail.payload["to"][0])
    assert english.payload["subject"] == "Somebody mentions you: Inbound requests and 2 more"
    assert "Demandes entrantes" in french.payload["subject"]
    assert set(Notice.objects.values_list("outbox_key", flat=True)) == {french.key, english.key}


def test_nothing_is_mailed_before_its_time_and_nothing_twice(company):
    say(company.marie, key="a", when=at("02 21:00"))

    assert mail_due(as_of=at("02 23:00")) == 0
    assert mail_due(as_of=TUESDAY_NINE) == 1
    assert mail_due(as_of=TUESDAY_NINE + timedelta(days=1)) == 0


def test_what_comes_soon_after_a_mail_waits_ten_minutes_unless_it_is_live(company):
    say(company.marie, key="a")
    mail_due(as_of=MONDAY)
    say(company.marie, key="b", when=MONDAY + timedelta(minutes=1))
    say(company.marie, key="c", when=MONDAY + timedelta(minutes=2))

    assert mail_due(as_of=MONDAY + timedelta(minutes=9)) == 0
    assert mail_due(as_of=MONDAY + timedelta(minutes=10)) == 1
    say(company.marie, key="d", when=MONDAY + timedelta(minutes=11), live=True)
    assert mail_due(as_of=MONDAY + timedelta(minutes=11)) == 1


def test_a_storm_ends_in_one_last_mail_and_the_rest_comes_in_the_morning(company):
    when = MONDAY - timedelta(minutes=55)
    for number in range(30):
        when += timedelta(minutes=15)
        say(company.marie, key=f"storm:{number}", when=when, live=True)
        mail_due(as_of=when)

    assert len(mails()) == MAILS_A_DAY
    assert "dernier" in mails()[-1].payload["text"] or "last mail" in mails()[-1].payload["text"]
    assert mail_due(as_of=at("03 07:59")) == 0
    assert mail_due(as_of=TUESDAY_NINE) == 1
    assert not Notice.objects.filter(mailed_at__isnull=True).exists()


def test_who_went_away_since_has_it_passed_on_to_the_cover(company):
    say(company.marie, key="a", when=at("02 21:00"))
    away = (at("03 00:00"), at("10 00:00"))
    take(company.marie, during=away, cover=company.paul, by=None, as_of=at("02 22:00"))

    assert mail_due(as_of=TUESDAY_NINE) == 0
    assert mail_due(as_of=TUESDAY_NINE + timedelta(seconds=30)) == 1
    assert mails()[0].payload["to"] == ["paul@example.com"]
    assert "Marie Durand, who is away" in mails()[0].payload["text"]


@pytest.mark.parametrize(
    "wish",
    [
        {"frequency": "never", "off": []},
        {"frequency": "at_once", "off": ["mentioned"]},
        {"frequency": "daily", "off": []},
    ],
    ids=["no mail at all", "not of this kind", "once a day"],
)
def test_what_is_passed_on_is_mailed_as_the_cover_likes_it(company, wish):
    choose(company.paul, as_of=MONDAY, **wish)
    say(company.marie, key="a", when=at("02 21:00"))
    away = (at("02 22:00"), at("10 00:00"))
    take(company.marie, during=away, cover=company.paul, by=None, as_of=at("02 22:00"))
    mail_due(as_of=TUESDAY_NINE)

    assert Notice.objects.get().recipient == company.paul
    assert mail_due(as_of=TUESDAY_NINE + timedelta(minutes=30)) == 0
    assert mail_due(as_of=TUESDAY_NINE + timedelta(days=1)) == (wish["frequency"] == "daily")


def test_a_subject_holds_no_line_break_whatever_the_crm_says(company):
    company.tell(
        "contacts",
        {"external_id": "eve", "name": "Eve\r\nBcc: all@example.com <b>x</b>", "owner": "marie"},
        as_of=MONDAY,
    )
    company.happens("request.received", MONDAY, contact="eve")
    company.sweep(at("02 10:30"))
    mail_due(as_of=at("02 10:30"))

    payload = mails()[0].payload
    assert "\n" not in payload["subject"]
    assert "\r" not in payload["subject"]
    assert "<b>x</b>" not in payload["html"]


def test_the_statements_of_a_mail_do_not_grow_with_what_it_holds(company):
    def statements(number: int, when) -> int:
        for one in range(number):
            say(company.marie, key=f"{number}:{one}", when=when)
        with CaptureQueriesContext(connection) as asked:
            assert mail_due(as_of=when) == 1
        return len(asked)

    assert statements(1, MONDAY) == statements(8, MONDAY + timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["enqueue", "letter"])
def test_a_process_killed_while_it_writes_the_mail_leaves_the_notice_waiting(moment, monkeypatch):
    company = Company()
    say(company.marie, key="a")
    connections.close_all()

    def die(*_args, **_options):
        os.kill(os.getpid(), signal.SIGKILL)

    def mail_and_die() -> None:
        setattr(mailing, moment, die)
        mail_due(as_of=MONDAY)

    child = get_context("fork").Process(target=mail_and_die)
    child.start()
    child.join(30)

    assert child.exitcode == -signal.SIGKILL
    assert mails() == []
    assert mail_due(as_of=MONDAY) == 1
    assert mail_due(as_of=MONDAY) == 0


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_after_the_mail_was_written_has_it_sent_once(postman):
    company = Company()
    say(company.paul, key="a")
    connections.close_all()

    def mail_then_die() -> None:
        mail_due(as_of=MONDAY)
        os.kill(os.getpid(), signal.SIGKILL)

    child = get_context("fork").Process(target=mail_then_die)
    child.start()
    child.join(30)

    assert mail_due(as_of=MONDAY) == 0
    assert send_ready(as_of=MONDAY).sent == 1
    assert send_ready(as_of=MONDAY).sent == 0
    assert [mail["To"] for mail in postman.mails] == ["paul@example.com"]


@pytest.mark.django_db(transaction=True)
def test_several_processes_at_once_mail_everybody_once():
    company = Company()
    for number in range(5):
        say(company.marie, company.paul, key=f"mentioned:{number}")

    sent = at_once(lambda _: mail_due(as_of=MONDAY), times=4)

    assert sum(sent) == len(mails()) == 2


def test_a_sender_that_was_down_in_the_hours_of_a_person_does_not_catch_up_at_night(company):
    say(company.marie, key="a")

    assert mail_due(as_of=at("02 22:00")) == 0
    assert mail_due(as_of=TUESDAY_NINE) == 1
