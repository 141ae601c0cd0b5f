"""demo [--as-of DATE] [--days N] [--scale N]"""

import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, datetime
from datetime import time as clock
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.instants import parse_instant
from demo.cast import PARIS
from demo.loading import NotEmptyError, load_demo
from demo.people import known_logins
from demo.stage import Stage, at_clock

AFTERNOON = clock(16)
SAY_EVERY = 2.0  # seconds
OF_ITS_SIZE = (
    " It stays as large as it is: for another size start with an empty DATA_DIR (or database), "
    "`serve --no-demo`, then `demo --scale N`."
)


class Command(BaseCommand):
    help = "Loads the demo company, makers of measuring instruments, with three months of facts that end now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            type=_as_of,
            metavar="DATE",
            help="the day at whose 16:00 in Paris (or the instant at which) the story ends; default: now",
        )
        parser.add_argument(
            "--days", type=_number(7, 730), default=90, help="how far back it reaches (default 90)"
        )
        parser.add_argument(
            "--scale", type=_number(1, 2000), default=1, help="so many times the accounts and leads"
        )

    def handle(self, *args: Any, as_of: datetime | None, days: int, scale: int, **options: Any) -> None:
        now = timezone.now().astimezone(UTC).replace(microsecond=0)
        stage = Stage(min(as_of or now, now), days=days)
        begun = self._said = time.monotonic()
        try:
            loaded = load_demo(stage, scale=scale, progress=self._progress, building=self._building)
        except NotEmptyError as error:
            raise CommandError(str(error)) from error
        if loaded:
            took = time.monotonic() - begun
            words = f"{loaded.facts} facts ({loaded.refused} refused, as some always are) in {took:.0f} s"
            self.stderr.write(f"The demo company is here: {words}.")
        else:
            self.stderr.write(f"The demo company is already here.{OF_ITS_SIZE if scale > 1 else ''}")
        for line in known_logins():
            self.stdout.write(line)

    def _building(self, what: str) -> None:
        self.stderr.write(f"  … {what}")

    def _progress(self, instant: datetime, facts: int) -> None:
        if time.monotonic() - self._said >= SAY_EVERY:
            self._said = time.monotonic()
            self.stderr.write(f"  … {instant:%Y-%m-%d}: {facts} facts")


def _as_of(text: str) -> datetime:
    try:
        return at_clock(date.fromisoformat(text), AFTERNOON, PARIS)
    except ValueError:
        pass
    try:
        return parse_instant(text).replace(microsecond=0)
    except ValueError as error:
        raise ArgumentTypeError(f"{text}: write a day like 2026-03-31; {error}") from None


def _number(least: int, most: int) -> Any:
    def read(text: str) -> int:
        if not text.isdigit() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text}: a whole number from {least} to {most} is expected")
        return int(text)

    return read
