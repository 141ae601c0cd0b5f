"""`manage.py backup`: the whole installation in one file, while everything runs."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from slahub.backups import archive, making
from slahub.stack.errors import StackError


class Command(BaseCommand):
    help = "Writes the database and a manifest into one file that `restore` takes back; everything may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target",
            nargs="?",
            help="a folder (default: DATA_DIR/backups), a file that ends in .zip, or - for standard output",
        )
        parser.add_argument("--keep", type=int, help="keep that many backups in the folder, the newest ones")

    def handle(self, *args: object, target: str | None, keep: int | None, **options: object) -> None:
        if keep is not None and (keep < 1 or (target or "").endswith((".zip", "-"))):
            raise CommandError("--keep takes a number from 1 and works on a folder.")
        try:
            made = self._make(target, keep)
        except (StackError, OSError) as error:
            raise CommandError(str(error)) from error
        size = made.manifest.bytes / 1_000_000
        told = (
            f"{made.manifest.total:,} rows of {len(made.manifest.rows)} tables, {size:,.1f} MB: {made.name}"
        )
        (self.stderr if target == "-" else self.stdout).write(told)
        for old in made.removed:
            self.stdout.write(f"removed {old}")

    def _make(self, target: str | None, keep: int | None) -> making.Made:
        now = timezone.now()
        if target == "-":
            return making.back_up(sys.stdout.buffer, name="standard output", as_of=now)
        if target and target.endswith(".zip"):
            with archive.whole_or_not_at_all(Path(target)) as file:
                return making.back_up(file, name=target, as_of=now)
        folder = Path(target) if target else settings.DATA_DIR / "backups"
        return making.back_up_into(folder, as_of=now, keep=keep)
