"""The daily mail: who gets it, what it leads with, in which language, and never twice."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agreements.loading import load
from core.models import OutboxMessage
from people.models import Membership, Team, User
from reporting.acting import assign, resolve
from reporting.digests import deliver
from reporting.models import DailyReport, Delivery
from reporting.publishing import publish_due
from tests.reporting.company import AGREEMENT, Company, at

pytestmark = pytest.mark.django_db

MONDAY = at("02 07:00")
TUESDAY = at("03 07:00")
PLAYBOOK = 'playbook: {en: "Call back now.", fr: "Rappelez maintenant."}'


@pytest.fixture
def company() -> Company:
    return Company(terms=PLAYBOOK)


def mails() -> dict[str, dict]:
    """Mails by the name before the @."""
    return {m.payload["to"][0].split("@")[0]: m.payload for m in OutboxMessage.objects.order_by("id")}


def test_the_owner_reads_the_next_step_first_in_their_language_and_zone(company):
    company.request("alice", at("02 09:00"))
    company.request("bob", at("02 10:00"), owner="paul")
    User.objects.filter(pk=company.paul.pk).update(timezone="America/New_York")
    publish_due(as_of=TUESDAY)

    marie, paul = mails()["marie"], mails()["paul"]
    assert "1. Rappelez maintenant.\n   Alice, Acme · Demandes entrantes\n" in marie["text"]
    assert "1. Call back now.\n   Bob, Acme · Inbound requests\n" in paul["text"]
    assert ('lang="fr"' in marie["html"], 'lang="en"' in paul["html"]) == (True, True)
    assert "mardi 3 mars" in marie["text"]
    assert "02:00 on Tuesday 3 March (America/New_York)" in paul["text"]


def test_subject_text_and_html_are_all_there_and_links_only_open_pages(company):
    company.request("alice", at("02 09:00"), owner="paul")
    publish_due(as_of=TUESDAY)

    mail = mails()["paul"]
    link = f"http://localhost:8000/exceptions/{company.breach().pk}/"
    assert mail["subject"] == "To fix today: Alice · Sales"
    assert link in mail["text"]
    assert f'href="{link}"' in mail["html"]
    assert "acknowledge" not in mail["html"]
    assert mail["headers"] == {"Auto-Submitted": "auto-generated"}


def test_styles_stand_in_the_tags_and_dark_mode_in_the_head(company):
    company.request("alice", at("02 09:00"))
    publish_due(as_of=TUESDAY)

    html = mails()["marie"]["html"]
    assert '<p class="step" style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "<link" not in html
    assert "<img" not in html


def test_names_in_facts_are_text_and_no_markup(company):
    row = {"external_id": "x", "name": "<b>Eve</b>", "account": "acme", "owner": "paul"}
    company.tell("contacts", row | {"updated_at": "2026-01-05T09:00:00Z"}, as_of=MONDAY)
    company.happens("request.received", at("02 09:00"), contact="x")
    publish_due(as_of=TUESDAY)

    mail = mails()["paul"]
    assert "&lt;b&gt;Eve&lt;/b&gt;" in mail["html"]
    assert "<b>Eve</b>, Acme" in mail["text"]
    assert mail["subject"] == "To fix today: <b>Eve</b> · Sales"


def test_who_has_nothing_to_do_gets_nothing(company):
    company.managed_by()
    company.request("alice", at("02 09:00"), owner="marie")
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"marie", "helene"}


def test_a_manager_reads_what_nobody_owns_first_then_their_team_by_name(company):
    company.managed_by()
    company.request("alice", at("02 09:30"), owner="paul")
    company.request("bob", at("02 09:00"), owner=None)
    publish_due(as_of=TUESDAY)

    text = mails()["helene"]["text"]
    assert "1. Nobody owns it: the manager gives it to somebody now. Call back now.\n   Bob, Acme" in text
    assert "2. Call back now.\n   Alice, Acme · Inbound requests · Paul Smith" in text


def test_nobody_reads_the_figures_or_rows_of_a_colleague(company):
    company.request("alice", at("02 09:00"), owner="marie")
    company.request("bob", at("02 09:00"), owner="paul")
    company.request("carla", at("02 10:00"), owner="marie")
    company.call("carla", at("02 11:00"), actor="marie")
    publish_due(as_of=TUESDAY)

    paul = mails()["paul"]["text"]
    assert "Alice" not in paul
    assert "Marie" not in paul
    assert "Since the last report, you kept" not in paul
    assert mails()["marie"]["text"].startswith("Marie, ")


def test_without_a_manager_of_its_own_the_manager_above_reads_what_nobody_owns(company):
    parent = Team.objects.create(slug="revenue", name="Revenue")
    Team.objects.filter(slug="sales").update(parent=parent)
    company.managed_by("boss@example.com", team="revenue")
    company.request("alice", at("02 09:00"), owner=None)
    publish_due(as_of=TUESDAY)

    assert "You receive this because Sales has no manager of its own in SLA Hub." in mails()["boss"]["text"]


def test_without_any_manager_the_administrators_read_what_nobody_owns(company):
    User.objects.create(email="root@example.com", is_superuser=True)
    company.request("alice", at("02 09:00"), owner=None)
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"root"}


def test_a_manager_of_a_team_below_reads_the_rows_of_their_own_people_only(company):
    below = Team.objects.create(slug="sdr", name="SDR", parent=company.sales)
    Membership.objects.filter(user=company.marie).update(team=below)
    company.managed_by("lead@example.com", team="sdr")
    company.managed_by()
    company.request("alice", at("02 09:00"), owner="marie")
    company.request("bob", at("02 09:00"), owner="paul")
    company.request("carla", at("02 09:00"), owner=None)
    publish_due(as_of=TUESDAY)

    lead = mails()["lead"]["text"]
    assert ("Alice" in lead, "Bob" in lead, "Carla" in lead) == (True, False, False)
    assert all(name in mails()["helene"]["text"] for name in ("Alice", "Bob", "Carla"))


def test_what_was_given_to_somebody_is_theirs_in_the_mail(company):
    company.request("alice", at("02 09:00"), owner="marie")
    company.sweep(at("02 12:00"))
    assign(company.breach(), to=company.paul, by=company.marie, as_of=at("02 13:00"))
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"paul"}


def test_an_owner_who_left_leaves_the_row_to_the_manager(company):
    company.managed_by()
    company.request("alice", at("02 09:00"))
    User.objects.filter(pk=company.marie.pk).update(is_active=False)
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"helene"}


def test_a_promise_that_is_not_to_be_notified_makes_no_mail():
    company = Company(terms="notify: none")
    company.request("alice", at("02 09:00"))
    (report,) = [r for r in publish_due(as_of=TUESDAY) if r.team == company.sales]

    assert len(report.body["sections"]["fix_today"]) == 1
    assert mails() == {}


def test_a_newcomer_is_shown_three_items_and_later_ten(company):
    for number in range(12):
        company.request(f"contact{number}", at("02 09:00"), owner="paul")
    publish_due(as_of=TUESDAY)
    first = mails()["paul"]["text"]
    Delivery.objects.update(created_at=TUESDAY - timedelta(days=29))
    publish_due(as_of=TUESDAY + timedelta(days=1))
    later = OutboxMessage.objects.order_by("-id").first().payload["text"]

    assert ("\n3. " in first, "\n4. " in first, "and 9 more: http://localhost:8000/exceptions/" in first) == (
        True,
        False,
        True,
    )
    assert ("\n10. " in later, "and 2 more" in later) == (True, True)


def test_what_is_due_today_is_told_to_its_owner(company):
    company.request("alice", at("02 16:30"), owner="paul")
    publish_due(as_of=TUESDAY)

    mail = mails()["paul"]
    assert mail["subject"] == "About to be late: Alice · Sales"
    assert "- Tuesday 10:30: Alice, Acme · Inbound requests" in mail["text"]


def test_a_stale_feed_is_announced_not_scored(company):
    company.request("alice", at("27 09:00"), owner="paul")
    publish_due(as_of=at("30 06:00"))
    publish_due(as_of=at("31 06:00"))

    assert "No facts have arrived from crm since the last report" in mails()["paul"]["text"]


def test_on_the_first_working_day_of_a_week_all_kept_is_worth_a_mail(company):
    company.managed_by()
    publish_due(as_of=MONDAY)
    company.request("alice", at("02 09:00"), owner="paul")
    company.call("alice", at("02 10:00"), actor="paul")
    for day in ("03", "04", "05", "06"):
        publish_due(as_of=at(f"{day} 07:00"))
    assert mails() == {}

    publish_due(as_of=at("09 07:00"))

    assert set(mails()) == {"paul", "helene"}
    assert mails()["helene"]["subject"] == "All kept this week · Sales"
    assert "You kept the one promise that came due in the last seven days" in mails()["paul"]["text"]


def test_a_week_with_a_miss_is_not_all_kept(company):
    company.managed_by()
    publish_due(as_of=MONDAY)
    company.request("alice", at("02 09:00"), owner="paul")
    company.request("bob", at("02 09:00"), owner="paul")
    company.call("alice", at("02 10:00"), actor="paul")
    company.sweep(at("02 12:00"))
    resolve(company.breach(), by=company.paul, as_of=at("02 13:00"), root_cause="capacity")
    for day in ("03", "04", "05", "06", "09"):
        publish_due(as_of=at(f"{day} 07:00"))

    assert mails() == {}


def test_readers_get_it_on_their_own_working_days_only(company):
    """Sales works on Friday 6 March; the manager's own team keeps another week."""
    other = AGREEMENT.replace("smarketing", "gulf").replace("Europe/Paris", "Asia/Riyadh")
    other = other.replace("paris", "riyadh").replace("fri: ", "sun: ")
    other = other.replace("[marketing, sales]", "[gulf, legal]").replace("request.received", "chat.received")
    other = other.replace("owner: sales", "owner: gulf").replace("key: inbound", "key: gulf-inbound")
    load(other.format(terms=""), by="test", as_of=MONDAY, sign=True)
    company.managed_by()
    Membership.objects.filter(user__email="helene@example.com").update(team=Team.objects.get(slug="gulf"))
    company.request("alice", at("05 09:00"), owner="paul")
    company.sweep(at("05 12:00"))
    helene = User.objects.get(email="helene@example.com")
    assign(company.breach(), to=helene, by=company.paul, as_of=at("05 13:00"))

    publish_due(as_of=at("06 07:00"))
    assert mails() == {}

    publish_due(as_of=at("09 07:00"))
    assert set(mails()) == {"helene"}


def test_history_is_mailed_to_nobody():
    company = Company(agreement=AGREEMENT.replace("effective_from: 2026-01-01", "effective_from: 2025-01-01"))
    company.managed_by()
    for day in range(3, 29):
        company.request(f"contact{day}", at("02 09:00").replace(year=2025, day=day), as_of=at("02 12:00"))
    publish_due(as_of=TUESDAY)

    report = DailyReport.objects.get(team=company.sales)
    assert report.body["counts"]["historic"] == 26
    assert mails() == {}


def test_delivering_twice_sends_once(company):
    company.request("alice", at("02 09:00"))
    publish_due(as_of=TUESDAY)
    report = DailyReport.objects.get(team=company.sales)

    assert deliver(report, as_of=TUESDAY) == 0
    assert publish_due(as_of=TUESDAY + timedelta(hours=1)) == []
    assert OutboxMessage.objects.count() == Delivery.objects.count() == 1


class Killed(BaseException):
    """The process dies."""


def test_dying_between_building_and_mailing_loses_neither_and_repeats_neither(company, monkeypatch):
    company.request("alice", at("02 09:00"))

    def dies(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr("reporting.digests.delivering.enqueue", dies)
        with pytest.raises(Killed), transaction.atomic():
            publish_due(as_of=TUESDAY)
    assert not DailyReport.objects.filter(team=company.sales).exists()

    publish_due(as_of=TUESDAY + timedelta(minutes=1))

    assert DailyReport.objects.filter(team=company.sales).count() == 1
    assert OutboxMessage.objects.count() == Delivery.objects.count() == 1


def test_mailing_many_rows_takes_as_many_statements_as_mailing_one(company):
    company.request("alice", at("02 09:00"))
    one = queries_of_delivery(company, TUESDAY)
    for number in range(9):
        company.request(f"contact{number}", at("03 09:00"))
    many = queries_of_delivery(company, TUESDAY + timedelta(days=1))

    assert many == one


def queries_of_delivery(company: Company, instant) -> int:
    report = company.publish(instant)
    assert report.day == date.fromordinal(instant.toordinal())
    with CaptureQueriesContext(connection) as queries:
        assert deliver(report, as_of=instant) == 1
    return len(queries)


def test_rows_that_really_nobody_reads_are_logged(company, caplog):
    company.request("alice", at("02 09:00"), owner=None)
    publish_due(as_of=TUESDAY)

    (warning,) = [record for record in caplog.records if record.message == "breaches that nobody reads"]
    assert warning.breaches == 1
