"""What the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories.reporting import (
    HOUR,
    MISSED,
    BreachFactory,
    DailyReportFactory,
    DeliveryFactory,
    PeriodBreachFactory,
    ToldVerdictFactory,
)

pytestmark = pytest.mark.django_db


def refused(rule: str):
    return pytest.raises(IntegrityError, match=rule)


def test_one_breach_a_clock():
    first = BreachFactory()
    with refused("breach_once_per_clock"), transaction.atomic():
        BreachFactory(subject_id=first.subject_id, start_key=first.start_key)


def test_one_breach_a_period():
    first = PeriodBreachFactory()
    with refused("breach_once_per_period"), transaction.atomic():
        PeriodBreachFactory(period_start=first.period_start)


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("breach_about_a_clock_or_a_period", {"subject_id": None}),
        ("breach_about_a_clock_or_a_period", {"period_start": MISSED}),
        ("breach_closed_at_exactly_when_closed", {"state": "withdrawn"}),
        ("breach_closed_at_exactly_when_closed", {"state": "open", "closed_at": MISSED}),
        ("breach_resolved_with_a_root_cause", {"state": "resolved", "closed_at": MISSED}),
        ("breach_acknowledged_has_its_instant", {"state": "acknowledged"}),
        ("breach_told_after_the_miss", {"told_at": MISSED - timedelta(seconds=1)}),
    ],
)
def test_a_breach_that_contradicts_itself(rule, fields):
    with refused(rule), transaction.atomic():
        BreachFactory(**fields)


def test_one_report_a_team_and_day():
    first = DailyReportFactory()
    with refused("report_once_per_team_and_day"), transaction.atomic():
        DailyReportFactory(team=first.team)


def test_no_report_before_its_hour():
    with refused("report_not_built_before_its_hour"), transaction.atomic():
        DailyReportFactory(built_at=HOUR - timedelta(seconds=1))


def test_a_report_is_mailed_to_a_person_once():
    first = DeliveryFactory()
    with refused("delivery_once_per_recipient"), transaction.atomic():
        DeliveryFactory(report=first.report, recipient=first.recipient)
    with refused("outbox_key"), transaction.atomic():
        DeliveryFactory(outbox_key=first.outbox_key)


def test_a_clock_is_told_once():
    first = ToldVerdictFactory()
    with refused("told_once_per_clock"), transaction.atomic():
        ToldVerdictFactory(report=first.report, subject_id=first.subject_id, start_key=first.start_key)
