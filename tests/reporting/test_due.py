"""When reports are due: zones, working days, clock changes, and what an outage left out."""

from datetime import UTC, date, datetime

import pytest

from core.models import OutboxMessage
from people.models import Team
from reporting.models import DailyReport
from reporting.publishing import publish, publish_due
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def days(team: str = "sales") -> list[str]:
    return [
        str(day)
        for day in DailyReport.objects.filter(team__slug=team).order_by("day").values_list("day", flat=True)
    ]


def test_nothing_is_published_before_the_report_hour(company):
    assert publish_due(as_of=at("03 06:59")) == []
    assert {report.team.slug for report in publish_due(as_of=at("03 07:00"))} == {"marketing", "sales"}
    assert publish_due(as_of=at("03 07:01")) == []


def test_each_team_reads_at_its_own_local_hour(company):
    Team.objects.filter(slug="marketing").update(timezone="America/New_York", report_hour=7)

    assert [report.team.slug for report in publish_due(as_of=at("03 07:00"))] == ["sales"]
    assert publish_due(as_of=at("03 11:59")) == []
    (report,) = publish_due(as_of=at("03 12:00"))
    assert (report.team.slug, report.as_of) == ("marketing", at("03 12:00"))


def test_a_team_far_east_reads_the_report_of_its_own_date(company):
    Team.objects.filter(slug="sales").update(timezone="Pacific/Auckland", report_hour=8)

    publish_due(as_of=at("02 19:00"))  # Tuesday, 8:00 in Auckland

    assert days() == ["2026-03-03"]


def test_the_hour_follows_the_clocks_through_both_changes(company):
    publish_due(as_of=at("27 07:00"))
    (monday, _) = sorted(publish_due(as_of=at("30 06:00")), key=lambda report: report.team.slug != "sales")
    assert monday.as_of == at("30 06:00")

    autumn = datetime(2026, 10, 26, 7, tzinfo=UTC)
    publish_due(as_of=autumn)
    assert DailyReport.objects.get(team=company.sales, day="2026-10-26").as_of == autumn


def test_no_report_on_a_day_on_which_no_calendar_of_the_team_opens(company):
    publish_due(as_of=at("06 07:00"))
    publish_due(as_of=at("07 07:00"))
    publish_due(as_of=at("08 07:00"))
    publish_due(as_of=at("09 07:00"))

    assert days() == ["2026-03-06", "2026-03-09"]


def test_after_an_outage_missing_days_are_built_and_only_todays_is_mailed(company):
    company.managed_by()
    publish_due(as_of=at("02 07:00"))
    company.request("alice", at("03 09:00"))

    publish_due(as_of=at("06 10:00"))

    assert days() == ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"]
    late = DailyReport.objects.get(team=company.sales, day="2026-03-04")
    assert (late.as_of, late.built_at, late.delivered_at) == (at("04 07:00"), at("06 10:00"), None)
    assert len(late.body["sections"]["fix_today"]) == 1
    assert OutboxMessage.objects.filter(key__startswith="digest:").count() == 2  # Marie and Hélène, once


def test_an_outage_longer_than_a_fortnight_leaves_a_hole(company):
    publish_due(as_of=at("02 07:00"))
    publish_due(as_of=at("31 07:00"))

    assert days()[:2] == ["2026-03-02", "2026-03-17"]
    assert len(days()) == 12


def test_a_teams_first_report_is_the_first_after_signing():
    Company(signed=at("03 12:00"))

    assert publish_due(as_of=at("03 13:00")) == []
    publish_due(as_of=at("04 07:00"))
    assert days() == ["2026-03-04"]


def test_a_report_built_by_hand_without_mails_is_mailed_when_due(company):
    company.request("alice", at("02 09:00"))
    company.sweep(at("03 07:00"))
    publish(team=company.sales, day=date(2026, 3, 3), as_of=at("03 07:00"))
    assert not OutboxMessage.objects.exists()

    publish_due(as_of=at("03 07:01"))

    assert OutboxMessage.objects.count() == 1


def test_teams_that_no_promise_concerns_get_no_report(company):
    Team.objects.create(slug="legal", name="Legal")
    publish_due(as_of=at("03 07:00"))

    assert days("legal") == []
