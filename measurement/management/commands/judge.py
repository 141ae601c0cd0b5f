"""judge [--all] [--as-of INSTANT]"""

from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.instants import format_instant, parse_instant
from leads.models import Ref
from measurement import day_tallies, judging, kept
from measurement.states import ClockLike, state_at
from measurement.units import UnitVerdict
from measurement.verdicts import ClockVerdict

CLOCKS = ("commitment", "subject", "state", "started", "due", "done")
UNITS = ("commitment", "subject", "each", "state", "at", "until", "reason")


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
            help="ignore later facts, print the clocks and units, store nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["as_of"] is not None:
            self._print(options["as_of"])
            return
        as_of = timezone.now()
        judge = judging.judge_all if options["all"] else judging.judge_pending
        done = judge(as_of=as_of, progress=self._progress)
        if options["all"]:
            kept.rebuild(as_of=as_of)
            day_tallies.rebuild(as_of=as_of)
        else:
            kept.keep(as_of=as_of)
        self.stdout.write(
            f"{done.subjects} records judged: {done.written} clocks and units new or changed, "
            f"{done.removed} removed"
        )

    def _progress(self, so_far: judging.Judged) -> None:
        if self.stderr.isatty():
            self.stderr.write(
                f"\r{so_far.subjects} records, {so_far.written} clocks and units changed", ending=""
            )

    def _print(self, as_of: datetime) -> None:
        clocks: list[ClockVerdict] = []
        units: list[UnitVerdict] = []
        for found in judging.judgements_afresh(as_of=as_of):
            clocks += found.clocks
            units += found.units
        names = _names([*(clock.subject_id for clock in clocks), *(unit.subject_id for unit in units)])
        names |= _names(int(unit.each) for unit in units if unit.each.isdigit())
        clocks.sort(key=lambda clock: (clock.commitment_key, clock.started_at))
        units.sort(key=lambda unit: (unit.commitment_key, unit.at))
        states = [str(state_at(cast("ClockLike", clock), as_of)) for clock in clocks]
        self._table(
            CLOCKS, [_clock(clock, names, state) for clock, state in zip(clocks, states, strict=True)]
        )
        self.stdout.write(f"{len(clocks)} clocks as of {format_instant(as_of)}: {_counted(states)}")
        if units:
            self.stdout.write("")
            self._table(UNITS, [_unit(unit, names) for unit in units])
            counted = _counted(str(unit.state) for unit in units)
            self.stdout.write(f"{len(units)} units as of {format_instant(as_of)}: {counted}")

    def _table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
        for row in (headings, *rows):
            self.stdout.write(
                "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )


def _clock(clock: ClockVerdict, names: dict[int, str], state: str) -> tuple[str, ...]:
    instants = (clock.started_at, clock.due_at, clock.stopped_at)
    return clock.commitment_key, names[clock.subject_id], state, *map(_shown, instants)


def _unit(unit: UnitVerdict, names: dict[int, str]) -> tuple[str, ...]:
    each = names.get(int(unit.each), unit.each) if unit.each.isdigit() else unit.each or "–"
    reason = str(unit.reason) or "–"
    shown = map(_shown, (unit.at, unit.until))
    return unit.commitment_key, names[unit.subject_id], each, str(unit.state), *shown, reason


def _shown(instant: datetime | None) -> str:
    return "–" if instant is None else format_instant(instant)


def _counted(states: Iterable[str]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(Counter(states).items())) or "none"


def _names(refs: Iterable[int]) -> dict[int, str]:
    return {ref.id: str(ref) for ref in Ref.objects.filter(id__in=set(refs))}


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
