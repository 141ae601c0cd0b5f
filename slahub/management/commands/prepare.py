"""`manage.py prepare`: what an installation needs before its processes start; safe to run again."""

import os
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.urls import reverse

from people import first_administrator
from slahub import translations


class Command(BaseCommand):
    help = "Compiles translations, migrates, and with --demo loads the demo company into an empty hub."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="load the demo company unless anybody is known"
        )

    def handle(self, *args: object, demo: bool, **options: object) -> None:
        for path in settings.LOCALE_PATHS:
            translations.compile_all(Path(path))
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("The database is up to date.")
        if demo:
            self._load_demo()
        self._offer_the_code()

    def _offer_the_code(self) -> None:
        """Tell the operator how the first administrator comes in; the note is for `serve` to repeat."""
        note = Path(settings.DATA_DIR) / "setup-code"
        note.unlink(missing_ok=True)
        if not first_administrator.awaited():
            return
        code = first_administrator.code()
        note.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(code)
        where = f"{settings.SITE_URL}{reverse('setup_first')}"
        self.stdout.write(f"Nobody administers this installation yet: open {where} with the code {code}")

    def _load_demo(self) -> None:
        """Once, into a hub without people; begun again when it was interrupted."""
        begun = Path(settings.DATA_DIR) / "demo-begun"
        if get_user_model().objects.exists() and not begun.exists():
            return
        begun.parent.mkdir(parents=True, exist_ok=True)
        begun.touch()
        self.stdout.write("Loading the demo company, once: about half a minute …")
        logins = StringIO()
        call_command("demo", stdout=logins)
        (begun.parent / "demo-logins").write_text(logins.getvalue())
        begun.unlink()
