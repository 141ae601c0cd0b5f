"""`manage.py upgrade_database`: the embedded database to the PostgreSQL that a new SLA Hub brings."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from slahub.stack.errors import StackError
from slahub.stack.upgrading import upgrade


class Command(BaseCommand):
    help = "Moves the embedded database to the major version of PostgreSQL that this SLA Hub brings."
    requires_system_checks = ()  # it runs without a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--programs",
            type=Path,
            required=True,
            help="the PostgreSQL that wrote the data: its bin folder, or where pip put a wheel of it",
        )

    def handle(self, *args: object, programs: Path, **options: object) -> None:
        try:
            done = upgrade(Path(settings.DATA_DIR), programs=programs.absolute())
        except (StackError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"PostgreSQL {done.before} → {done.now}: {done.rows:,} rows moved, every table counted.\n"
            f"The old data is in {done.old_data}: remove it when everything works."
        )
