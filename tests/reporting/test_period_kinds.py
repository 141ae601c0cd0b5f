"""Rates, volumes and coverage breach once for a period, whosever it was, and a run of missed days once."""

from datetime import datetime, timedelta

import pytest

from agreements.models import Commitment
from leads.models import Account
from measurement.models import Exclusion, Reading
from reporting.acting import resolve, waive
from reporting.models import Breach
from reporting.watching import sync_breaches
from tests.factories.measurement import ReadingFactory
from tests.reporting.company import AGREEMENT, Company, at

pytestmark = pytest.mark.django_db

KINDS = """
  - {{key: roles, owner: sales, kind: rate, of: contacts, having: {{contact.buyer_role: present}}, target: "> 75%", per: day}}
  - {{key: meetings, owner: sales, kind: rate, of: {{event: lead.qualified}}, having: {{event: meeting.held, within: 10 days}}, target: ">= 20%", per: week}}
  - {{key: calls, owner: sales, kind: volume, count: {{event: call.made}}, each: member, target: ">= 5", per: week}}
  - {{key: growth, owner: sales, kind: volume, count: {{event: contact.created}}, each: account, target: ">= 1", per: week}}
  - {{key: chat, owner: sales, kind: coverage, presence: {{online: chat.online, offline: chat.offline}}, per: week, settle: 4 business hours, target: ">= 95%"}}
"""  # noqa: E501 - as people write it
WEEK = timedelta(days=7)
MONDAY = at("01 23:00")  # midnight in Paris


@pytest.fixture
def company() -> Company:
    company = Company(agreement=AGREEMENT + KINDS)
    sync_breaches(as_of=at("01 22:00"))
    return company


def reading(key: str, start: datetime, verdict: str, *, length: timedelta = WEEK, **more) -> Reading:
    commitment = Commitment.objects.get(key=key)
    said = {"period_end": start + length, "final_at": start + length, "changed_at": start, "verdict": verdict}
    return ReadingFactory(commitment=commitment, period_start=start, **said | more)


def days(verdicts: str) -> list[Reading]:
    """Readings of the buyer roles day by day: m missed, k kept."""
    words = {"m": "missed", "k": "kept", ".": "too_few"}
    day = timedelta(days=1)
    return [
        reading("roles", MONDAY + day * n, words[letter], length=day) for n, letter in enumerate(verdicts)
    ]


def change(row: Reading, verdict: str, when: datetime) -> None:
    Reading.objects.filter(pk=row.pk).update(verdict=verdict, changed_at=when)


@pytest.mark.parametrize("key", ["meetings", "chat", "roles"])
def test_a_missed_period_is_a_breach_whether_or_not_that_was_agreed(company: Company, key: str) -> None:
    reading(key, MONDAY, "missed")
    sync_breaches(as_of=at("09 12:00"))

    breach = company.breach()
    assert (breach.commitment_key, breach.type, breach.owner_id) == (key, "period", None)


@pytest.mark.parametrize("verdict", ["kept", "too_few", "not_required", "unmeasurable"])
def test_only_a_miss_is_a_breach(company: Company, verdict: str) -> None:
    reading("meetings", MONDAY, verdict)
    sync_breaches(as_of=at("09 12:00"))

    assert not Breach.objects.exists()


def test_a_cohort_is_told_when_it_is_mature_and_not_before(company: Company) -> None:
    reading("meetings", MONDAY, "missed", final_at=at("19 10:00"))

    assert sync_breaches(as_of=at("19 09:59")).opened == 0
    assert sync_breaches(as_of=at("19 10:00")).opened == 1
    assert company.breach().missed_at == at("19 10:00")


def test_coverage_waits_for_its_settle_time(company: Company) -> None:
    reading("chat", MONDAY, "missed")

    assert sync_breaches(as_of=at("09 11:59")).opened == 0
    assert sync_breaches(as_of=at("09 12:00")).opened == 1


def test_what_each_member_owes_is_the_members(company: Company) -> None:
    marie, paul = company.member("marie"), company.member("paul")
    reading("calls", MONDAY, "missed", each=str(marie))
    reading("calls", MONDAY, "kept", each=str(paul))
    reading("calls", MONDAY, "missed", each="")  # nobody's
    reading("calls", MONDAY, "missed", each="999", detail={"owes": False})
    sync_breaches(as_of=at("09 12:00"))

    breach = company.breach()
    assert (breach.each, breach.owner_id, breach.assignee) == (str(marie), marie, company.marie)


def test_what_each_account_owes_is_its_owners(company: Company) -> None:
    company.tell("accounts", {"external_id": "acme", "name": "Acme", "owner": "paul"}, as_of=at("01 10:00"))
    account = Account.objects.get(ref__external_id="acme")
    reading("growth", MONDAY, "missed", each=str(account.ref_id))
    sync_breaches(as_of=at("09 12:00"))

    breach = company.breach()
    assert (breach.owner_id, breach.assignee) == (company.member("paul"), company.paul)


def test_a_run_of_missed_days_is_one_breach(company: Company) -> None:
    days("mmm")
    assert [sync_breaches(as_of=at(f"0{day} 08:00")).opened for day in (3, 4, 5)] == [1, 0, 0]
    assert company.breach().period_start == MONDAY


def test_after_a_kept_day_another_one_begins(company: Company) -> None:
    days("mmkm")
    sync_breaches(as_of=at("06 08:00"))

    assert [b.period_start for b in Breach.objects.order_by("id")] == [MONDAY, MONDAY + timedelta(days=3)]


def test_after_it_was_closed_the_next_low_day_is_another_one(company: Company) -> None:
    days("mmm")
    sync_breaches(as_of=at("03 08:00"))
    resolve(company.breach(), by=company.marie, as_of=at("03 09:00"), root_cause="capacity")
    sync_breaches(as_of=at("04 08:00"))

    assert [b.state for b in Breach.objects.order_by("id")] == ["resolved", "open"]


def test_a_run_goes_on_from_the_next_day_when_its_first_is_undone(company: Company) -> None:
    first, *_ = days("mmm")
    sync_breaches(as_of=at("05 08:00"))
    change(first, "kept", at("05 08:30"))
    swept = sync_breaches(as_of=at("05 09:00"))

    assert (swept.withdrawn, swept.opened) == (1, 1)
    assert list(Breach.objects.order_by("id").values_list("state", flat=True)) == ["withdrawn", "open"]


def test_a_day_in_the_middle_that_is_undone_withdraws_nothing(company: Company) -> None:
    _first, second, *_ = days("mmm")
    sync_breaches(as_of=at("05 08:00"))
    change(second, "too_few", at("05 08:30"))
    swept = sync_breaches(as_of=at("05 09:00"))

    assert (swept.withdrawn, swept.opened) == (0, 0)


def test_days_before_the_signing_are_old_news_and_the_first_after_it_is_news() -> None:
    company = Company(agreement=AGREEMENT + KINDS, signed=at("04 09:00"))
    days("mmmm")
    sync_breaches(as_of=at("06 08:00"))

    rows = Breach.objects.order_by("period_start").values_list("period_start", "historic")
    assert list(rows) == [(MONDAY, True), (MONDAY + timedelta(days=2), False)]
    assert company.sales


def test_sweeping_again_and_again_changes_nothing(company: Company) -> None:
    days("mmkmm")
    reading("chat", MONDAY, "missed")
    sync_breaches(as_of=at("09 12:00"))
    again = [sync_breaches(as_of=at(f"{day} 12:00")) for day in ("09", "10", "11")]

    assert [(one.opened, one.withdrawn, one.reopened) for one in again] == [(0, 0, 0)] * 3


def test_a_day_that_was_waived_before_it_was_told_does_not_hide_the_days_after_it() -> None:
    company = Company(agreement=AGREEMENT + KINDS.replace("per: day}}", "per: day, settle: 20 hours}}"))
    sync_breaches(as_of=at("01 22:00"))
    rows = days("mmmmm")
    sync_breaches(as_of=at("04 22:00"))
    waive(company.breach(), by="test", as_of=at("04 23:30"), note="The migration lost them")
    starts = set(Exclusion.objects.values_list("period_start", flat=True))
    assert starts == {row.period_start for row in rows[:3]}  # the third one is over, and not told yet
    waived = {"verdict": "not_required", "detail": {"waived": {}}, "changed_at": at("04 23:30")}
    Reading.objects.filter(period_start__in=starts).update(**waived)
    for day in ("05 22:00", "06 22:00", "07 22:00"):
        sync_breaches(as_of=at(day))

    found = Breach.objects.order_by("period_start").values_list("state", "period_start")
    assert list(found) == [("waived", rows[0].period_start), ("open", rows[3].period_start)]


def test_the_whole_run_is_waived_also_where_a_breach_in_it_was_withdrawn(company: Company) -> None:
    rows = days("mkm")
    sync_breaches(as_of=at("05 12:00"))
    change(rows[2], "kept", at("05 13:00"))
    sync_breaches(as_of=at("05 13:00"))
    for row in rows[1:]:
        change(row, "missed", at("05 14:00"))
    sync_breaches(as_of=at("05 14:00"))
    assert list(Breach.objects.order_by("period_start").values_list("state", flat=True)) == [
        "open",
        "withdrawn",
    ]
    waive(Breach.objects.get(state="open"), by="test", as_of=at("05 15:00"), note="The migration lost them")

    assert set(Exclusion.objects.values_list("period_start", flat=True)) == {row.period_start for row in rows}
