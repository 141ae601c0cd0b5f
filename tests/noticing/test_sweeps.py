"""What is told of clocks and breaches: to whom, when, once; and nothing of what is history."""

from datetime import timedelta

import pytest

from core.models import OutboxMessage
from people.absences import take
from people.models import User
from reporting.acting import dispute
from reporting.enums import NoticeKind
from reporting.models import Breach, Notice
from reporting.noticing.clocks import tell_due
from reporting.noticing.mailing import mail_due
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db

ASKED = at("02 09:00")  # Monday, 10:00 in Paris
WARNED = at("02 10:30")
DUE = at("02 11:00")
STEP_150 = at("02 12:00")
ESCALATE = "escalate: [{at: 100%, to: owner}, {at: 150%, to: manager}]"
SECOND = timedelta(seconds=1)


def turn(company: Company, when) -> None:
    """What the worker does every few seconds."""
    company.sweep(when)
    tell_due(as_of=when)
    mail_due(as_of=when)


def told() -> list[tuple[str, User]]:
    return [(notice.kind, notice.recipient) for notice in Notice.objects.order_by("created_at", "id")]


def mails() -> list[dict]:
    rows = OutboxMessage.objects.filter(key__startswith="notices:").order_by("id")
    return [row.payload for row in rows]


def test_the_owner_hears_of_something_new_where_the_promise_says_so():
    company = Company(terms="announce: true")
    company.request("alice", ASKED)
    turn(company, ASKED + SECOND)
    turn(company, ASKED + timedelta(minutes=1))

    assert told() == [(NoticeKind.ANNOUNCED, company.marie)]
    assert [mail["to"] for mail in mails()] == [["marie@example.com"]]
    assert "Alice" in mails()[0]["subject"]


def test_nobody_hears_of_something_new_where_it_does_not(company):
    company.request("alice", ASKED)
    turn(company, ASKED + SECOND)

    assert told() == []


def test_whoever_it_is_given_to_hears_of_it_too():
    company = Company(terms="announce: true")
    company.request("alice", ASKED)
    turn(company, ASKED + SECOND)
    change = {"external_id": "alice", "owner": "paul", "updated_at": "2026-03-02T09:10:00Z"}
    company.tell("contacts", change, as_of=at("02 09:10"))
    turn(company, at("02 09:10"))

    assert told() == [(NoticeKind.ANNOUNCED, company.marie), (NoticeKind.ANNOUNCED, company.paul)]


def test_at_risk_is_told_when_three_quarters_of_the_time_are_gone_and_once(company):
    company.request("alice", ASKED)
    for when in (ASKED, WARNED - SECOND, WARNED, WARNED + SECOND, WARNED + timedelta(minutes=5)):
        turn(company, when)

    assert told() == [(NoticeKind.AT_RISK, company.marie)]
    assert Notice.objects.get().created_at == WARNED
    assert len(mails()) == 1


def test_a_fact_that_arrives_when_it_is_at_risk_already_is_told_at_once(company):
    company.request("alice", ASKED)
    turn(company, WARNED + timedelta(minutes=10))

    assert told() == [(NoticeKind.AT_RISK, company.marie)]


def test_what_was_done_in_time_is_not_told(company):
    company.request("alice", ASKED)
    company.call("alice", WARNED - SECOND)
    turn(company, WARNED)

    assert told() == []


def test_what_nobody_owns_is_told_to_the_managers(company):
    manager = company.managed_by()
    company.request("alice", ASKED, owner=None)
    turn(company, WARNED)

    assert told() == [(NoticeKind.AT_RISK, manager)]


@pytest.mark.parametrize("covered", [True, False])
def test_what_an_absent_person_owns_is_told_to_the_cover_and_without_one_to_the_managers(company, covered):
    manager = company.managed_by()
    away = (at("01 00:00"), at("03 00:00"))
    take(company.marie, during=away, cover=company.paul if covered else None, by=None, as_of=at("01 10:00"))
    company.request("alice", ASKED)
    turn(company, WARNED)

    assert told() == [(NoticeKind.AT_RISK, company.paul if covered else manager)]


def test_the_breach_of_a_promise_told_in_the_digest_stands_on_the_page_only(company):
    company.request("alice", ASKED)
    turn(company, DUE + SECOND)

    notice = Notice.objects.get(kind=NoticeKind.BREACH)
    assert (notice.recipient, notice.silent, notice.mailed_at) == (company.marie, True, None)
    assert notice.breach == company.breach()


def test_the_breach_of_a_live_promise_is_mailed_at_once_whatever_the_hour():
    company = Company(terms="notify: live\n    settle: 9 hours")
    company.request("alice", ASKED)
    night = DUE + timedelta(hours=9, seconds=1)  # 21:00 in Paris
    turn(company, DUE + SECOND)
    before = len(mails())
    turn(company, night)

    assert (NoticeKind.BREACH, company.marie) in told()
    assert len(mails()) == before + 1


def test_a_promise_that_is_not_to_be_told_is_not():
    company = Company(terms="notify: none")
    company.managed_by()
    company.request("alice", ASKED)
    for when in (WARNED, DUE + SECOND):
        turn(company, when)

    assert told() == []


def test_steps_of_escalation_are_told_once_each_when_their_share_of_the_time_is_gone():
    company = Company(terms=ESCALATE)
    manager = company.managed_by()
    company.request("alice", ASKED)
    for when in (ASKED, DUE - SECOND, DUE, DUE + SECOND, STEP_150 - SECOND, STEP_150, at("02 15:00")):
        turn(company, when)
        turn(company, when)

    steps = Notice.objects.filter(kind=NoticeKind.ESCALATED).order_by("created_at")
    assert [(step.recipient, step.created_at) for step in steps] == [
        (company.marie, DUE),
        (manager, STEP_150),
    ]


def test_a_disputed_miss_climbs_no_further():
    company = Company(terms=ESCALATE)
    company.request("alice", ASKED)
    turn(company, DUE + SECOND)
    dispute(Breach.objects.get(), by=company.marie, as_of=DUE + SECOND, note="I called from my mobile.")
    turn(company, STEP_150 + SECOND)

    escalated = [kind for kind, _ in told() if kind == NoticeKind.ESCALATED]
    assert escalated == [NoticeKind.ESCALATED]  # at the deadline, before it was disputed


def test_an_escalation_goes_on_through_closed_time_as_the_calendar_says():
    company = Company(terms=ESCALATE)
    manager = company.managed_by()
    friday = at("06 15:00")  # due at 18:00 in Paris when the week closes
    company.request("alice", friday)
    for when in (at("06 17:00"), at("07 09:00"), at("09 08:59"), at("09 09:00")):
        turn(company, when)

    last = Notice.objects.filter(kind=NoticeKind.ESCALATED).latest("created_at")
    assert (last.recipient, last.created_at) == (manager, at("09 09:00"))


def test_no_step_is_told_of_what_was_done_meanwhile():
    company = Company(terms=ESCALATE)
    company.managed_by()
    company.request("alice", ASKED)
    turn(company, DUE)
    company.call("alice", DUE + timedelta(minutes=5))
    turn(company, STEP_150)

    assert [kind for kind, _who in told()].count(NoticeKind.ESCALATED) == 1


def test_a_reminder_that_became_idle_overnight_is_not_mailed():
    company = Company(terms=ESCALATE)
    friday = at("06 15:00")
    company.request("alice", friday)
    turn(company, at("06 17:00"))  # 18:00: told to Marie, who works again on Monday
    company.call("alice", at("07 10:00"))
    turn(company, at("09 08:00"))

    assert mails() == []
    assert Notice.objects.get(kind=NoticeKind.ESCALATED).silent


def test_an_import_of_the_past_tells_nobody_anything():
    company = Company(terms=f"announce: true\n    notify: live\n    {ESCALATE}")
    company.managed_by()
    for name, day in (("alice", "02"), ("bob", "03"), ("carol", "04")):
        company.request(name, at(f"{day} 09:00"), as_of=at("09 09:00"))
    turn(company, at("09 09:00"))
    turn(company, at("09 10:00"))

    assert told() == []
    assert mails() == []


def test_an_outage_loses_no_notice():
    company = Company(terms=ESCALATE)
    manager = company.managed_by()
    turn(company, ASKED)
    company.request("alice", ASKED)
    company.sweep(ASKED + SECOND)
    turn(company, at("04 09:00"))  # two days later

    assert (NoticeKind.ESCALATED, manager) in told()
