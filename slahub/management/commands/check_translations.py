"""`manage.py check_translations`: every text of the interface has its French words."""

import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from slahub import translations

NOT_SOURCES = ("tests", "bench", "docs", "node_modules")


class Command(BaseCommand):
    help = "Finds texts without a translation, doubtful ones, and broken placeholders; needs gettext."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--required", action="store_true", help="fail where gettext is missing")

    def handle(self, *args: object, required: bool, **options: object) -> None:
        if shutil.which("xgettext") is None or shutil.which("msgfmt") is None:
            if required:
                raise CommandError("gettext is not installed.")
            self.stdout.write("Skipped: check_translations needs gettext (xgettext, msgfmt).")
            return
        used = self._texts_in_sources()
        missing = [
            f"{language}: {problem}"
            for language, _name in settings.LANGUAGES
            if language != "en"
            for problem in self._problems(language, used)
        ]
        if missing:
            raise CommandError("\n".join([f"{len(missing)} texts need work:", *missing]))
        self.stdout.write(f"{len(used)} texts, all translated.")

    def _problems(self, language: str, used: polib.POFile) -> list[str]:
        path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            return [f"{path} is missing"]
        known = translations.translated(path)
        wanted = [entry for entry in used if (entry.msgctxt, entry.msgid) not in known]
        checked = subprocess.run(
            ["msgfmt", "--check", "--output-file=/dev/null", path],
            capture_output=True,
            text=True,
            check=False,
        )
        broken = checked.stderr.strip().splitlines() if checked.returncode else []
        return [*(f"{entry.msgid!r} ({entry.occurrences[0][0]})" for entry in wanted), *broken]

    def _texts_in_sources(self) -> polib.POFile:
        """What makemessages finds, in a copy: the committed catalogue is not touched."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "project"
            ignored = shutil.ignore_patterns(".*", "__pycache__", "locale", *NOT_SOURCES)
            shutil.copytree(settings.BASE_DIR, copy, ignore=ignored)
            (copy / "locale").mkdir()
            (copy / "manage.py").chmod(0o755)
            command = [
                sys.executable,
                "manage.py",
                "makemessages",
                "--locale=fr",
                "--no-obsolete",
                "--verbosity=0",
            ]
            done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
            if done.returncode:
                raise CommandError(done.stderr)
            return polib.pofile(str(copy / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
