"""A text from the CRM is shown as a text: no page, picture or mail runs what somebody wrote into a name."""

import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from core.models import OutboxMessage
from leads.models import Account, Contact
from people.models import User
from reporting.models import DailyReport
from tests.factories.people import UserFactory
from tests.pages.story import NOW, Story

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
#: The only texts that are put into a page as they are; each is made by us from escaped parts.
TRUSTED = {
    "core/templatetags/charts.py",
    "reporting/showing/agreement_markdown.py",
}
ROOT = Path(settings.BASE_DIR)
APPS = ("core", "people", "leads", "agreements", "measurement", "reporting", "demo", "slahub")


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def story(db) -> Story:
    """A day of the company, everything in it renamed by somebody who means no good."""
    made = Story()
    made.day(1)
    Contact.objects.update(name=EVIL, job_title=EVIL)
    Account.objects.update(name=EVIL)
    User.objects.filter(email="marie@example.com").update(name=EVIL)
    return made


def addresses(story: Story) -> list[str]:
    breach, clock = story.about("overdue 1")
    report = DailyReport.objects.filter(team__slug="sales").latest("day")
    return [
        "/",
        "/exceptions/",
        f"/exceptions/{breach.pk}/",
        f"/clocks/{clock.pk}/",
        "/my/clocks/",
        f"/reports/{report.day}/sales/",
        "/priorities/",
    ]


def test_no_page_runs_what_a_name_says(story):
    browser = Client()
    browser.force_login(UserFactory(email="ada@example.com", is_superuser=True))
    shown = 0
    for address in addresses(story):
        page = browser.get(address, follow=True).content.decode()
        assert "<img src=x" not in page, address
        assert "<script>alert" not in page, address
        shown += page.count("&lt;script&gt;alert(2)")
    assert shown > 3  # the name was there, as a text


def test_no_mail_runs_it(story):
    for message in OutboxMessage.objects.filter(channel="mail"):
        assert "<script>alert" not in message.payload.get("html", "")


def test_a_script_that_slipped_through_would_not_run(client, db):
    UserFactory(is_superuser=True)
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "object-src 'none'" in policy


def test_no_template_puts_a_text_in_as_it_is():
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape off|\|\s*safeseq", path.read_text())
    ]
    assert found == []


def test_only_what_we_make_ourselves_is_called_safe():
    word = re.compile(r"\bmark_safe\(|\bSafeString\(|\b__html__\b")
    found = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if word.search(path.read_text())
    }
    assert found <= TRUSTED
