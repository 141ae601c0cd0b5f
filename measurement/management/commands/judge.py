"""judge [--all] [--as-of INSTANT]"""

from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.instants import format_instant, parse_instant
from leads.models import Ref
from measurement import judging
from measurement.states import ClockLike, state_at
from measurement.verdicts import ClockVerdict

HEADINGS = ("commitment", "subject", "state", "started", "due", "done")


class Command(BaseCommand):
    help = "Measures what is pending, or everything afresh; with --as-of prints what was so, stores nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="judge every record, not only what was touched"
        )
        parser.add_argument(
            "--as-of",
            type=_instant,
            metavar="INSTANT",
            help="ignore later facts, print the clocks, store nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["as_of"] is not None:
            self._print_clocks(options["as_of"])
            return
        as_of = timezone.now()
        judge = judging.judge_all if options["all"] else judging.judge_pending
        done = judge(as_of=as_of, progress=self._progress)
        self.stdout.write(
            f"{done.subjects} records judged: {done.written} clocks new or changed, {done.removed} removed"
        )

    def _progress(self, so_far: judging.Judged) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{so_far.subjects} records, {so_far.written} clocks changed", ending="")

    def _print_clocks(self, as_of: datetime) -> None:
        clocks = sorted(
            judging.afresh(as_of=as_of), key=lambda clock: (clock.commitment_key, clock.started_at)
        )
        names = _names(clock.subject_id for clock in clocks)
        states = [str(state_at(cast("ClockLike", clock), as_of)) for clock in clocks]
        rows = [_row(clock, names, state) for clock, state in zip(clocks, states, strict=True)]
        widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
        for row in (HEADINGS, *rows):
            self.stdout.write(
                "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )
        counts = ", ".join(f"{count} {state}" for state, count in sorted(Counter(states).items())) or "none"
        self.stdout.write(f"{len(clocks)} clocks as of {format_instant(as_of)}: {counts}")


def _row(clock: ClockVerdict, names: dict[int, str], state: str) -> tuple[str, ...]:
    instants = (clock.started_at, clock.due_at, clock.stopped_at)
    shown = ("–" if instant is None else format_instant(instant) for instant in instants)
    return clock.commitment_key, names[clock.subject_id], state, *shown


def _names(refs: Iterable[int]) -> dict[int, str]:
    return {ref.id: str(ref) for ref in Ref.objects.filter(id__in=set(refs))}


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
