"""Several processes at the same moment, on connections of their own."""

from datetime import date, timedelta

import pytest

from core.models import OutboxMessage
from core.problems import Problem
from reporting.acting import acknowledge
from reporting.models import Breach, DailyReport
from reporting.publishing import publish, publish_due
from reporting.watching import sync_breaches
from tests.core.threads import at_once
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db(transaction=True)

TUESDAY = at("03 07:00")


@pytest.fixture
def company() -> Company:
    made = Company()
    made.request("alice", at("02 09:00"))
    return made


def test_two_builders_of_one_report_get_the_same(company):
    company.sweep(at("02 12:00"))

    reports = at_once(lambda _: publish(team=company.sales, day=date(2026, 3, 3), as_of=TUESDAY).pk, times=4)

    assert len(set(reports)) == DailyReport.objects.count() == 1


def test_two_workers_whose_hour_has_come_send_one_mail(company):
    at_once(lambda _: publish_due(as_of=TUESDAY), times=3)

    assert DailyReport.objects.count() == 2  # one for each party
    assert OutboxMessage.objects.count() == 1


def test_two_sweeps_open_one_breach(company):
    company.sweep(at("02 10:00"))

    swept = at_once(lambda _: sync_breaches(as_of=at("02 12:00")).opened, times=3)

    assert sum(swept) == Breach.objects.count() == 1


def test_of_two_people_one_acknowledges(company):
    company.sweep(at("02 12:00"))
    breach = company.breach()

    def act(number: int) -> str:
        try:
            return acknowledge(
                breach, by=f"person {number}", as_of=at("02 12:01") + timedelta(seconds=number)
            ).state
        except Problem as problem:
            return str(problem.status_code)

    assert sorted(at_once(act)) == ["409", "acknowledged"]
