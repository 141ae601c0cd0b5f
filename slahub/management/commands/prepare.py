"""`manage.py prepare`: what an installation needs before its processes start; safe to run again."""

from argparse import ArgumentParser
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

from slahub import translations
from slahub.stack.pasteable import manage_command


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
        if not get_user_model().objects.exists():
            command = manage_command("createsuperuser", data_dir=settings.DATA_DIR, cwd=Path.cwd())
            self.stdout.write(f"Nobody can sign in yet: {command}")

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
