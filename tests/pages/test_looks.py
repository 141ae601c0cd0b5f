"""What readers see: strangers nothing, the first visitor what comes next, all of them their own language."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import Team, User
from reporting.models import Breach
from tests.factories.people import UserFactory
from tests.factories.reporting import BreachFactory, DailyReportFactory, ReceivedMailFactory
from tests.pages.story import NOW, Story, every_page

EMPTY = {
    "/": "No signed agreement yet",
    "/exceptions/": "No exception matches.",
    "/my/clocks/": "You owe nothing right now.",
    "/reports/": "No report yet.",
    "/mailbox/": "No mail yet.",
}


def main_of(answer) -> str:
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_strangers_are_asked_to_sign_in_and_come_back(story: Story, client: Client) -> None:
    story.day(1)
    breach, clock = story.about("late 1")
    for name, address in every_page(breach=breach, clock=clock).items():
        answer = client.get(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/?next=/"), name


def test_a_part_of_a_page_whose_session_is_over_loads_the_page_anew(client: Client, db) -> None:
    answer = client.get("/", headers={"HX-Request": "true"})

    assert (answer.content, answer["HX-Refresh"]) == (b"", "true")


@pytest.mark.parametrize(("address", "text"), EMPTY.items())
def test_an_empty_page_says_so_and_what_comes_next(
    browser_of: Callable[[User], Client], admin: User, address: str, text: str
) -> None:
    assert text in main_of(browser_of(admin).get(address))


def test_an_agreement_that_starts_later_is_announced(
    browser_of: Callable[[User], Client], admin: User
) -> None:
    with time_machine.travel(datetime(2025, 12, 30, 9, tzinfo=UTC), tick=False):
        Story()
        page = main_of(browser_of(admin).get("/"))

    assert "The agreement takes effect on 31 December 2025, 23:00" in page  # midnight in Paris, seen from UTC


def test_an_agreement_without_facts_shows_its_promises(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    client = browser_of(story.helene)

    assert "nothing due yet" in main_of(client.get("/"))
    assert "Nothing has been measured yet." in main_of(client.get("/commitments/inbound/"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_in_the_readers_language_whatever_the_browser_asks_for(
    story: Story, browser_of: Callable[[User], Client], language: str
) -> None:
    story.day(1)
    User.objects.filter(pk=story.helene.pk).update(language=language)
    breach, clock = story.about("late 1")
    client = browser_of(story.helene)
    title = {"en": "Inbound requests", "fr": "Demandes entrantes"}[language]
    sentence = {"en": "Done too late", "fr": "Fait en retard"}[language]

    for name, address in every_page(breach=breach, clock=clock).items():
        text = client.get(address, headers={"Accept-Language": "de"}).content.decode()
        assert f'<html lang="{language}">' in text, name
        if name not in ("mailbox", "reports"):
            assert title in text, name
        if name in ("exception", "clock"):
            assert sentence in text, name


def test_numbers_are_written_as_the_language_does(story: Story, browser_of: Callable[[User], Client]) -> None:
    for number in range(3):
        story.done_late(f"late {number}", owner="marie", by="marie")
    story.request("kept", story.now.replace(hour=8))
    story.call("kept", story.now.replace(hour=8, minute=30))
    story.request("kept too", story.now.replace(hour=8))
    story.call("kept too", story.now.replace(hour=8, minute=30))
    story.request("and kept", story.now.replace(hour=8))
    story.call("and kept", story.now.replace(hour=8, minute=30))
    story.request("kept again", story.now.replace(hour=8))
    story.call("kept again", story.now.replace(hour=8, minute=30))
    story.sweep(story.now)
    client = browser_of(story.helene)

    assert "57.1\u00a0%" in main_of(client.get("/commitments/inbound/"))
    User.objects.filter(pk=story.helene.pk).update(language="fr")
    assert "57,1\u00a0%" in main_of(client.get("/commitments/inbound/"))


def test_times_are_the_readers(story: Story, browser_of: Callable[[User], Client]) -> None:
    story.running("anna", owner="marie")
    story.sweep(NOW)
    client = browser_of(story.marie)

    assert "due 5 Mar 2026, 12:30" in main_of(client.get("/my/clocks/"))
    User.objects.filter(pk=story.marie.pk).update(timezone="America/New_York")
    page = client.get("/my/clocks/").content.decode()
    assert "due 5 Mar 2026, 06:30" in page
    assert "Times are shown in America/New_York." in page
    clock = client.get(reverse("clock", args=[story.clock().pk])).content.decode()
    assert "sentence and line in the calendar's time, Europe/Paris" in clock.replace("&#x27;", "'")


def test_a_language_once_chosen_stays_with_the_person_and_not_with_the_browser(story: Story) -> None:
    client = Client()
    client.force_login(story.marie)
    answer = client.post(reverse("set_language"), {"language": "fr", "next": "/my/clocks/"})

    assert answer["Location"] == "/my/clocks/"
    story.marie.refresh_from_db()
    assert story.marie.language == "fr"
    assert '<html lang="fr">' in client.get("/").content.decode()
    client.force_login(story.max)
    assert '<html lang="en">' in client.get("/").content.decode()


@pytest.mark.parametrize("language", ["", "xx", "fr'--"])
def test_a_language_we_do_not_speak_changes_nothing(story: Story, language: str) -> None:
    client = Client()
    client.force_login(story.marie)

    assert client.post(reverse("set_language"), {"language": language}).status_code == 302
    story.marie.refresh_from_db()
    assert story.marie.language == "en"


def test_a_stranger_chooses_the_language_of_the_sign_in_page(client: Client, admin: User) -> None:
    client.post(reverse("set_language"), {"language": "fr"})

    assert '<html lang="fr">' in client.get("/accounts/login/").content.decode()


def test_nobody_is_sent_elsewhere_after_choosing_a_language(client: Client, db) -> None:
    answer = client.post(reverse("set_language"), {"language": "fr", "next": "https://evil.example/"})

    assert answer["Location"] == "/"


def test_what_the_crm_sends_is_text_and_nothing_else(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    bad = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7|add:7 }}"""
    story.contact("anna")
    row = {"external_id": "anna", "name": bad, "updated_at": "2026-03-01T09:00:00Z"}
    story.tell("contacts", row, as_of=NOW)
    story.tell("members", {"external_id": "marie", "email": "marie@example.com", "name": bad}, as_of=NOW)
    User.objects.filter(pk=story.marie.pk).update(name=bad)
    story.happens("request.received", NOW.replace(day=4, hour=9), contact="anna")
    story.sweep(NOW)
    Breach.objects.update(note=bad)
    Team.objects.update(name=bad)
    story.publish(NOW)
    mail = ReceivedMailFactory(subject=bad, recipients=["helene@example.com"], raw=f"Subject: x\n\n{bad}\n")
    client = browser_of(story.helene)

    pages = every_page(breach=story.breach(), clock=story.clock(), mail=mail)
    for name, address in pages.items():
        text = client.get(address).content.decode()
        assert "<script>alert" not in text, name
        assert "<img src=x" not in text, name
        if name not in ("overview", "my clocks"):
            assert "&lt;script&gt;alert(1)" in text, name


def test_the_html_of_a_mail_runs_and_loads_nothing(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    raw = "Subject: x\nContent-Type: text/html\n\n<html><head></head><script>alert(1)</script></html>\n"
    mail = ReceivedMailFactory(recipients=["marie@example.com"], raw=raw)
    answer = browser_of(story.marie).get(reverse("mail_html", args=[mail.pk]))

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in answer.content.decode()


def test_a_mail_in_any_charset_or_none_is_shown(story: Story, browser_of: Callable[[User], Client]) -> None:
    client = browser_of(story.marie)
    for charset in ("utf-8", "klingon"):
        text = f"Été · en {charset}"
        head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit"
        mail = ReceivedMailFactory(recipients=["marie@example.com"], raw=f"{head}\n\n{text}")
        assert text in main_of(client.get(reverse("mail", args=[mail.pk])))
        assert client.get(reverse("mail_html", args=[mail.pk])).status_code == 200


def test_what_can_still_be_done_comes_before_what_was_done_late(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    story.request("still open", NOW.replace(day=3, hour=9))
    story.done_late("too late", owner="marie", by="marie")
    story.sweep(NOW)

    page = main_of(browser_of(story.marie).get("/"))

    assert page.index("Still Open") < page.index("Too Late")


def test_a_silent_source_is_announced_once(story: Story, browser_of: Callable[[User], Client]) -> None:
    from core.heartbeats import beat

    for resource in ("accounts", "events"):
        beat(f"feed:hubspot:{resource}", at=NOW.replace(day=2))
    page = main_of(browser_of(story.marie).get("/"))

    assert page.count("No facts from hubspot for") == 1


def test_rows_whose_record_verdict_or_promise_is_gone_are_still_shown(
    story: Story, browser_of: Callable[[User], Client], admin: User
) -> None:
    breach = BreachFactory(team=story.sales, commitment_key="given-up", clock_id=77, owner_id=123_456)
    period = BreachFactory(
        team=story.sales, type="period", subject_id=None, start_key="", period_start=NOW, each="team"
    )
    DailyReportFactory(team=story.sales)
    client = browser_of(admin)

    assert "given-up" in main_of(client.get("/exceptions/"))
    assert "no longer exists" in main_of(client.get(reverse("exception", args=[breach.pk])))
    assert "Inbound requests, March 2026" in main_of(client.get(reverse("exception", args=[period.pk])))
    assert client.get("/reports/2026-03-03/sales/").status_code == 200


@pytest.mark.parametrize("handler", ["400.html", "403_csrf.html", "500.html"])
def test_a_page_for_errors_asks_nothing_of_the_database(handler: str, django_assert_num_queries, db) -> None:
    from django.template.loader import get_template

    with django_assert_num_queries(0):
        text = get_template(handler).render()
    assert "css/app.css" in text


def test_a_crash_is_told_in_the_sites_own_look_and_says_nothing_of_its_cause(
    story: Story, browser_of: Callable[[User], Client], monkeypatch
) -> None:
    def broken(*args, **kwargs):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("reporting.views.reports.page_of", broken)
    client = browser_of(story.marie)
    client.raise_request_exception = False
    answer = client.get("/reports/")

    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_a_page_that_asks_for_news_leaves_messages_for_the_page_they_are_meant_for(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    client = browser_of(story.marie)
    address = reverse("exception", args=[story.breach().pk])
    client.post(address + "acknowledge/")

    assert "Acknowledged" not in client.get("/", headers={"HX-Request": "true"}).content.decode()
    assert "Acknowledged" in client.get(address).content.decode()


def test_people_without_a_name_or_a_team_read_every_page(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    story.day(1)
    client = browser_of(UserFactory())

    with CaptureQueriesContext(connection):
        for address in (
            "/",
            "/exceptions/",
            "/my/clocks/",
            "/reports/",
            "/mailbox/",
            "/commitments/inbound/",
        ):
            assert client.get(address).status_code == 200, address
