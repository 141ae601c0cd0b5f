"""The frozen report: what it tells, as of when, and what late facts do to the next one."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.heartbeats import beat
from leads.models import Ref
from people.models import Team
from reporting.acting import acknowledge, resolve
from reporting.models import Breach, DailyReport
from reporting.publishing import NotYetError, publish
from tests.reporting.company import AGREEMENT, Company, at

pytestmark = pytest.mark.django_db

MONDAY = at("02 07:00")  # 8:00 in Paris
TUESDAY = at("03 07:00")
WEDNESDAY = at("04 07:00")


@pytest.fixture
def company() -> Company:
    return Company()


def section(report: DailyReport, name: str) -> list[dict]:
    return report.body["sections"][name]


def test_a_miss_of_yesterday_is_to_fix_today_with_its_owner(company):
    company.request("alice", at("02 09:00"))
    report = company.publish(TUESDAY)

    (row,) = section(report, "fix_today")
    clock, breach = company.clock(), company.breach()
    assert (report.team, report.day, report.as_of) == (company.sales, date(2026, 3, 3), TUESDAY)
    assert (row["breach"], row["clock"], row["subject"]) == (breach.id, clock.id, clock.subject_id)
    assert (row["state"], row["handled"], row["new"], row["tier"]) == ("overdue", "open", True, 1)
    assert (row["owner"], row["assignee"]) == (company.member("marie"), company.marie.pk)


def test_a_frozen_report_holds_no_names_and_no_texts(company):
    company.request("alice", at("02 09:00"))
    report = company.publish(TUESDAY)

    text = str(report.body)
    for word in ("Marie", "marie@", "Alice", "alice", "Acme", "Inbound"):
        assert word not in text


def test_what_was_kept_since_the_report_before_comes_as_figures(company):
    company.request("alice", at("02 09:00"))
    company.call("alice", at("02 10:00"))
    company.request("bob", at("02 09:00"), owner="paul")
    report = company.publish(TUESDAY)

    assert section(report, "kept") == [
        {"commitment": "inbound", "met": 1, "missed": 1, "left_out": 0, "kept_rate": 0.5}
    ]
    assert sorted((row["met"], row["missed"]) for row in report.body["people"]) == [(0, 1), (1, 0)]


def test_nothing_is_counted_as_kept_twice(company):
    company.publish(MONDAY)
    company.request("alice", at("02 09:00"))
    company.call("alice", at("02 10:00"))
    first, second = company.publish(TUESDAY), company.publish(WEDNESDAY)

    assert [section(report, "kept")[0]["met"] for report in (first, second)] == [1, 0]


def test_what_was_kept_but_became_known_a_report_late_is_counted_then(company):
    company.publish(MONDAY)
    company.publish(TUESDAY)
    company.request("alice", at("02 09:00"), as_of=at("03 10:00"))
    company.call("alice", at("02 10:00"), as_of=at("03 10:00"))

    assert section(company.publish(WEDNESDAY), "kept")[0]["met"] == 1


def test_clocks_past_their_warning_or_due_today_are_at_risk(company):
    company.request("alice", at("02 16:30"))  # 17:30 in Paris: due on Tuesday at 10:30
    report = company.publish(TUESDAY)

    (row,) = section(report, "at_risk")
    assert (row["clock"], row["due_at"], row["due_today"]) == (
        company.clock().id,
        "2026-03-03T09:30:00Z",
        True,
    )
    assert section(report, "fix_today") == []


def test_a_clock_due_later_and_not_warned_is_not_at_risk():
    company = Company(agreement=AGREEMENT.replace("2 business hours", "3 business days"))
    company.request("alice", at("02 16:30"))

    assert section(company.publish(TUESDAY), "at_risk") == []


def test_historic_breaches_are_counted_and_not_told(company):
    company.request("alice", at("02 09:00"))
    company.sweep(at("02 12:00"))
    type(company.breach()).objects.update(historic=True)
    report = company.publish(TUESDAY)

    assert section(report, "fix_today") == []
    assert report.body["counts"]["historic"] == 1


def test_a_report_of_a_day_long_past_counts_no_historic_miss_that_came_after_it(company):
    company.request("alice", at("02 09:00"))
    company.request("bob", at("04 09:00"))
    company.sweep(at("04 12:00"))
    Breach.objects.update(historic=True)

    assert Breach.objects.count() == 2
    assert company.publish(TUESDAY).body["counts"]["historic"] == 1
    assert company.publish(at("05 07:00")).body["counts"]["historic"] == 2


def test_what_people_decided_is_told_once(company):
    company.request("alice", at("02 09:00"))
    company.publish(TUESDAY)
    acknowledge(company.breach(), by=company.marie, as_of=at("03 08:00"))
    resolve(company.breach(), by=company.marie, as_of=at("03 09:00"), root_cause="capacity")
    wednesday, thursday = company.publish(WEDNESDAY), company.publish(at("05 07:00"))

    (row,) = section(wednesday, "decided")
    assert (row["decision"], row["root_cause"], row["at"]) == ("resolved", "capacity", "2026-03-03T09:00:00Z")
    assert section(wednesday, "fix_today") == section(thursday, "decided") == []


def test_what_is_still_to_do_comes_first_then_important_accounts_then_the_latest(company):
    company.tell("accounts", {"external_id": "small", "name": "Small", "tier": 3}, as_of=at("02 08:00"))
    for name, instant in (("early", "02 09:00"), ("late", "02 09:30"), ("done", "02 09:15")):
        company.request(name, at(instant))
    company.request("minor", at("02 09:45"))
    company.tell(
        "contacts",
        {"external_id": "minor", "account": "small", "updated_at": "2026-03-02T08:00:00Z"},
        as_of=at("02 09:50"),
    )
    company.call("done", at("02 15:00"))
    report = company.publish(TUESDAY)

    labels = {row["subject"]: row for row in section(report, "fix_today")}
    order = [names_of(labels)[row["subject"]] for row in section(report, "fix_today")]
    assert order == ["late", "early", "minor", "done"]


def names_of(ids) -> dict[int, str]:
    return dict(Ref.objects.filter(id__in=ids).values_list("id", "external_id"))


def test_late_facts_change_no_report_but_the_next_one_says_so(company):
    company.request("alice", at("02 09:00"))
    before = company.publish(TUESDAY)
    told = before.body
    company.call("alice", at("02 10:00"), as_of=at("03 10:00"))
    after = company.publish(WEDNESDAY)

    before.refresh_from_db()
    assert before.body == told
    (row,) = section(after, "restated")
    assert (row["reported"], row["now"], row["reported_on"]) == ("missed", "kept", "2026-03-03")
    assert section(after, "kept")[0]["met"] == 0
    assert [row["decision"] for row in section(after, "decided")] == ["withdrawn"]


def test_a_kept_promise_that_was_none_is_restated_and_told_as_missed(company):
    company.request("alice", at("02 09:00"))
    call = company.call("alice", at("02 10:00"))
    company.publish(TUESDAY)
    company.retract(call, at("03 10:00"))
    report = company.publish(WEDNESDAY)

    (row,) = section(report, "restated")
    assert (row["reported"], row["now"]) == ("kept", "missed")
    assert len(section(report, "fix_today")) == 1
    assert section(company.publish(at("05 07:00")), "restated") == []


def test_doing_it_late_restates_nothing(company):
    company.request("alice", at("02 09:00"))
    company.publish(TUESDAY)
    company.call("alice", at("03 10:00"))
    report = company.publish(WEDNESDAY)

    assert section(report, "restated") == []
    (row,) = section(report, "fix_today")
    assert (row["state"], row["new"]) == ("late", False)


def test_a_promise_that_vanished_is_restated(company):
    request = company.request("alice", at("02 09:00"))
    company.publish(TUESDAY)
    company.retract(request, at("03 10:00"))

    (row,) = section(company.publish(WEDNESDAY), "restated")
    assert (row["reported"], row["now"], row["clock"]) == ("missed", "gone", None)


def test_building_twice_returns_the_first(company):
    first = company.publish(TUESDAY)
    company.request("alice", at("02 09:00"), as_of=at("03 08:00"))
    second = publish(team=company.sales, day=date(2026, 3, 3), as_of=at("03 09:00"))

    assert (second.pk, second.body, second.built_at) == (first.pk, first.body, first.built_at)


def test_the_database_refuses_a_second_report_of_a_day(company):
    report = company.publish(TUESDAY)

    with pytest.raises(IntegrityError, match="report_once_per_team_and_day"), transaction.atomic():
        DailyReport.objects.create(
            team=company.sales, day=report.day, as_of=report.as_of, built_at=report.built_at, body={}
        )


def test_a_report_built_late_tells_its_hour_and_says_when_it_was_built(company):
    company.request("alice", at("02 09:00"))
    company.call("alice", at("04 10:00"))
    company.sweep(at("04 12:00"))
    resolve(company.breach(), by=company.marie, as_of=at("04 13:00"), root_cause="overlooked")
    report = publish(team=company.sales, day=date(2026, 3, 3), as_of=at("04 14:00"))

    assert (report.as_of, report.built_at) == (TUESDAY, at("04 14:00"))
    (row,) = section(report, "fix_today")
    assert (row["state"], row["handled"]) == ("overdue", "open")


def test_a_report_is_not_built_before_its_hour(company):
    with pytest.raises(NotYetError, match="2026-03-03T07:00:00Z"):
        publish(team=company.sales, day=date(2026, 3, 3), as_of=TUESDAY - timedelta(seconds=1))


def test_a_silent_feed_is_stale_and_one_that_spoke_since_the_last_report_is_not(company):
    company.publish(MONDAY)
    beat("feed:hubspot:events", at=at("02 06:00"))
    beat("feed:zoho:events", at=at("02 18:00"))
    beat("feed:zoho:accounts", at=at("01 18:00"))
    report = company.publish(TUESDAY)

    stale = {row["feed"]: row["stale"] for row in report.body["freshness"] if "crm" not in row["feed"]}
    assert stale == {"hubspot:events": True, "zoho:events": False, "zoho:accounts": False}


def test_a_report_built_late_tells_the_true_last_receipt(company):
    beat("feed:zoho:events", at=at("03 08:15"))
    report = company.publish(at("03 09:00"))

    assert report.as_of == TUESDAY
    [row] = [row for row in report.body["freshness"] if row["feed"] == "zoho:events"]
    assert (row["last"], row["stale"]) == ("2026-03-03T08:15:00Z", False)


def test_the_other_party_reads_figures_of_teams_and_no_persons(company):
    company.request("alice", at("02 09:00"))
    company.sweep(at("02 12:00"))
    report = company.publish(TUESDAY, team=Team.objects.get(slug="marketing"))

    (other,) = report.body["others"]
    assert (other["commitment"], other["team"], other["met"], other["missed"]) == (
        "inbound",
        company.sales.id,
        0,
        1,
    )
    assert report.body["people"] == section(report, "fix_today") == section(report, "kept") == []


def test_a_report_of_many_takes_as_many_statements_as_a_report_of_one(company):
    company.request("alice", at("02 09:00"))
    company.sweep(at("02 12:00"))
    with CaptureQueriesContext(connection) as one:
        publish(team=company.sales, day=date(2026, 3, 3), as_of=TUESDAY)
    for number in range(12):
        company.request(f"contact{number}", at("03 09:00"))
    company.sweep(at("03 12:00"))
    with CaptureQueriesContext(connection) as many:
        report = publish(team=company.sales, day=date(2026, 3, 4), as_of=WEDNESDAY)

    assert len(section(report, "fix_today")) == 13
    assert len(many) == len(one)


def test_a_kept_promise_whose_contact_is_merged_is_not_counted_again(company):
    company.publish(MONDAY)
    company.request("alice", at("02 09:00"))
    company.call("alice", at("02 10:00"))
    company.contact("alice-again")
    company.publish(TUESDAY)
    merge = {"external_id": "alice", "merged_into": "alice-again", "updated_at": "2026-03-03T13:00:00Z"}
    company.tell("contacts", merge, as_of=at("03 13:00"))
    report = company.publish(WEDNESDAY)

    assert (section(report, "kept")[0]["met"], section(report, "restated")) == (0, [])
