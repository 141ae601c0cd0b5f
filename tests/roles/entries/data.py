"""The data: feeds, imports, refused rows, why there is no clock."""

from leads.models import Batch, ImportJob, QuarantinedRow
from tests.pages.story import NOW
from tests.roles.table import ADMINS, OVERSEERS, act, page


def job(house):
    """A file that waits for its import."""
    columns = {"external_id": "Id", "name": "Name"}
    made = ImportJob.objects.create(
        by=house.admin,
        created_at=NOW,
        resource="accounts",
        source="file",
        file_name="accounts.csv",
        content=b"Id,Name\n1,Acme\n",
        mapping={"columns": columns},
        total=1,
    )
    return [made.pk]


def row(house):
    """A refused row."""
    batch = Batch.objects.latest("pk")
    made = QuarantinedRow.objects.create(
        batch=batch, index=0, external_id="x", code="required", message="x", raw={}, purge_at=NOW
    )
    return [made.pk]


ENTRIES = [
    page("feeds", "feeds and how fresh they are"),
    page("why_no_clock", "why a record has no clock"),
    page("imports", "imported files", **OVERSEERS),
    act("imports", "upload a file", **ADMINS),
    page("import_job", "an import", job, **OVERSEERS),
    act("import_job", "map the columns of a file", job, **ADMINS),
    act("import_start", "import a file", job, **ADMINS),
    act("import_discard", "discard a file", job, **ADMINS),
    page("import_progress", "how far an import is", job, **OVERSEERS),
    page("import_rejected", "the rows that were refused", job, **OVERSEERS),
    page("quarantine", "refused rows", **OVERSEERS),
    page("quarantine_csv", "refused rows as CSV", **OVERSEERS),
    page("quarantined_row", "a refused row", row, **OVERSEERS),
    act("quarantined_row", "mend a refused row", row, **ADMINS),
    act("quarantine_replay", "send refused rows again", **ADMINS),
]
