"""Figures shown beside a promise, not scored, so that keeping its letter alone does not look good."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.translation import get_language

from agreements.terms.values import Promise
from measurement.beside import SECONDS, Figure, beside, beside_subject
from reporting.showing.numbers import hours, number, percent


@dataclass(frozen=True, slots=True)
class BesideLine:
    """One figure: what is counted, how many, and which share of all."""

    label: str
    value: str
    share: str


def beside_lines(promise: Promise, start: datetime, end: datetime, as_of: datetime) -> list[BesideLine]:
    """What stands beside a promise for a period; nothing where nothing opposes it."""
    return _lines(beside(promise, start=start, end=end, as_of=as_of))


def beside_record(promise: Promise, subject_id: int, as_of: datetime) -> list[BesideLine]:
    """What stands beside one record's clock: what was made of a content, the uploads of an event."""
    return _lines(beside_subject(promise, subject_id, as_of=as_of))


def _lines(figures: Iterable[Figure]) -> list[BesideLine]:
    language = (get_language() or "en")[:2]
    return [_line(figure, language) for figure in figures]


def _line(figure: Figure, language: str) -> BesideLine:
    show = hours if figure.unit == SECONDS else number
    label = figure.label(language if language in ("en", "fr") else "en")
    if figure.of is None:
        return BesideLine(label, show(figure.value), "")
    share = percent(Fraction(figure.value, figure.of)) if figure.of else "–"
    return BesideLine(label, f"{show(figure.value)} / {show(figure.of)}", share)
