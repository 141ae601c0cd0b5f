"""Bars from the left that get shorter from stage to stage, with the share that came on between them."""

from collections.abc import Sequence
from dataclasses import dataclass

BAR = 26
STEP = 44
LABEL = 72
ROOM = 128


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One stage: how many are at it, and in words how many and which share came on from the one before."""

    label: str
    count: int
    text: str
    onwards: str
    title: str


def funnel_bars(steps: Sequence[FunnelStep], *, width: int = 720) -> dict:
    """The template context of a funnel: the widest bar is the largest stage."""
    most = max((step.count for step in steps), default=0) or 1
    plot = width - LABEL - ROOM
    bars = [
        {
            "step": step,
            "x": LABEL,
            "y": number * STEP,
            "width": round(max(step.count / most * plot, 2), 1),
            "middle": number * STEP + BAR / 2,
            "text_x": round(LABEL + max(step.count / most * plot, 2) + 8, 1),
            "between": number * STEP - (STEP - BAR) / 2,
        }
        for number, step in enumerate(steps)
    ]
    height = len(steps) * STEP - (STEP - BAR) if steps else 0
    return {"bars": bars, "width": width, "height": height, "bar": BAR, "label_x": LABEL - 10, "left": LABEL}
