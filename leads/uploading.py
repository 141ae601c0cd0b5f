"""A file from the page: kept, mapped, tried out, then imported batch by batch in the background.

How far an import is stands in its row, written in the transaction of each batch: a worker that dies in
between loses nothing, and the next one goes on where it stopped.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import OperationalError, transaction

from core import audit
from core.retrying import in_transaction
from leads.enums import ImportState
from leads.importing import FileImport, MapError, Outcome
from leads.importing.conversion import Conversion
from leads.importing.files import Table, UnreadableFile, table_named
from leads.importing.guessing import guess_fields, guess_formats, instant_fields
from leads.importing.mapping import map_of
from leads.importing.running import COUNTS
from leads.ingestion import Summary, ingest
from leads.models import ImportJob

log = logging.getLogger(__name__)

CHANNEL = "upload"
LARGEST = 20 * 1024 * 1024
MOST_ROWS = 200_000
#: Rows that a trial reads: enough to see what is wrong, quick enough to wait for.
TRIED = 1_000
#: Rows of one transaction: small, so that the bar moves.
BATCH = 1_000
#: Refused rows that the file of them has.
MOST_REFUSED = 10_000
FILES_KEPT = timedelta(days=30)
#: Formats that can be read, by the end of the file's name.
SUFFIXES = (".csv", ".tsv", ".txt", ".ndjson", ".jsonl", ".json")

UNDER_WAY = (ImportState.WAITING, ImportState.RUNNING)


class NotStartableError(ValueError):
    """The import cannot be started or discarded any more; it was before, or its file is gone."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What importing would do to the first rows, and how they look in our fields."""

    outcome: Outcome
    rows: list[dict[str, Any]]
    tried: int
    lines: list[int]


@transaction.atomic
def upload(
    *, resource: str, source: str, file_name: str, content: bytes, zone: str, by: Any, as_of: datetime
) -> ImportJob:
    """Keep a file with the map that its columns suggest; ``zone`` is that of dates without an offset.

    Raises UnreadableFile: too large, too long, empty, or not what its name says.
    """
    if len(content) > LARGEST:
        raise UnreadableFile("is larger than 20 MiB; split it")
    table = table_named(file_name, content)
    if not table.rows:
        raise UnreadableFile("has no rows below the names of the columns")
    if len(table.rows) > MOST_ROWS:
        raise UnreadableFile(f"has {len(table.rows)} rows, more than {MOST_ROWS}; split it")
    job = ImportJob.objects.create(
        by=by,
        created_at=as_of,
        resource=resource,
        source=source,
        file_name=file_name[:255],
        content=content,
        mapping=suggested_map(resource, table, zone=zone),
        total=len(table.rows),
    )
    after = {"file": job.file_name, "resource": resource, "source": source, "rows": job.total}
    audit.record(
        actor=by, verb="import.upload", object_type="import", object_id=job.pk, after=after, as_of=as_of
    )
    return job


def suggested_map(resource: str, table: Table, *, zone: str) -> dict[str, Any]:
    """The map that the names of the columns and the look of their cells suggest."""
    fields = guess_fields(resource, table.columns)
    dated = [fields[name] for name in instant_fields(resource) if name in fields]
    cells = (row.get(column) for row in table.rows[:TRIED] if isinstance(row, dict) for column in dated)
    formats, needs_zone = guess_formats(cells)
    found: dict[str, Any] = {"fields": fields}
    if formats:
        found["dates"] = formats
    if needs_zone:
        found["timezone"] = zone
    return found


def table_of_job(job: ImportJob) -> Table:
    """The rows of its file. Raises UnreadableFile where the file is no longer kept."""
    if not job.content:
        raise UnreadableFile("is no longer kept; upload it again")
    return table_named(job.file_name, bytes(job.content))


def choose_map(job: ImportJob, mapping: Mapping[str, Any]) -> None:
    """Keep the map, which must fit the file. Raises MapError, NotStartableError."""
    if not mapping.get("fields"):
        raise MapError("fields: map at least one column")
    _prepared(job, table_of_job(job), mapping)
    changed = ImportJob.objects.filter(pk=job.pk, state=ImportState.UPLOADED).update(mapping=dict(mapping))
    if not changed:
        raise NotStartableError
    job.mapping = dict(mapping)


def try_out(job: ImportJob, *, clock: Callable[[], datetime]) -> Trial:
    """Import the first rows and undo it. Raises MapError where the map does not fit the file."""
    table = table_of_job(job)
    first = replace(table, rows=table.rows[:TRIED], lines=table.lines[:TRIED])
    run = _prepared(job, first, job.mapping)
    outcome = run.run(clock=clock, dry_run=True, told=lambda rows: None)
    conversion = Conversion(job.resource, run.mapping)
    rows = [conversion.row(row) for row in first.rows[:5] if isinstance(row, dict)]
    return Trial(outcome, rows, len(first.rows), first.lines)


@transaction.atomic
def start(job: ImportJob, *, by: Any, as_of: datetime) -> None:
    """Have the worker import it. Raises MapError, NotStartableError."""
    locked = ImportJob.objects.select_for_update().get(pk=job.pk)
    if locked.state != ImportState.UPLOADED or not locked.content:
        raise NotStartableError
    _prepared(locked, table_of_job(locked), locked.mapping)
    locked.state = ImportState.WAITING
    locked.counts = dict.fromkeys(COUNTS, 0)
    locked.save(update_fields=["state", "counts"])
    audit.record(
        actor=by,
        verb="import.start",
        object_type="import",
        object_id=locked.pk,
        after={"mapping": locked.mapping},
        as_of=as_of,
    )


@transaction.atomic
def discard(job: ImportJob, *, by: Any, as_of: datetime) -> None:
    """Forget an upload that was not started. Raises NotStartableError."""
    deleted, _rows = ImportJob.objects.filter(pk=job.pk, state=ImportState.UPLOADED).delete()
    if not deleted:
        raise NotStartableError
    before = {"file": job.file_name}
    audit.record(
        actor=by, verb="import.discard", object_type="import", object_id=job.pk, before=before, as_of=as_of
    )


def work(*, clock: Callable[[], datetime], seconds: float) -> int:
    """Import what waits, the oldest first, for about so many seconds; how many rows went by."""
    ends = time.monotonic() + seconds
    done = 0
    while time.monotonic() < ends and (job := _next()) is not None:
        rows = _continue(job, clock, ends)
        if not rows:  # somebody else is at it, or it ended
            break
        done += rows
    return done


def refused_rows(job: ImportJob) -> Iterator[tuple[Any, list[str]]]:
    """The refused rows as they stood in the file, each with field, code and message."""
    table = table_of_job(job)
    for index, *why in job.refused:
        yield table.rows[index], why


def purge(*, as_of: datetime) -> int:
    """Empty the files, and the reasons of refused rows, that are older than 30 days; how many."""
    old = ImportJob.objects.filter(created_at__lte=as_of - FILES_KEPT).exclude(content=b"")
    return _emptied(old.exclude(state__in=UNDER_WAY))


def empty_files_of(source: str) -> int:
    """Empty the files of a source that have been imported: somebody in them was erased; how many."""
    files = ImportJob.objects.filter(source=source, finished_at__isnull=False)
    return _emptied(files.exclude(content=b""))


def _emptied(jobs: Any) -> int:
    return int(jobs.update(content=b"", refused=[]))


def _next() -> ImportJob | None:
    return ImportJob.objects.filter(state__in=UNDER_WAY).order_by("created_at", "pk").first()


def _continue(job: ImportJob, clock: Callable[[], datetime], ends: float) -> int:
    """Batch after batch until the file or the time ends; a file that cannot be imported has failed."""
    went_by = 0
    try:
        run = _prepared(job, table_of_job(job), job.mapping)
        while time.monotonic() < ends:
            rows = in_transaction(lambda: _batch(job.pk, run, clock()))
            if rows is None:
                break
            went_by += rows
    except (MapError, UnreadableFile) as error:
        _fail(job, str(error), clock())
    except OperationalError:  # the database went away: the next turn goes on where this one stopped
        raise
    except Exception as error:  # whatever it was, the import says so and does not begin again for ever
        log.exception("import failed", extra={"import": job.pk})
        _fail(job, f"{type(error).__name__}: {error}", clock())
    return went_by


def _batch(pk: int, run: FileImport, as_of: datetime) -> int | None:
    """The next rows of an import, and its progress, in one transaction; None when nothing is left to do."""
    rows = ImportJob.objects.defer("content").select_for_update(skip_locked=True)
    job = rows.filter(pk=pk, state__in=UNDER_WAY).first()
    if job is None:
        return None
    job.state, job.started_at = ImportState.RUNNING, job.started_at or as_of
    batch = run.converted(job.done, job.done + BATCH)
    if batch:
        summary = ingest(resource=run.resource, source=run.source, rows=batch, channel=CHANNEL, as_of=as_of)
        _add(job, summary)
    if job.done >= job.total:
        job.state, job.finished_at = ImportState.DONE, as_of
    job.save(update_fields=["state", "started_at", "finished_at", "done", "counts", "refused"])
    return len(batch) or None


def _add(job: ImportJob, summary: Summary) -> None:
    job.counts = {name: job.counts.get(name, 0) + getattr(summary, name) for name in COUNTS}
    job.refused = [*job.refused, *_refused(summary, job.done)][:MOST_REFUSED]
    job.done += summary.received


def _refused(summary: Summary, before: int) -> Iterator[list[Any]]:
    """Each refused row once: where it stands in the file, its first field and code, the messages of all."""
    for index, errors in groupby(summary.errors, key=attrgetter("index")):
        every = list(errors)
        messages = "; ".join(f"{error.field or 'row'}: {error.message}" for error in every)
        yield [before + index, every[0].field or "", every[0].code, messages]


def _fail(job: ImportJob, error: str, as_of: datetime) -> None:
    still = ImportJob.objects.filter(pk=job.pk, state__in=UNDER_WAY)
    still.update(state=ImportState.FAILED, error=error.replace("\x00", "")[:2000], finished_at=as_of)


def _prepared(job: ImportJob, table: Table, mapping: Mapping[str, Any]) -> FileImport:
    return FileImport(job.resource, job.source, table, map_of(dict(mapping), job.resource))
