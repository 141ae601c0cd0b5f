"""A new user at an empty installation: everything in the browser, with nothing but the code."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from leads import uploading
from leads.models import ImportJob, QuarantinedRow
from people.first_administrator import code
from people.models import Invitation, Team, User
from tests.factories.leads import send
from tests.in_browser.test_every_page import LOOKS, RULES
from tests.pages.story import NOW, Story

pytestmark = pytest.mark.browser
PASSWORD = "a-long-password-77"
CSV = b"Record ID;E-mail;Created\n1;a@example.com;05/03/2026\n2;b@example.com;someday\n"


def test_from_the_code_to_teams_people_and_an_imported_file(transactional_db, page: Page) -> None:
    page.goto("/")
    page.get_by_label("One-time code").fill(code().lower())
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Name the teams").click()
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_role("heading", name="Marketing", exact=True)).to_be_visible()

    page.goto(reverse("setup_people"))
    page.get_by_label("E-mail").fill("max@example.com")
    page.get_by_label("Name").fill("Max")
    page.get_by_label("Team").select_option(label="Marketing")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status")).to_contain_text("Max gets a mail")

    page.goto(reverse("imports"))
    page.get_by_label("File", exact=True).set_input_files(
        {"name": "c.csv", "mimeType": "text/csv", "buffer": CSV}
    )
    page.get_by_label("Each row is one of").select_option("contacts")
    page.get_by_role("button", name="Upload and map").click()
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    uploading.work(clock=timezone.now, seconds=10)
    expect(page.get_by_text("2 of 2 rows")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the refused rows").click()

    assert download.value.suggested_filename.endswith("rejected.csv")
    assert (User.objects.count(), Team.objects.count(), Invitation.objects.count()) == (2, 1, 1)


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_of_setting_up_or_of_the_data_shuts_anybody_out(
    story: Story,
    admin: User,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, Any], None],
    look: str,
) -> None:
    send("contacts", {"external_id": "c1", "created_at": "someday"}, as_of=NOW)
    job = uploading.upload(
        resource="contacts", source="crm", file_name="c.csv", content=CSV, zone="UTC", by=admin, as_of=NOW
    )
    names = ("setup", "setup_teams", "setup_people", "setup_tokens", "setup_mail", "setup_fact", "feeds")
    addresses = [reverse(name) for name in (*names, "imports", "quarantine", "why_no_clock")]
    addresses += [
        reverse("setup_team", args=["sales"]),
        reverse("import_job", args=[ImportJob.objects.get(pk=job.pk).pk]),
        reverse("quarantined_row", args=[QuarantinedRow.objects.get().pk]),
        reverse("why_no_clock") + "?promise=inbound&record=crm:c1",
    ]
    page, axe, found = new_page(bypass_csp=True, **LOOKS[look]), Axe(), {}
    sign_in(page, admin)
    for address in addresses:
        page.goto(address)
        violations = axe.run(page, options=RULES).response["violations"]
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if violations or width > 0:
            found[address] = [width, *((v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations)]
    assert found == {}
