"""Allowed times as people write them: "2 business hours", "3 days", "1 business day" (CONTRACT §3).

Three measures, never mixed: elapsed time (3 days are 72 hours), business time (only open seconds count),
business days (dates on which the calendar opens).
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a duration is counted in."""

    ELAPSED = "elapsed"
    BUSINESS_TIME = "business_time"
    BUSINESS_DAYS = "business_days"


class Unit(StrEnum):
    """The units a duration may be written in; the value is the canonical plural."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_MINUTES = "business minutes"
    BUSINESS_HOURS = "business hours"
    BUSINESS_DAYS = "business days"

    @property
    def measure(self) -> Measure:
        """Which of the three measures the unit belongs to."""
        return _MEASURES[self]


_MEASURES = {
    Unit.MINUTES: Measure.ELAPSED,
    Unit.HOURS: Measure.ELAPSED,
    Unit.DAYS: Measure.ELAPSED,
    Unit.BUSINESS_MINUTES: Measure.BUSINESS_TIME,
    Unit.BUSINESS_HOURS: Measure.BUSINESS_TIME,
    Unit.BUSINESS_DAYS: Measure.BUSINESS_DAYS,
}
_SECONDS = {
    Unit.MINUTES: 60,
    Unit.HOURS: 3_600,
    Unit.DAYS: 86_400,
    Unit.BUSINESS_MINUTES: 60,
    Unit.BUSINESS_HOURS: 3_600,
    Unit.BUSINESS_DAYS: 86_400,  # only to bound the amount: a business day has no fixed length
}
_LONGEST = 3_653 * 86_400  # ten years

_WRITTEN = re.compile(r"([0-9]{1,9}) +((?:business +)?(?:minute|hour|day))s?", re.ASCII)

_WORDS = {
    "en": {
        Unit.MINUTES: ("minute", "minutes"),
        Unit.HOURS: ("hour", "hours"),
        Unit.DAYS: ("day", "days"),
        Unit.BUSINESS_MINUTES: ("business minute", "business minutes"),
        Unit.BUSINESS_HOURS: ("business hour", "business hours"),
        Unit.BUSINESS_DAYS: ("business day", "business days"),
    },
    "fr": {
        Unit.MINUTES: ("minute", "minutes"),
        Unit.HOURS: ("heure", "heures"),
        Unit.DAYS: ("jour", "jours"),
        Unit.BUSINESS_MINUTES: ("minute ouvrée", "minutes ouvrées"),
        Unit.BUSINESS_HOURS: ("heure ouvrée", "heures ouvrées"),
        Unit.BUSINESS_DAYS: ("jour ouvré", "jours ouvrés"),
    },
}
_SAME_DAY = {"en": "the same business day", "fr": "le même jour ouvré"}


@dataclass(frozen=True, slots=True)
class Duration:
    """An allowed time; ``amount`` is zero or more. ``str()`` is the canonical text, which parses back."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"{self.amount} {self.unit}: a duration cannot be negative")
        if self.amount * _SECONDS[self.unit] > _LONGEST:
            raise ValueError(f"{self.amount} {self.unit}: longer than ten years")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.removesuffix('s') if self.amount == 1 else self.unit}"

    @property
    def measure(self) -> Measure:
        """Which of the three measures it is counted in."""
        return self.unit.measure

    @property
    def seconds(self) -> int:
        """Elapsed or open seconds, as the measure says; ``ValueError`` for business days."""
        if self.measure is Measure.BUSINESS_DAYS:
            raise ValueError(f"{self}: business days have no fixed length in seconds")
        return self.amount * _SECONDS[self.unit]

    @property
    def rough_seconds(self) -> int:
        """For an order of durations in different units only: a business day taken for a day."""
        return self.amount * _SECONDS[self.unit]


def parse_duration(text: object) -> Duration:
    """Read "30 minutes", "1 hour", "2 business hours" …; the ``ValueError`` says what to write."""
    found = _WRITTEN.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(
            f"{text!r} is not a duration; write a whole number and a unit: minutes, hours, days, "
            "business minutes, business hours or business days"
        )
    return Duration(int(found[1]), Unit(" ".join(found[2].split()) + "s"))


def describe(duration: Duration, language: str) -> str:
    """The duration within a sentence, in "en" or "fr": "2 business hours", "2 heures ouvrées".

    Zero business days is "the same business day". Any other language is answered in English.
    """
    spoken = language if language in _WORDS else "en"
    if not duration.amount and duration.unit is Unit.BUSINESS_DAYS:
        return _SAME_DAY[spoken]
    singular, plural = _WORDS[spoken][duration.unit]
    # French keeps the singular for zero, English does not.
    one = duration.amount <= 1 if spoken == "fr" else duration.amount == 1
    return f"{duration.amount} {singular if one else plural}"
