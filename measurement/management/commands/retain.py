"""retain [--months N] [--dry-run] [--no-input]"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measurement import retaining

OFF = "Retention is off: set RETENTION_MONTHS, or say --months N."


class Command(BaseCommand):
    help = "Seals what is older than RETENTION_MONTHS and deletes facts that nothing asks for any more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--months", type=int, help="instead of RETENTION_MONTHS")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--no-input", action="store_true", help="do not ask first")

    def handle(self, *args: Any, **options: Any) -> None:
        months = settings.RETENTION_MONTHS if options["months"] is None else options["months"]
        if not months:
            raise CommandError(OFF)
        if months < 0:
            raise CommandError("--months: a number above 0.")
        if options["dry_run"]:
            self._foresee(months)
            return
        if not options["no_input"] and sys.stdin is not None and sys.stdin.isatty():
            self._ask(months)
        done = retaining.retain(months=months, as_of=timezone.now())
        sealed = f"{done.sealed_before:%Y-%m-%d}" if done.sealed_before else "nothing"
        self.stdout.write(
            f"Sealed before {sealed}{' (new)' if done.moved else ''}: {done.events} events deleted, "
            f"{done.updates} updates of records deleted and {done.shortened} shortened."
        )
        if not done.complete:
            self.stdout.write(
                "Not finished: facts wait to be judged, or were judged elsewhere. Run it again."
            )

    def _ask(self, months: int) -> None:
        """Whoever sits there sees what would go, and says that it may."""
        self._foresee(months)
        self.stdout.write("What is sealed stays sealed, what is deleted is gone (backups aside).")
        if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")

    def _foresee(self, months: int) -> None:
        found = retaining.foreseen(months=months, as_of=timezone.now())
        if found["waiting"]:
            self.stdout.write(f"{found['waiting']} changes wait to be judged; the horizon moves after that.")
        if "sealed_before" not in found:
            return
        new = "would be" if found["moves"] else "are"
        for what in ("clocks", "units", "readings"):
            self.stdout.write(f"{found[what]} of {found[f'all_{what}']} {what} {new} sealed")
        self.stdout.write(
            f"before {found['sealed_before']:%Y-%m-%d}. {found['kept_whole']} records are kept whole. Of the "
            f"facts before {found['kept_from']:%Y-%m-%d}, {found['events']} events would be deleted."
        )
