"""A file through the ingestion, batch by batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from leads.importing.conversion import Conversion
from leads.importing.files import Table
from leads.importing.mapping import MapError, Mapping
from leads.ingestion import RowError, ingest

BATCH = 5_000
COUNTS = ("received", "created", "updated", "unchanged", "rejected")


@dataclass(slots=True)
class Outcome:
    """The counts of all batches, errors and warnings with the index of their row in the file, from 0."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileImport:
    """One file of one resource. Raises MapError at once when the map does not fit the file."""

    resource: str
    source: str
    table: Table
    mapping: Mapping

    def __post_init__(self) -> None:
        self.mapping.check_columns(self.table.columns)
        named = self.mapping.fields or dict.fromkeys(self.table.columns)
        if self.table.rows and "external_id" not in {*named, *self.mapping.constants}:
            raise MapError(
                "nothing gives external_id, the id that a row has in its source; map a column to it, or a"
                ' template of columns such as external_id: "{order}-{line}"'
            )

    def run(self, *, clock: Callable[[], datetime], dry_run: bool, told: Callable[[int], Any]) -> Outcome:
        """Ingest every row; a dry run undoes it. ``told`` hears how many rows went by."""
        outcome = Outcome()
        if not dry_run:
            self._ingest(outcome, clock, told)
            return outcome
        with transaction.atomic():
            self._ingest(outcome, clock, told)
            transaction.set_rollback(True)
        return outcome

    def _ingest(self, outcome: Outcome, clock: Callable[[], datetime], told: Callable[[int], Any]) -> None:
        for start, rows in self._batches():
            summary = ingest(
                resource=self.resource, source=self.source, rows=rows, channel="file", as_of=clock()
            )
            for name in COUNTS:
                outcome.counts[name] += getattr(summary, name)
            outcome.errors += [replace(error, index=start + error.index) for error in summary.errors]
            outcome.warnings += [replace(told, index=start + told.index) for told in summary.warnings]
            told(len(rows))

    def converted(self, start: int, end: int) -> list[Any]:
        """These rows of the file, counted from 0, as the API takes them."""
        conversion = Conversion(self.resource, self.mapping)
        rows = self.table.rows[start:end]
        return [row if isinstance(row, bytes) else conversion.row(row) for row in rows]

    def _batches(self) -> Iterator[tuple[int, list[Any]]]:
        for start in range(0, len(self.table.rows), BATCH):
            yield start, self.converted(start, start + BATCH)
