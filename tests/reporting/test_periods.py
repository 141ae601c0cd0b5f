"""Breaches of promises that breach once for their period."""

import pytest

from reporting.models import Breach
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db

WEEKLY = 'target: ">= 90%"\n    per: week\n    breach: period'


@pytest.fixture
def company() -> Company:
    return Company(terms=WEEKLY)


def test_a_missed_week_opens_one_breach_when_it_is_over(company):
    company.request("alice", at("02 09:00"))
    company.request("bob", at("03 09:00"))

    assert company.sweep(at("08 22:00")).opened == 0  # Sunday, 23:00 in Paris
    assert company.sweep(at("09 07:00")).opened == 1

    breach = company.breach()
    assert (breach.type, breach.subject_id, breach.each) == ("period", None, "team")
    assert (breach.period_start, breach.missed_at) == (at("01 23:00"), at("08 23:00"))
    assert (breach.owner_id, breach.assignee, breach.historic) == (None, None, False)


def test_a_kept_week_opens_none(company):
    company.request("alice", at("02 09:00"))
    company.call("alice", at("02 10:00"))
    company.sweep(at("09 07:00"))

    assert not Breach.objects.exists()


def test_late_facts_withdraw_the_breach_of_a_week_and_bring_it_back(company):
    company.request("alice", at("02 09:00"))
    company.sweep(at("09 07:00"))
    call = company.call("alice", at("02 10:00"), as_of=at("09 08:00"))

    assert company.sweep(at("09 08:01")).withdrawn == 1
    assert company.breach().state == "withdrawn"

    company.retract(call, at("09 09:00"))
    assert company.sweep(at("09 09:01")).reopened == 1
    assert company.breach().state == "open"


def test_a_week_without_cases_any_more_withdraws_its_breach(company):
    request = company.request("alice", at("02 09:00"))
    company.sweep(at("09 07:00"))
    company.retract(request, at("09 08:00"))
    company.sweep(at("09 08:01"))

    assert company.breach().state == "withdrawn"


def test_a_period_waits_for_the_settle_time():
    company = Company(terms=WEEKLY + "\n    settle: 4 business hours")
    company.request("alice", at("02 09:00"))

    assert company.sweep(at("09 11:59")).opened == 0
    assert company.sweep(at("09 12:00")).opened == 1  # four hours after Monday 9:00 in Paris


def test_a_week_that_closed_before_signing_is_historic():
    company = Company(terms=WEEKLY, signed=at("20 09:00"))
    company.request("alice", at("02 09:00"), as_of=at("20 10:00"))
    company.sweep(at("20 10:01"))

    assert company.breach().historic


def test_sweeping_again_changes_nothing(company):
    company.request("alice", at("02 09:00"))
    company.sweep(at("09 07:00"))

    again = company.sweep(at("09 07:01"))

    assert (again.opened, again.withdrawn, again.reopened) == (0, 0, 0)
