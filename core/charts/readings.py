"""Bars of a value by period, with the target of each period as a staircase."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

HEIGHT = 170
TOP = 16
BOTTOM = 26
LEFT = 52
WIDTH = 960
LABEL = 54  # what a label under a bar needs
CROWDED = 26
NICE = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class ReadingPoint:
    """One period: its value and what it was held against (None: could not be judged, was not required).

    ``tone``: kept, missed, at_risk, open or calm; ``text`` is the value in words, ``title`` all of it.
    """

    label: str
    value: float | None
    target: float | None
    tone: str
    text: str
    title: str


def reading_bars(
    points: Sequence[ReadingPoint], *, most: float | None, say: Callable[[float], str], width: int = WIDTH
) -> dict:
    """The template context of the chart.

    ``most`` is the greatest value that there can be (1 for a share), None without one: the scale ends there,
    or lower, at a round number above all values and targets. ``say`` writes a value of the scale.
    """
    plot = HEIGHT - TOP - BOTTOM
    scale = _scale(points, most)
    slot = (width - LEFT) / max(len(points), 1)
    bar_width = min(slot * 0.64, 44)
    every = max(1, -(-len(points) * LABEL // (width - LEFT)))

    def height_of(value: float) -> float:
        return round(TOP + plot * (1 - min(value / scale, 1)), 1)

    bars = []
    for number, point in enumerate(points):
        middle = LEFT + slot * (number + 0.5)
        top = min(height_of(point.value or 0), TOP + plot - 2)
        bars.append(
            {
                "x": round(middle - bar_width / 2, 1),
                "y": top,
                "width": round(bar_width, 1),
                "height": round(TOP + plot - top, 1),
                "middle": round(middle, 1),
                "label": "" if point.value is None else point.text,
                "shown": point.label if (len(points) - 1 - number) % every == 0 else "",
                "tone": "none" if point.value is None else point.tone,
                "title": point.title,
            }
        )
    return {
        "bars": bars,
        "width": width,
        "height": HEIGHT,
        "left": LEFT,
        "axis_y": HEIGHT - 8,
        "grid": [(say(scale * part), height_of(scale * part)) for part in (0, 0.5, 1)],
        "stairs": list(_stairs([p.target for p in points], slot, height_of)),
        "crowded": bar_width < CROWDED,
    }


def _scale(points: Sequence[ReadingPoint], most: float | None) -> float:
    """Where the scale ends: above everything that is drawn, at a round number, at the most possible value."""
    top = max((value for p in points for value in (p.value, p.target) if value is not None), default=0)
    if not top:
        return most or 1
    round_one = _round_up(top * 1.08)
    return min(round_one, most) if most else round_one


def _round_up(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return next(nice * power for nice in NICE if nice * power >= value - 1e-9)


def _stairs(
    targets: Sequence[float | None], slot: float, height_of: Callable[[float], float]
) -> Iterator[str]:
    """One SVG path for each stretch of periods that have a target: level over a period, up at its end."""
    path: list[str] = []
    for number, target in enumerate(targets):
        left, right = round(LEFT + slot * number, 1), round(LEFT + slot * (number + 1), 1)
        if target is None:
            if path:
                yield " ".join(path)
            path = []
        else:
            path += [f"V {height_of(target)}"] if path else [f"M {left} {height_of(target)}"]
            path.append(f"H {right}")
    if path:
        yield " ".join(path)
