"""What a lint tells, and what it needs to know beside the document."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agreements.business_time import Schedule


@dataclass(frozen=True, slots=True)
class Finding:
    """A code, the place it is about, and the values for its message."""

    code: str
    where: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside an agreement: the types of record that each event kind can be about, reasons of
    rejections, each team with those above it, calendars compiled, the years of their public holidays."""

    subjects: Mapping[str, tuple[str, ...]]
    reasons: Iterable[str] = ()
    lines: Mapping[str, frozenset[str]] = field(default_factory=dict)
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    years: Mapping[str, tuple[int, int]] = field(default_factory=dict)
