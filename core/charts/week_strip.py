"""Days as rows of hours: what was agreed, and which of it was staffed."""

from collections.abc import Sequence
from dataclasses import dataclass

ROW = 24
BAR = 14
LEFT = 84
TOP = 18
WIDTH = 720
MARGIN = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a day, in minutes from its midnight; ``tone``: kept (staffed), missed (a gap), calm (ahead)."""

    start: int
    end: int
    tone: str
    title: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day and its stretches."""

    label: str
    stretches: Sequence[Stretch]


def week_strip(days: Sequence[DayRow], *, width: int = WIDTH) -> dict:
    """The template context of the strip; the hours drawn are those in which anything was agreed."""
    starts = [one.start for day in days for one in day.stretches]
    ends = [one.end for day in days for one in day.stretches]
    first = min(starts, default=8 * 60) // 60
    last = -(-max(ends, default=18 * 60) // 60)
    per_minute = (width - LEFT - MARGIN) / max((last - first) * 60, 1)

    def place(minute: int) -> float:
        return round(LEFT + (minute - first * 60) * per_minute, 1)

    every = 1 if (width - LEFT) / max(last - first, 1) > 40 else 2
    return {
        "rows": [
            {
                "label": day.label,
                "text_y": TOP + n * ROW + BAR - 2,
                "y": TOP + n * ROW,
                "stretches": [
                    {
                        "x": place(one.start),
                        "width": round(max(place(one.end) - place(one.start), 1), 1),
                        "tone": one.tone,
                        "title": one.title,
                    }
                    for one in day.stretches
                ],
            }
            for n, day in enumerate(days)
        ],
        "hours": [(f"{hour % 24}", place(hour * 60)) for hour in range(first, last + 1, every)],
        "bar": BAR,
        "width": width,
        "height": TOP + len(days) * ROW + 2,
        "left": LEFT,
    }
