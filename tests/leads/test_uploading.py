"""Files from the page: kept, mapped, tried out, imported batch by batch, and purged."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry
from leads import uploading
from leads.enums import ImportState
from leads.importing import MapError
from leads.importing.files import UnreadableFile
from leads.models import Batch, Contact, Event, ImportJob
from tests.factories.leads import NOW
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
CSV = b"Record ID;E-mail;Created;Region\n1;a@example.com;31/03/2026;Nord\n2;b@example.com;02/03/2026;Sud\n"


def upload(content: bytes = CSV, *, name: str = "contacts.csv", resource: str = "contacts") -> ImportJob:
    return uploading.upload(
        resource=resource,
        source="crm",
        file_name=name,
        content=content,
        zone="Europe/Paris",
        by=UserFactory(),
        as_of=NOW,
    )


def begin(job: ImportJob) -> None:
    uploading.start(job, by=job.by, as_of=NOW)


def work(seconds: float = 600) -> int:
    return uploading.work(clock=lambda: NOW, seconds=seconds)


def many(number: int) -> bytes:
    rows = "".join(f"{n},p{n}@example.com\n" for n in range(number))
    return f"id,email\n{rows}".encode()


def test_an_upload_is_kept_with_the_map_that_its_columns_suggest() -> None:
    job = upload()

    assert (job.total, job.state) == (2, ImportState.UPLOADED)
    assert job.mapping == {
        "fields": {"external_id": "Record ID", "email": "E-mail", "created_at": "Created"},
        "dates": ["%d/%m/%Y"],
        "timezone": "Europe/Paris",
    }
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"id,email\n", "no rows"),
        (b"id,id\n1,2\n", "two columns called id"),
        (b"x" * (uploading.LARGEST + 1), "larger than 20 MiB"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_at_once(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        upload(content)

    assert not ImportJob.objects.exists()


def test_a_trial_says_what_would_be_and_stores_nothing() -> None:
    job = upload(CSV + b";c@example.com;someday;Est\n")
    trial = uploading.try_out(job, clock=lambda: NOW)

    counts = trial.outcome.counts
    assert (counts["created"], counts["rejected"], trial.tried) == (2, 1, 3)
    assert trial.rows[0]["created_at"] == "2026-03-30T22:00:00Z"
    assert not Contact.objects.exists()
    assert not Batch.objects.exists()


def test_a_started_import_is_done_by_the_worker_and_the_same_file_again_changes_nothing() -> None:
    for counts in ({"created": 2, "unchanged": 0}, {"created": 0, "unchanged": 2}):
        job = upload()
        begin(job)
        assert work() == 2
        job.refresh_from_db()
        assert (job.state, job.done, job.finished_at) == (ImportState.DONE, 2, NOW)
        assert {name: job.counts[name] for name in counts} == counts

    assert Contact.objects.count() == 2
    assert set(Batch.objects.values_list("channel", flat=True)) == {"upload"}


def test_progress_is_written_batch_by_batch_and_a_broken_import_goes_on_where_it_stopped(monkeypatch) -> None:
    job = upload(many(2_500))
    begin(job)
    calls = []

    def dies_at_the_second(**given: Any) -> Any:
        calls.append(len(given["rows"]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return uploading_ingest(**given)

    uploading_ingest = uploading.ingest
    monkeypatch.setattr(uploading, "ingest", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        work()
    job.refresh_from_db()
    assert (job.state, job.done, job.counts["created"]) == (ImportState.RUNNING, 1_000, 1_000)

    assert work() == 1_500
    job.refresh_from_db()
    assert (job.state, job.done, job.counts["created"]) == (ImportState.DONE, 2_500, 2_500)
    assert calls == [1_000, 1_000, 1_000, 500]


def test_the_refused_rows_stand_as_in_the_file_each_once_with_all_its_reasons() -> None:
    job = upload(b"id,email,created_at,x\n1,a@example.com,,p\n,b@example.com,someday,q\n3,c@example.com,,r\n")
    begin(job)
    work()
    job.refresh_from_db()

    [(row, why)] = uploading.refused_rows(job)
    assert (row["x"], row["created_at"]) == ("q", "someday")
    assert why[1] == "required"
    assert "external_id" in why[2]
    assert "created_at" in why[2]
    assert job.counts["rejected"] == 1


def test_events_need_a_kind_which_may_be_the_same_in_every_row() -> None:
    job = upload(b"id,date,contact\n1,2026-03-02T09:00:00Z,c1\n", name="calls.csv", resource="events")
    uploading.choose_map(job, job.mapping | {"constants": {"kind": "call.made"}})
    begin(job)
    work()

    assert Event.objects.get().kind == "call.made"


def test_lines_of_json_are_imported_too_and_an_unreadable_one_is_refused() -> None:
    job = upload(b'{"external_id": "1", "email": "a@example.com"}\n{oops\n', name="contacts.ndjson")
    begin(job)
    work()
    job.refresh_from_db()

    assert (job.counts["created"], job.counts["rejected"]) == (1, 1)
    assert [row for row, _why in uploading.refused_rows(job)] == [b"{oops"]


@pytest.mark.parametrize("mapping", [{}, {"fields": {"email": "E-mail"}}, {"fields": {"external_id": "ID"}}])
def test_a_map_that_does_not_fit_is_refused(mapping: dict) -> None:
    with pytest.raises(MapError):
        uploading.choose_map(upload(), mapping)


def test_an_import_is_started_once_and_then_neither_mapped_nor_discarded() -> None:
    job = upload()
    begin(job)
    for act in (
        lambda: begin(job),
        lambda: uploading.choose_map(job, job.mapping),
        lambda: uploading.discard(job, by=job.by, as_of=NOW),
    ):
        with pytest.raises(uploading.NotStartableError):
            act()


def test_what_goes_wrong_in_the_worker_ends_the_import_with_its_reason(monkeypatch) -> None:
    job = upload()
    begin(job)

    def broken(**given: Any) -> Any:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(uploading, "ingest", broken)
    work()
    job.refresh_from_db()

    assert (job.state, job.error) == (ImportState.FAILED, "RuntimeError: the disk is full")
    assert work() == 0


def test_a_discarded_upload_leaves_a_trace_and_nothing_else() -> None:
    job = upload()
    uploading.discard(job, by=job.by, as_of=NOW)

    assert not ImportJob.objects.exists()
    verbs = list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["import.upload", "import.discard"]


def test_files_are_emptied_after_30_days_but_not_while_they_are_imported() -> None:
    old, waiting = upload(), upload()
    begin(waiting)

    assert uploading.purge(as_of=NOW + timedelta(days=29)) == 0
    assert uploading.purge(as_of=NOW + uploading.FILES_KEPT) == 1
    old.refresh_from_db()
    with pytest.raises(UnreadableFile, match="no longer kept"):
        uploading.table_of_job(old)


def test_the_files_of_a_source_are_emptied_when_somebody_in_them_is_erased() -> None:
    done, other = upload(), upload()
    begin(done)
    work()

    assert uploading.empty_files_of("crm") == 1
    other.refresh_from_db()
    assert other.content
    assert timezone.is_aware(other.created_at)
