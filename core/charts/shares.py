"""A stacked bar of parts that add up to a whole, and a small row of bars for a card."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its amount, how it is called, and the CSS tone that colours it."""

    amount: float
    label: str
    tone: str


def share_bar(parts: Sequence[Part], *, width: int = 320, height: int = 10) -> dict:
    """The template context of a stacked bar; parts of nothing are left out."""
    total = sum(p.amount for p in parts)
    blocks, x = [], 0.0
    for part in parts:
        if part.amount <= 0:
            continue
        w = part.amount / total * width
        blocks.append({"x": round(x, 2), "width": round(w, 2), "part": part, "share": part.amount / total})
        x += w
    return {"blocks": blocks, "width": width, "height": height}


def spark_bars(values: Sequence[tuple[float | None, str, str]], *, slot: int = 17, height: int = 30) -> dict:
    """The template context of a row of small bars: (share or None, tone, title) oldest first.

    It is as wide as its bars are many: each takes ``slot``.
    """
    bars = [
        {
            "x": n * slot + 1,
            "width": slot - 3,
            "y": round(height - max((value or 0) * height, 2), 1),
            "height": round(max((value or 0) * height, 2), 1),
            "tone": "none" if value is None else tone,
            "title": title,
        }
        for n, (value, tone, title) in enumerate(values)
    ]
    return {"bars": bars, "width": max(len(bars), 1) * slot, "height": height}
