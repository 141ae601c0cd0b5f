"""The main job, end to end: facts → clock → breach → report → mail, over a real SMTP server."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from core.models import OutboxMessage
from core.outbox import send_ready
from people.models import Team
from reporting.digests import deliver
from reporting.models import DailyReport, Delivery
from reporting.publishing import publish_due
from reporting.tasks import publish_due_reports, sweep_breaches
from tests.factories.agreements import CHAT
from tests.reporting.company import Company, at

TUESDAY = at("03 07:00")


def parts(mail) -> dict[str, str]:
    return {part.get_content_type(): part.get_payload(decode=True).decode() for part in mail.get_payload()}


@pytest.mark.django_db(transaction=True)
def test_a_promise_missed_on_monday_is_in_the_mailboxes_on_tuesday_morning(postman):
    company = Company(terms='playbook: {en: "Call back now.", fr: "Rappelez maintenant."}')
    company.request("alice", at("02 09:00"), owner="marie")
    company.request("bob", at("02 09:00"), owner="paul")
    company.request("carla", at("02 09:00"), owner="paul")
    company.call("carla", at("02 10:00"), actor="paul")

    publish_due(as_of=TUESDAY)
    sent = send_ready(as_of=TUESDAY)

    assert (sent.sent, sent.failed, sent.unknown) == (2, 0, 0)
    by_reader = {mail["To"]: mail for mail in postman.mails}
    french, english = parts(by_reader["marie@example.com"]), parts(by_reader["paul@example.com"])
    assert "Rappelez maintenant." in french["text/plain"]
    assert "il faut un appel ou un e-mail sous 2 heures ouvrées" in french["text/plain"]
    assert "Rappelez maintenant." in french["text/html"]
    assert "mardi 3 mars" in french["text/html"]
    assert "Call back now." in english["text/plain"]
    assert "a call or an e-mail is due within 2 business hours" in english["text/html"]
    assert "you kept 1 of 2 promises" in english["text/plain"]
    assert by_reader["paul@example.com"]["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db(transaction=True)
def test_publishing_and_sending_again_and_again_sends_one_mail(postman):
    company = Company()
    company.request("alice", at("02 09:00"))
    for minute in range(3):
        publish_due(as_of=TUESDAY + timedelta(minutes=minute))
        send_ready(as_of=TUESDAY + timedelta(minutes=minute))

    assert len(postman.mails) == OutboxMessage.objects.count() == Delivery.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_the_mail_server_is_away_the_mail_waits(postman):
    company = Company()
    company.request("alice", at("02 09:00"))
    postman.on_data = lambda: "451 4.3.0 come back later"
    publish_due(as_of=TUESDAY)
    assert send_ready(as_of=TUESDAY).retried == 1

    postman.on_data = lambda: "250 OK"
    assert send_ready(as_of=TUESDAY + timedelta(hours=1)).sent == 1
    assert len(postman.mails) == 1


@pytest.mark.django_db
def test_the_tasks_run_now():
    Company()
    sweep_breaches()
    publish_due_reports()


@pytest.mark.django_db
def test_the_command_builds_prints_and_mails_once(capsys):
    company = Company()
    company.request("alice", at("02 09:00"))
    call_command("publish_report", "--day", "2026-03-03", "--team", "sales", "--send")
    printed = capsys.readouterr().out
    call_command("publish_report", "--day", "2026-03-03", "--team", "sales", "--send")

    breach = company.breach()
    assert f"#{breach.pk} Alice (Acme) · Inbound requests · overdue · Marie Durand" in printed
    assert "→ Marie Durand does it now (a call or an e-mail), then notes what held it up." in printed
    assert "1 mail goes out\n  Marie Durand <marie@example.com>\n" in printed
    assert "0 mails go out\n  Marie Durand <marie@example.com>: already sent at " in capsys.readouterr().out
    assert OutboxMessage.objects.count() == 1


SATURDAY = ["--day", "2026-03-07", "--team", "sales"]


@pytest.mark.django_db
def test_the_command_mails_on_a_day_off_and_says_that_scheduled_reports_skip_it(capsys):
    company = Company()
    company.request("alice", at("06 09:00"))
    call_command("publish_report", *SATURDAY, "--send")

    printed = capsys.readouterr().out
    assert "Saturday 7 March is no working day of Sales: scheduled reports skip it." in printed
    assert "1 mail goes out\n  Marie Durand <marie@example.com>\n" in printed


@pytest.mark.django_db
def test_the_command_mails_whom_a_delivery_by_the_clock_left_out_and_nobody_twice(capsys):
    company = Company()
    company.request("alice", at("06 09:00"))
    call_command("publish_report", *SATURDAY)
    report = DailyReport.objects.get(team=company.sales)
    assert deliver(report, as_of=at("07 07:05")) == 0

    for _ in range(2):
        call_command("publish_report", *SATURDAY, "--send")

    assert Delivery.objects.count() == OutboxMessage.objects.count() == 1
    report.refresh_from_db()
    assert report.delivered_at == at("07 07:05")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("requests", "why"),
    [(0, "nobody has an item"), (1, "1 item reaches nobody"), (2, "2 items reach nobody")],
)
def test_the_command_says_why_it_mails_nobody(capsys, requests, why):
    company = Company()
    for number in range(requests):
        company.request(f"contact{number}", at("02 09:00"), owner=None)
    call_command("publish_report", "--day", "2026-03-03", "--team", "sales", "--send")

    assert f"0 mails go out\n  {why}: " in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_counts_promises_and_tells_of_periods_that_lie_behind(capsys):
    company = Company(terms=CHAT)
    for name in ("alice", "bob"):
        company.request(name, at("02 09:00"))
        company.call(name, at("02 09:30"))
    call_command("publish_report", "--day", "2026-03-03", "--team", "sales")

    printed = capsys.readouterr().out
    assert (
        "\n2 kept, 0 missed · 1 to fix today · 1 at risk · 1 historic (listed on request) · 0 left out\n"
        in printed
    )
    assert "\nKept: 2\n" in printed
    assert "\n  Inbound requests: 2 kept, 0 missed, 100" in printed
    assert "· chat · February 2026" in printed  # over since Sunday; January was before the signing
    assert "\n  chat · March 2026 · 0 min of " in printed


@pytest.mark.django_db
def test_the_command_names_the_hour_that_has_not_come(capsys):
    Company()
    with pytest.raises(CommandError, match="run it again after that hour, or read an earlier report"):
        call_command("publish_report", "--day", "2999-01-01", "--team", "sales")

    assert "The report of sales of 2999-01-01 is read at 08:00 in Europe/Paris (2999-01-01T07:00:00Z)." in (
        capsys.readouterr().err
    )


@pytest.mark.django_db
def test_the_command_does_all_teams_without_one():
    Company()
    call_command("publish_report", "--day", "2026-03-03")

    assert set(DailyReport.objects.values_list("team__slug", flat=True)) == {"marketing", "sales"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--team", "nobody"], "there is no team nobody; known: marketing, sales"),
        (["--day", "2999-01-01"], "no report hour of that day has come yet"),
        (["--day", "tomorrow"], "tomorrow is not a date; write it like 2026-04-08"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(arguments, message):
    Company()
    with pytest.raises(CommandError, match=message):
        call_command("publish_report", *arguments)


@pytest.mark.django_db
def test_the_command_says_when_nothing_was_signed():
    Team.objects.create(slug="sales", name="Sales")
    with pytest.raises(CommandError, match=r"load_agreement .* signs one"):
        call_command("publish_report")
