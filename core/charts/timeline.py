"""One clock as a line: open, closed and paused time, with its instants marked.

Closed time is drawn narrower than open time: a weekend between two hours of work would otherwise be all
one sees. Each closed stretch gets at most a fixed share of the width; open time is to scale with itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH = 720
HEIGHT = 96
MARGIN = 10
LANE = 40
THICK = 18
CLOSED_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time; ``type`` is open, closed or paused."""

    start: datetime
    end: datetime
    type: str

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant worth a label; ``tone`` is start, due, done, missed or note."""

    at: datetime
    label: str
    when: str
    tone: str


def _widths(segments: Sequence[Segment], width: float) -> list[float]:
    """Each segment's share of the width, closed ones capped."""
    open_seconds = sum(s.seconds for s in segments if s.type != "closed") or 1.0
    closed = [s for s in segments if s.type == "closed"]
    cap = min(CLOSED_SHARE, 0.5 / len(closed)) if closed else 0.0
    per_open = (1 - cap * len(closed)) * width / open_seconds
    return [cap * width if s.type == "closed" else s.seconds * per_open for s in segments]


def _place(
    at: datetime, segments: Sequence[Segment], lefts: Sequence[float], widths: Sequence[float]
) -> float:
    """The x of an instant; before the first or after the last segment it sits on the edge."""
    for segment, left, width in zip(segments, lefts, widths, strict=True):
        if at <= segment.end:
            share = 0.0 if at <= segment.start else (at - segment.start).total_seconds() / segment.seconds
            return left + share * width
    return lefts[-1] + widths[-1]


def _anchor(x: float, width: float) -> str:
    if x < width * 0.18:
        return "start"
    return "end" if x > width * 0.82 else "middle"


def timeline(segments: Sequence[Segment], marks: Sequence[Mark], *, width: int = WIDTH) -> dict:
    """The template context of a clock's line: ``blocks`` left to right, ``marks`` above and below in turn."""
    segments = [s for s in segments if s.seconds > 0]
    if not segments:
        return {"blocks": [], "marks": [], "width": width, "height": HEIGHT}
    widths = _widths(segments, width - 2 * MARGIN)
    lefts = [MARGIN + sum(widths[:n]) for n in range(len(widths))]
    blocks = [
        {"x": round(left, 1), "width": round(max(w, 0.5), 1), "type": s.type, "y": LANE, "height": THICK}
        for s, left, w in zip(segments, lefts, widths, strict=True)
    ]
    placed = []
    for number, mark in enumerate(sorted(marks, key=lambda m: m.at)):
        x = _place(mark.at, segments, lefts, widths)
        above = number % 2 == 0
        placed.append(
            {
                "x": round(x, 1),
                "anchor": _anchor(x, width),
                "label_y": LANE - 22 if above else LANE + THICK + 20,
                "when_y": LANE - 9 if above else LANE + THICK + 33,
                "mark": mark,
            }
        )
    return {"blocks": blocks, "marks": placed, "width": width, "height": HEIGHT, "lane": LANE, "thick": THICK}
