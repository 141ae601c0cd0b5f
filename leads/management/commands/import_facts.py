"""import_facts RESOURCE FILE [--source S] [--map MAP.yaml] [--dry-run]"""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from leads.api.bodies import SOURCE
from leads.importing import FileImport, MapError, Mapping, Outcome, mapping, read_map
from leads.importing.files import Table, UnreadableFile, read_table, write_rejected
from leads.ingestion import RowError
from leads.ingestion.resources import RESOURCES

DEFAULT_SOURCE = "file"
INTRODUCTION = """\
Imports facts from a CSV, JSON or NDJSON file, row by row as the API would. Without a map every column is
    taken
under its own name. Ends with status 1 when rows were refused; they are in FILE.rejected.csv.

"""


class Command(BaseCommand):
    help = INTRODUCTION + (mapping.__doc__ or "").strip()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.add_argument("resource", choices=RESOURCES, metavar="RESOURCE", help=", ".join(RESOURCES))
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--source", help=f"the system that the ids belong to (default: {DEFAULT_SOURCE})")
        parser.add_argument(
            "--map", metavar="MAP.yaml", type=Path, help="which column is which field, see above"
        )
        parser.add_argument("--dry-run", action="store_true", help="check every row, store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if options["source"] is None:
            options["source"] = DEFAULT_SOURCE
            told = _("No --source is given: the ids are those of the source “%(source)s”.")
            self.stdout.write(told % {"source": DEFAULT_SOURCE})
        if not SOURCE.fullmatch(options["source"]):
            raise CommandError(
                _("--source must have 1 to 64 letters, digits, points, - or _, such as hubspot.")
            )
        table = _table(path)
        run = _import(options, table)
        with tqdm(total=len(table.rows), unit=" rows", file=sys.stderr, mininterval=0.5) as bar:
            outcome = run.run(clock=timezone.now, dry_run=options["dry_run"], told=bar.update)
        self._tell(outcome, table, dry_run=options["dry_run"])
        if outcome.errors:
            self._reject(path, table, outcome)

    def _tell(self, outcome: Outcome, table: Table, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Dry run: nothing is stored."))
        self._tell_grouped(outcome.errors, table)
        if outcome.warnings:
            self.stdout.write(_("Stored as they are, but they probably mean less than meant:"))
            self._tell_grouped(outcome.warnings, table)
        self.stdout.write(json.dumps(outcome.counts))

    def _tell_grouped(self, told: list[RowError], table: Table) -> None:
        """One line a field and code, the most frequent first, with the first row of each."""
        groups = Counter((each.field or "row", each.code) for each in told)
        for (field, code), count in groups.most_common(20):
            first = next(each for each in told if (each.field or "row", each.code) == (field, code))
            words = {
                "field": field,
                "code": code,
                "count": count,
                "row": first.index + 1,
                "message": first.message,
            }
            if table.lines:
                text = _("%(count)d × %(field)s %(code)s, first in row %(row)d (line %(line)d): %(message)s")
                self.stdout.write(text % {**words, "line": table.lines[first.index]})
            else:
                text = _("%(count)d × %(field)s %(code)s, first in row %(row)d: %(message)s")
                self.stdout.write(text % words)

    def _reject(self, path: Path, table: Table, outcome: Outcome) -> None:
        rejected = path.with_name(f"{path.name}.rejected.csv")
        rows = ((table.rows[e.index], e.field or "", e.code, e.message) for e in outcome.errors)
        try:
            write_rejected(rejected, table.columns, rows)
        except OSError as error:
            raise CommandError(f"{rejected}: {error.strerror}") from error
        self.stderr.write(_("The refused rows and their reasons are in %(file)s.") % {"file": rejected})
        sys.exit(1)


def _table(path: Path) -> Table:
    try:
        return read_table(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnreadableFile as error:
        raise CommandError(f"{path} {error}") from error


def _import(options: dict[str, Any], table: Table) -> FileImport:
    path: Path | None = options["map"]
    resource = options["resource"]
    try:
        fitting = Mapping() if path is None else read_map(path.read_text(encoding="utf-8-sig"), resource)
        return FileImport(resource, options["source"], table, fitting)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except (MapError, UnicodeDecodeError) as error:
        raise CommandError(f"{path or 'no --map'}: {error}") from error
