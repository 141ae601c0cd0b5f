"""Figures that no CRM holds are read from what people enter, checked line by line, and stored.

One value holds for a series and day. The same value again changes nothing; another one is a correction: the
earlier stays, marked as replaced.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from leads.models import Counting, Figure, FigureSeries

COLUMNS = ("series", "day", "value")
MOST_ROWS = 5_000
BY_HAND = "by hand"
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}", re.ASCII)
_LIMIT = Decimal(10) ** 15
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2},\d{3}")
_THOUSANDS = re.compile(r"[ \u00a0\u202f'](?=\d{3}(\D|$))")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a series amounted to on a day."""

    series: str
    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong in a line (counted from 1, the header included) and in which column."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Entered:
    """The lines that can be read, and what is wrong with the others."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stored:
    """How many values were new, corrected, and the same as before."""

    created: int
    corrected: int
    unchanged: int


def read_entries(rows: Sequence[Mapping[str, Any]], *, lines: Sequence[int], series: str = "") -> Entered:
    """The figures of a table with the columns ``series`` (where ``series`` is not given), ``day``, ``value``.

    ``lines``: where each row stands in the file. Days are written 2026-03-31, numbers with a point or a
    comma. A day that stands twice for a series is an error of its second line.
    """
    found = Entered()
    seen: dict[tuple[str, date], int] = {}
    for line, row in zip(lines, rows, strict=True):
        entry = _entry(row, line, series, found.errors)
        if entry is None:
            continue
        first = seen.setdefault((entry.series, entry.day), line)
        if first != line:
            message = _("this day of the series stands in line %(line)d already") % {"line": first}
            found.errors.append(LineError(line, "day", message))
        else:
            found.entries.append(entry)
    return found


def read_value(text: str) -> Decimal:
    """``1234.5``, ``1 234,5``; raises ValueError with what to write."""
    plain = _THOUSANDS.sub("", text.strip())
    if _AMBIGUOUS.fullmatch(plain):
        raise ValueError(
            _("“%(text)s” may be a thousand times more or less; write it without the comma")
            % {"text": text[:40]}
        )
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(_("“%(text)s” is not a number; write 1234 or 12.5") % {"text": text[:40]}) from None
    if not value.is_finite() or abs(value) >= _LIMIT:
        raise ValueError(_("“%(text)s” is too large") % {"text": text[:40]})
    return value.quantize(Decimal("0.0001")).normalize()


@transaction.atomic
def store(
    entries: Iterable[Entry], *, by: Any, source: str, counting: Counting | None = None, as_of: datetime
) -> Stored:
    """Store the figures; ``counting`` says for new series how they are counted. Leaves one audit row."""
    entries = list(entries)
    names = {entry.series for entry in entries}
    for name in sorted(names):
        FigureSeries.objects.get_or_create(name=name, defaults={"counting": (counting or Counting.SUM).value})
    list(FigureSeries.objects.select_for_update().filter(name__in=names).order_by("name"))
    days = {entry.day for entry in entries}
    held = {
        (figure.series, figure.day): figure
        for figure in Figure.objects.current().filter(series__in=names, day__in=days)
    }
    new = [entry for entry in entries if _differs(entry, held.get((entry.series, entry.day)))]
    replaced = [held[entry.series, entry.day].pk for entry in new if (entry.series, entry.day) in held]
    Figure.objects.filter(pk__in=replaced).update(replaced_at=as_of)
    person = by if getattr(by, "pk", None) else None
    Figure.objects.bulk_create(
        Figure(
            series=entry.series,
            day=entry.day,
            value=entry.value,
            source=source[:200],
            entered_by=person,
            received_at=as_of,
        )
        for entry in new
    )
    stored = Stored(len(new) - len(replaced), len(replaced), len(entries) - len(new))
    if new:
        _note(stored, names, by=by, source=source, as_of=as_of)
    return stored


def _note(stored: Stored, names: set[str], *, by: Any, source: str, as_of: datetime) -> None:
    record(
        actor=by,
        verb="figures.entered",
        object_type="figure",
        object_id=", ".join(sorted(names))[:64],
        after={"source": source, "created": stored.created, "corrected": stored.corrected},
        as_of=as_of,
    )


def _differs(entry: Entry, held: Figure | None) -> bool:
    return held is None or held.value != entry.value


def _entry(row: Mapping[str, Any], line: int, series: str, errors: list[LineError]) -> Entry | None:
    before = len(errors)
    name = series or str(row.get("series") or "").strip()
    if not _NAME.fullmatch(name):
        errors.append(
            LineError(line, "series", _("is missing or has other signs than letters, digits, - and _"))
        )
    day = _day(row, line, errors)
    value = _value(row, line, errors)
    return Entry(name, day, value) if len(errors) == before and day and value is not None else None


def _day(row: Mapping[str, Any], line: int, errors: list[LineError]) -> date | None:
    text = str(row.get("day") or "").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = _("“%(text)s” is not a day; write it like 2026-03-31") % {"text": text[:40]}
        errors.append(LineError(line, "day", message if text else _("is missing")))
        return None


def _value(row: Mapping[str, Any], line: int, errors: list[LineError]) -> Decimal | None:
    text = str(row.get("value") if row.get("value") is not None else "").strip()
    try:
        if text:
            return read_value(text)
        errors.append(LineError(line, "value", _("is missing")))
    except ValueError as error:
        errors.append(LineError(line, "value", str(error)))
    return None
