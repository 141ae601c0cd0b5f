"""Instants, days and spans as people read them, in a zone and a language."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}
_DAY = {"en": "d", "fr": "j"}


def moment(at: datetime, zone: ZoneInfo, language: str, *, year: int) -> str:
    """``Thu 2 Apr 16:30``; with the year when it is not this one."""
    local = at.astimezone(UTC).astimezone(zone)
    return f"{day(local.date(), language, year=year)} {local:%H:%M}" + (
        f":{local:%S}" if local.second else ""
    )


def day(when: date, language: str, *, year: int, month: bool = True) -> str:
    """``Thu 2 Apr``; ``Thu 2`` without its month."""
    number = "1er" if language == "fr" and when.day == 1 else str(when.day)
    parts = [_DAYS[language][when.weekday()], number]
    if month:
        parts.append(_MONTHS[language][when.month - 1])
    if when.year != year:
        parts.append(str(when.year))
    return " ".join(parts)


def days(run: Sequence[date], language: str, *, year: int) -> str:
    """A run of days: ``Fri 3 – Mon 6 Apr``, or the one day."""
    first, last = run[0], run[-1]
    if first == last:
        return day(first, language, year=year)
    start = day(first, language, year=year, month=first.month != last.month)
    return f"{start} – {day(last, language, year=year)}"


def span(seconds: int, language: str) -> str:
    """``45 s``, ``40 min``, ``1 h 10``, ``2 d 3 h``: two units at most, cut and never rounded up."""
    whole_days, left = divmod(seconds, 86_400)
    if whole_days:
        return f"{whole_days} {_DAY[language]}" + (f" {left // 3600} h" if left >= 3600 else "")
    return hours(seconds, language)


def hours(seconds: int, language: str) -> str:
    """As ``span``, without days: those of business time are not 24 hours long."""
    minutes, rest = divmod(seconds, 60)
    whole_hours, minutes = divmod(minutes, 60)
    if whole_hours:
        return f"{whole_hours} h" + (f" {minutes:02}" if minutes else "")
    if minutes:
        return f"{minutes} min" + (f" {rest:02} s" if rest and minutes < 10 else "")
    return f"{rest} s"


def percent(share: Fraction) -> str:
    """``67 %``, ``33.3 %``, ``4.0 %``: a share as a percentage with one digit where it is no whole number.

    Rounded as the pages do (reporting.showing.numbers), but never up to 100 %: 99.96 % kept is not all kept.
    """
    exact = share * 100
    if exact.denominator == 1:
        return f"{exact.numerator} %"
    near = Fraction(999, 10) < exact < 100
    shown = Fraction(int(exact * 10), 10) if near else exact
    return f"{round(float(shown), 1):.1f} %"
