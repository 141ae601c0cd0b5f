"""`manage.py restore FILE`: a backup back into the database, all of it or nothing."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from slahub.backups import archive, making, restoring
from slahub.stack.errors import StackError

OTHER_KEY = (
    "SECRET_KEY is not the one of then: second factors cannot be read, links in earlier mails do not work. "
    "Name that key in SECRET_KEY or SECRET_KEY_FALLBACKS, or remove_second_factor of each person."
)


class Command(BaseCommand):
    help = "Puts a backup in the place of what the database holds; stop serve (or web, worker, beat) first."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="what `backup` wrote, or - for standard input")
        parser.add_argument("--yes", action="store_true", help="replace what the database holds")
        parser.add_argument("--check", action="store_true", help="only look whether the file is whole")

    def handle(self, *args: object, file: str, yes: bool, check: bool, **options: object) -> None:
        try:
            with _opened(file) as opened:
                if check:
                    self._tell(restoring.inspect(opened), "is whole")
                    return
                restored = restoring.restore(opened, replace=yes, by="restore", as_of=timezone.now())
        except archive.ArchiveError as error:
            raise CommandError(f"{file}: {error}.") from error
        except (restoring.RefusedError, StackError, OSError) as error:
            raise CommandError(str(error)) from error
        self._tell(restored.manifest, "is restored")
        if restored.held:
            self.stdout.write(
                f"{restored.held} mails that waited then are held: decide about them on /health/."
            )
        if not restored.same_key:
            self.stdout.write(OTHER_KEY)
        self.stdout.write("Everybody signs in again.")

    def _tell(self, manifest: archive.Manifest, outcome: str) -> None:
        self.stdout.write(
            f"The backup of {manifest.made_at} {outcome}: {manifest.total:,} rows of {len(manifest.rows)} "
            f"tables, from SLA Hub {manifest.version} on PostgreSQL {manifest.postgresql}."
        )


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name != "-":
        with making.opened(Path(name)) as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:  # the end of a zip is read first
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        yield copy
