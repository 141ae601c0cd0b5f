"""The value of a period against its target, in words: a share, a number or staffed hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.enums import Kind
from agreements.terms.kinds import RateTerms
from agreements.terms.values import Promise, Target
from measurement.models import Reading
from measurement.readings import Known
from reporting.showing.numbers import NBSP, hours, number, percent
from reporting.showing.promises import target_text

SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
_WHOLE = {">=": "≥", ">": "≥", "<=": "≤", "<": "≤"}  # of a count the least, or most, that meets the target


@dataclass(frozen=True, slots=True)
class Figures:
    """What a period came to: of a volume ``numerator`` alone, of coverage open seconds."""

    promise: Promise
    numerator: int
    denominator: int | None
    left_out: int
    expected: float | None

    @classmethod
    def of(cls, reading: Reading, promise: Promise) -> Self:
        """Of a stored reading."""
        expected = None if reading.expected is None else float(reading.expected)
        return cls(promise, reading.numerator, reading.denominator, reading.left_out, expected)

    @classmethod
    def known(cls, now: Known, promise: Promise) -> Self:
        """Of a reading as it stands now."""
        stored = cls.of(now.reading, promise)
        return cls(promise, now.numerator, now.denominator, stored.left_out, stored.expected)

    @classmethod
    def frozen(cls, row: Mapping[str, Any], promise: Promise) -> Self:
        """Of a row of a report."""
        return cls(promise, row["numerator"], row["denominator"], 0, row["expected"])

    @property
    def is_count(self) -> bool:
        """Whether the value is a number rather than a share."""
        return self.promise.kind == Kind.VOLUME

    @property
    def value(self) -> Fraction | None:
        """The number, or the share; None of nothing."""
        if self.is_count:
            return Fraction(self.numerator)
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def text(self) -> str:
        """The value alone: ``7``, ``81 %``, a dash."""
        if self.is_count:
            return number(self.numerator)
        return percent(self.value)

    @property
    def target(self) -> str:
        """What it is held against in this period: ``≥ 10``, ``≥ 47 %``."""
        return expected_text(self.promise, self.expected)

    @property
    def counted(self) -> str:
        """What the value is made of: ``7 counted``, ``42 of 60``, ``31 h of 38 h staffed``."""
        if self.is_count:
            text = ngettext("%(n)s counted", "%(n)s counted", self.numerator)
            return text % {"n": number(self.numerator)}
        if not self.denominator:
            return _("nothing to judge yet")
        if self.promise.kind == Kind.COVERAGE:
            said = {"n": hours(self.numerator), "d": hours(self.denominator or 0)}
            return _("%(n)s of %(d)s staffed") % said
        said = {"n": number(self.numerator), "d": number(self.denominator or 0)}
        if self.promise.kind == Kind.RATE:
            return _("%(n)s of %(d)s") % said
        return _("%(n)s of %(d)s kept") % said


def expected_text(promise: Promise, expected: float | None) -> str:
    """The number that the target came to; the target as agreed where it came to none."""
    target = promise.terms.target
    if expected is None:
        return target_text(target)
    if promise.kind == Kind.VOLUME:
        return f"{_WHOLE[target.op]}{NBSP}{number(expected)}"
    exact = (
        target.value if isinstance(target, Target) and abs(float(target.value) - expected) < 1e-6 else None
    )
    return f"{SIGNS[target.op]}{NBSP}{percent(Fraction(f'{expected:.6f}') if exact is None else exact)}"


def reached(promise: Promise, expected: float | None) -> Target | None:
    """The target as a comparison with the number that it came to; None where it came to none."""
    if expected is None:
        return None
    target = promise.terms.target
    op = {">": ">=", "<": "<="}.get(target.op, target.op) if promise.kind == Kind.VOLUME else target.op
    return Target(op, Fraction(f"{expected:.6f}"), percent=promise.kind != Kind.VOLUME)


def span_text(reading: Reading, promise: Promise) -> str:
    """The days of a period in the calendar's zone: ``on 5 March 2026``, ``from 2 to 8 March 2026``."""
    zone = ZoneInfo(promise.timezone)
    first = reading.period_start.astimezone(zone).date()
    last = (reading.period_end - timedelta(seconds=1)).astimezone(zone).date()
    if is_state(promise):
        return _("at the end of %(day)s") % {"day": _day(last)}
    if first == last:
        return _("on %(day)s") % {"day": _day(first)}
    return _("from %(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def is_state(promise: Promise) -> bool:
    """Whether it is read at the end of a period rather than counted during it."""
    return isinstance(promise.terms, RateTerms) and isinstance(promise.terms.of, str)


def sentence(reading: Reading, promise: Promise) -> str:
    """What a closed period came to, against its target, and how much was left out."""
    figures = Figures.of(reading, promise)
    said = {
        "counted": figures.counted,
        "value": figures.text,
        "span": span_text(reading, promise),
        "target": figures.target,
    }
    if figures.is_count:
        text = _("%(counted)s %(span)s, and the target is %(target)s.") % said
    else:
        text = _("%(counted)s %(span)s: %(value)s, and the target is %(target)s.") % said
    return text + left_out_text(reading.left_out)


def left_out_text(left_out: int) -> str:
    """How many more were left out, as a sentence that follows another; empty for none."""
    if not left_out:
        return ""
    return " " + ngettext("%(n)d more was left out.", "%(n)d more were left out.", left_out) % {"n": left_out}


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
