"""mailbox [--port N]"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reporting import mailbox


class Command(BaseCommand):
    help = "Takes mails over SMTP on this machine and keeps them to be read in the browser, at /mailbox/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=1025, help="0: any free one (default 1025)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mailbox.run(options["port"], announce=self._announce, clock=timezone.now)
        except (OSError, OverflowError) as error:
            raise CommandError(f"port {options['port']} of {mailbox.HOST} cannot be used: {error}") from error

    def _announce(self, port: int) -> None:
        where = f"{settings.SITE_URL}/mailbox/"
        self.stdout.write(f"mailbox on {mailbox.HOST}:{port}: mails are caught here; read them at {where}")
        self.stdout.flush()
