"""load_agreement FILE.yaml [--sign | --trial] [--dry-run]"""

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.document import DocumentError
from agreements.loading import Loaded, load
from agreements.signing import SigningError
from agreements.trying import TrialError


class Command(BaseCommand):
    help = (
        "Creates or amends an agreement from its YAML, a draft unless --sign or --trial; "
        "prints what changes in words."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.yaml", type=Path)
        binding = parser.add_mutually_exclusive_group()
        binding.add_argument(
            "--sign", action="store_true", help="sign for every party in the operator's name"
        )
        binding.add_argument(
            "--trial", action="store_true", help="measure it unsigned, without names and without mails"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            loaded = load(
                path.read_bytes(),
                by=_operator(),
                as_of=timezone.now(),
                sign=options["sign"],
                trial=options["trial"],
                dry_run=options["dry_run"],
            )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except DocumentError as error:
            raise CommandError(
                "\n".join([f"{path} was refused, nothing is stored:", *error.lines])
            ) from error
        except (SigningError, TrialError) as error:
            raise CommandError(f"{path} was refused, nothing is stored: {error}") from error
        self._tell(loaded, dry_run=options["dry_run"])

    def _tell(self, loaded: Loaded, *, dry_run: bool) -> None:
        for line in loaded.difference:
            self.stdout.write(line)
        if not loaded.changed:
            self.stdout.write(_("nothing changes"))
        for warning in loaded.warnings:
            self.stdout.write(self.style.WARNING(_("look at %(warning)s") % {"warning": warning}))
        state = {"draft": _("draft"), "review": _("in review"), "signed": _("signed")}[loaded.version.state]
        if loaded.version.trial_since and loaded.version.state != "signed":
            state = _("%(state)s, on trial") % {"state": state}
        words = {"version": loaded.version, "state": state, "date": loaded.version.effective_from.isoformat()}
        if dry_run:
            self.stdout.write(_("would be: %(version)s, %(state)s, from %(date)s; nothing is stored") % words)
        else:
            self.stdout.write(_("%(version)s, %(state)s, from %(date)s") % words)


def _operator() -> str:
    """Who runs the command, as the machine knows them."""
    try:
        return f"operator {getpass.getuser()}"
    except (KeyError, OSError):  # a container's user without a name
        return "operator"
