"""Feeds, imports, refused rows, and why there is no clock: what they show, to whom, and what they refuse."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from leads import uploading
from leads.models import Contact, ImportJob, QuarantinedRow
from people.models import User
from tests.factories.leads import event, send
from tests.factories.people import MembershipFactory, UserFactory
from tests.pages.story import NOW, Story

pytestmark = pytest.mark.django_db
CSV = "Record ID;E-mail;Created\n1;a@example.com;05/03/2026\n2;=cmd();someday\n"
RAW_PAGES = ("imports", "quarantine", "quarantine_csv")


@pytest.fixture
def ada(admin: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(admin)


def main_of(answer) -> str:
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def uploaded(client: Client, text: str = CSV, resource: str = "contacts", name: str = "contacts.csv"):
    file = SimpleUploadedFile(name, text.encode(), "text/csv")
    return client.post(reverse("imports"), {"file": file, "resource": resource, "source": "crm"})


def chosen(client: Client, job: ImportJob) -> dict[str, str]:
    """What the form of the map holds when it is shown, as a browser sends it back."""
    form = client.get(reverse("import_job", args=[job.pk])).context["form"]
    return {field.html_name: field.value() for field in form if field.value()}


def refuse(external_id: str = "c1", **row: object) -> None:
    send("contacts", {"external_id": external_id, "created_at": "someday", **row}, as_of=NOW)


def test_pages_without_anything_say_so_and_what_comes_next(ada: Client) -> None:
    texts = {
        "feeds": "Nothing has arrived yet.",
        "imports": "No file yet.",
        "quarantine": "No row was refused.",
        "why_no_clock": "No promise is signed yet.",
    }
    for page, text in texts.items():
        assert text in main_of(ada.get(reverse(page))), page


@pytest.mark.parametrize("page", RAW_PAGES)
def test_raw_rows_are_for_administrators_and_auditors(page: str, browser_of, ada: Client) -> None:
    manager, auditor = MembershipFactory(role="manager").user, UserFactory(is_auditor=True)

    answers = [browser_of(user).get(reverse(page)).status_code for user in (manager, auditor)]
    assert (*answers, ada.get(reverse(page)).status_code) == (403, 200, 200)


def test_an_auditor_reads_and_changes_nothing(browser_of, ada: Client) -> None:
    refuse()
    uploaded(ada)
    auditor = browser_of(UserFactory(is_auditor=True))
    row, job = QuarantinedRow.objects.get(), ImportJob.objects.get()
    acts = {
        "imports": [],
        "quarantine_replay": [],
        "quarantined_row": [row.pk],
        "import_job": [job.pk],
        "import_start": [job.pk],
        "import_discard": [job.pk],
    }
    for name, args in acts.items():
        assert auditor.post(reverse(name, args=args), {"all": "yes", "raw": "{}"}).status_code == 403, name
    assert auditor.get(reverse("quarantined_row", args=[row.pk])).status_code == 200
    assert auditor.get(reverse("import_job", args=[job.pk])).status_code == 200


def test_each_source_shows_its_last_receipt_today_and_two_weeks(ada: Client) -> None:
    send("contacts", {"external_id": "1"}, {"external_id": "2"}, as_of=NOW - timedelta(days=3))
    send("contacts", {"external_id": "2", "name": "B"}, {"external_id": "3"}, {"x": 1}, as_of=NOW)
    send("events", event(), source="phone", as_of=NOW - timedelta(days=2))

    crm, phone = ada.get(reverse("feeds")).context["sources"]
    feed = crm.feeds[0].feed
    assert [(one.name, one.stale) for one in (crm, phone)] == [("crm", False), ("phone", True)]
    assert (feed.today.received, feed.today.created, feed.today.updated, feed.today.rejected) == (3, 1, 1, 1)
    assert [day.received for day in feed.days if day.received] == [2, 3]
    assert (int(feed.waiting), len(feed.days)) == (1, 14)


def test_days_are_those_of_the_readers_zone(ada: Client, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(timezone="Pacific/Auckland")  # it is Friday there already
    send("contacts", {"external_id": "1"}, as_of=NOW - timedelta(hours=1))
    send("contacts", {"external_id": "2"}, as_of=NOW)

    [source] = ada.get(reverse("feeds")).context["sources"]
    assert [day.received for day in source.feeds[0].feed.days][-2:] == [0, 2]


def test_a_file_is_mapped_tried_out_imported_and_what_was_refused_is_mended(ada: Client) -> None:
    job_page = uploaded(ada)["Location"]
    job = ImportJob.objects.get()
    tried = ada.post(job_page, chosen(ada, job))
    assert (tried.context["trial"].counts["created"], tried.context["trial"].counts["rejected"]) == (1, 1)
    assert not Contact.objects.exists()

    assert ada.post(reverse("import_start", args=[job.pk])).status_code == 302
    assert "every 1s" in main_of(ada.get(job_page))
    uploading.work(clock=timezone.now, seconds=10)

    done = main_of(ada.get(job_page))
    assert "every 1s" not in done
    assert "2 of 2 rows" in done
    text = ada.get(reverse("import_rejected", args=[job.pk])).content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["Record ID"], row["E-mail"], row["field"]) == ("2", "'=cmd()", "created_at")


def test_the_same_field_twice_or_none_for_the_id_is_refused(ada: Client) -> None:
    uploaded(ada)
    job = ImportJob.objects.get()
    address, given = reverse("import_job", args=[job.pk]), chosen(ada, job)

    twice = ada.post(address, given | {"column-1": "external_id"})
    without = ada.post(address, given | {"column-0": ""})

    assert twice.status_code == without.status_code == 422
    assert "column-1" in twice.context["form"].errors
    assert "external_id" in str(without.context["form"].errors)
    assert without.context["trial"] is None


def test_values_that_we_call_otherwise_are_offered_with_a_guess_and_translated(ada: Client) -> None:
    uploaded(ada, "id,status,updated_at\n1,Rejected,2026-03-05T09:00Z\n2,MQL,2026-03-05T09:00Z\n", "leads")
    job = ImportJob.objects.get()
    given = chosen(ada, job)
    assert given["value-0"] == "disqualified"
    trial = ada.post(reverse("import_job", args=[job.pk]), given).context["trial"]

    assert trial.warnings == []
    job.refresh_from_db()
    assert job.mapping["values"] == {"status": {"Rejected": "disqualified"}}


def test_columns_kept_and_fixed_values_reach_the_map(ada: Client) -> None:
    uploaded(ada, "id,date,who,note\n1,2026-03-05T09:00Z,c1,hello\n", "events")
    job = ImportJob.objects.get()
    given = chosen(ada, job)
    assert given["constant-0-field"] == "kind"
    more = {"constant-0-value": "call.made", "column-2": "contact", "column-3": "+"}
    trial = ada.post(reverse("import_job", args=[job.pk]), given | more).context["trial"]

    assert (trial.counts["created"], trial.counts["rejected"]) == (1, 0)
    job.refresh_from_db()
    assert job.mapping["constants"] == {"kind": "call.made"}
    assert job.mapping["fields"]["data.note"] == "note"


@pytest.mark.parametrize(
    ("name", "text", "source"),
    [("x.exe", CSV, "crm"), ("x.csv", "", "crm"), ("x.csv", "id\n", "crm"), ("x.csv", CSV, "a b")],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(
    ada, name: str, text: str, source: str
) -> None:
    file = SimpleUploadedFile(name, text.encode())
    answer = ada.post(reverse("imports"), {"file": file, "resource": "contacts", "source": source})

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not ImportJob.objects.exists()


def test_an_upload_that_nobody_starts_is_forgotten(ada: Client) -> None:
    uploaded(ada)
    ada.post(reverse("import_discard", args=[ImportJob.objects.get().pk]))

    assert not ImportJob.objects.exists()


def test_refused_rows_are_found_by_source_reason_and_record(ada: Client) -> None:
    refuse("c1")
    refuse("c2", email=7)
    send("events", {"external_id": "e1"}, source="phone", as_of=NOW)

    def found(query: str) -> set[str]:
        return {row.external_id for row in ada.get(f"{reverse('quarantine')}?{query}").context["rows"]}

    assert found("") == {"c1", "c2", "e1"}
    assert found("source=phone") == {"e1"}
    assert found("resource=contacts") == {"c1", "c2"}
    assert found("code=invalid_instant") >= {"c1"}
    assert found("external_id=c2") == {"c2"}
    assert found("source=nowhere") == set()


def test_a_row_is_read_mended_and_stored(ada: Client) -> None:
    refuse()
    address = reverse("quarantined_row", args=[QuarantinedRow.objects.get().pk])
    shown = json.loads(ada.get(address).context["form"]["raw"].value())
    assert ada.post(address, {"raw": "{"}).status_code == 422
    still = ada.post(address, {"raw": json.dumps(shown | {"created_at": "soon"})})
    assert still["Location"] == reverse("quarantined_row", args=[QuarantinedRow.objects.get().pk])

    address = still["Location"]
    ada.post(address, {"raw": json.dumps(shown | {"created_at": "2026-03-05T09:00Z"})})

    assert Contact.objects.count() == 1
    assert not QuarantinedRow.objects.exists()


def test_chosen_rows_or_all_that_the_filter_finds_are_sent_again(ada: Client) -> None:
    for name in ("c1", "c2", "c3"):
        refuse(name)
    first = QuarantinedRow.objects.earliest("pk")
    address = reverse("quarantine_replay")
    ada.post(address, {"row": [first.pk, "x"]})
    assert AuditEntry.objects.get(verb="quarantine.replay").after == {"stored": 0, "refused": 1}

    ada.post(address, {"all": "yes", "external_id": "c2"})
    ada.post(address, {})

    noted = AuditEntry.objects.filter(verb="quarantine.replay").order_by("id").values_list("after", flat=True)
    assert [one["refused"] for one in noted] == [1, 1]


def test_a_file_of_refused_rows_runs_nothing_in_a_spreadsheet_and_leaves_a_trace(ada: Client) -> None:
    refuse("=HYPERLINK(1)")
    text = ada.get(reverse("quarantine_csv")).content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))

    assert row["external_id"].startswith("'=")
    assert AuditEntry.objects.get().verb == "quarantine.export"


def test_text_of_a_crm_is_text_on_every_page(ada: Client) -> None:
    nasty = "<script>alert(1)</script>"
    refuse(nasty, name=nasty)
    uploaded(ada, f"id,{nasty}\n1,{nasty}\n", name=f"{nasty}.csv")
    row, job = QuarantinedRow.objects.get(), ImportJob.objects.get()
    for address in (
        reverse("quarantine"),
        reverse("quarantined_row", args=[row.pk]),
        reverse("imports"),
        reverse("import_job", args=[job.pk]),
        reverse("why_no_clock") + f"?promise=x&record={nasty}",
    ):
        assert "<script>alert" not in ada.get(address).content.decode(), address


def test_why_there_is_no_clock_is_told_with_the_clocks_there_are(ada: Client) -> None:
    story = Story()
    story.day(1)
    send("contacts", {"external_id": "silent"}, as_of=NOW)
    asked = reverse("why_no_clock") + "?promise=inbound&record="

    assert "Nothing started it" in main_of(ada.get(asked + "crm:silent"))
    assert "Every possible start has its clock." in main_of(ada.get(asked + "crm:overdue 1"))
    assert "Nothing started it" in main_of(ada.get(asked + "silent"))
    assert "No fact names" in main_of(ada.get(asked + "nobody"))
    assert ada.get(reverse("why_no_clock") + "?promise=nothing&record=x").status_code == 422


def test_a_record_of_two_sources_is_asked_back(ada: Client) -> None:
    Story()
    for source in ("crm", "other"):
        send("contacts", {"external_id": "double"}, source=source, as_of=NOW)
    page = ada.get(reverse("why_no_clock") + "?promise=inbound&record=double")

    assert "Which of these?" in main_of(page)
    assert [str(ref) for ref in page.context["candidates"]] == ["crm:double", "other:double"]


def test_somebody_elses_clocks_are_counted_and_not_shown(browser_of) -> None:
    story = Story()
    story.day(1)
    page = browser_of(story.marie).get(reverse("why_no_clock") + "?promise=inbound&record=crm:theirs 1")

    assert (page.context["clocks"], page.context["hidden"]) == ([], 1)


@pytest.mark.parametrize("page", ["feeds", "imports", "quarantine"])
def test_pages_of_the_data_cost_the_same_with_one_and_three_of_everything(page: str, ada: Client) -> None:
    def more(number: int) -> None:
        refuse(f"c{number}")
        send("events", event(number), source=f"source-{number}", as_of=NOW)
        uploaded(ada)

    def asked() -> int:
        ada.get(reverse(page))
        with CaptureQueriesContext(connection) as queries:
            assert ada.get(reverse(page)).status_code == 200
        return len(queries)

    more(1)
    before = asked()
    more(2)
    more(3)
    assert asked() == before
    assert before <= 30
