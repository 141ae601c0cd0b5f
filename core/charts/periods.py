"""Bars of a share by period, with the target as a line."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 150
TOP = 14
BOTTOM = 26
LEFT = 48
WIDTH = 960


@dataclass(frozen=True, slots=True)
class PeriodPoint:
    """One period: ``value`` is a share from 0 to 1, None when nothing could be judged; ``text`` says it.

    ``tone``: kept, missed or open.
    """

    label: str
    value: float | None
    tone: str
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class _Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    shown: str
    tone: str
    title: str


def period_bars(points: Sequence[PeriodPoint], target: float | None, *, width: int = WIDTH) -> dict:
    """The template context of a bar chart of shares.

    The scale always runs from 0 to 100 %, so that two charts can be compared by eye. Labels are thinned out
    until they do not touch.
    """
    plot = HEIGHT - TOP - BOTTOM
    slot = (width - LEFT) / max(len(points), 1)
    bar_width = min(slot * 0.64, 44)
    every = max(1, -(-len(points) * 54 // (width - LEFT)))
    bars = []
    for number, point in enumerate(points):
        middle = LEFT + slot * (number + 0.5)
        height = plot * (point.value or 0)
        shown = point.label if (len(points) - 1 - number) % every == 0 else ""
        bars.append(
            _Bar(
                x=round(middle - bar_width / 2, 1),
                y=round(TOP + plot - height, 1),
                width=round(bar_width, 1),
                height=round(max(height, 2), 1),
                middle=round(middle, 1),
                label="" if point.value is None else point.text,
                shown=shown,
                tone="none" if point.value is None else point.tone,
                title=point.title,
            )
        )
    return {
        "bars": bars,
        "width": width,
        "height": HEIGHT,
        "left": LEFT,
        "base": HEIGHT - BOTTOM,
        "axis_y": HEIGHT - 8,
        "grid": [(share, round(TOP + plot * (1 - share / 100), 1)) for share in (0, 50, 100)],
        "target_y": None if target is None else round(TOP + plot * (1 - target), 1),
        "crowded": bar_width < 26,
    }
