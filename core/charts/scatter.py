"""Points by two measures: a plain scale across, time on a logarithmic one upwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

HEIGHT = 280
TOP = 12
BOTTOM = 34
LEFT = 62
RIGHT = 14


@dataclass(frozen=True, slots=True)
class Dot:
    """One point: ``x`` on the plain scale, ``seconds`` upwards; ``tone``: kept, missed, open or calm."""

    x: float
    seconds: int
    tone: str
    title: str


def scatter(
    dots: Sequence[Dot], *, ticks: Sequence[tuple[int, str]], limit: int | None = None, width: int = 720
) -> dict:
    """The template context of the chart. ``ticks`` are the times with a line, in seconds with a label; the
    first and last are the ends of the scale; ``limit`` draws one more line: what was promised."""
    plot_width, plot_height = width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    low, high = min((dot.x for dot in dots), default=0), max((dot.x for dot in dots), default=1)
    span = (high - low) or 1
    least, most = ticks[0][0], ticks[-1][0]

    def across(x: float) -> float:
        return round(LEFT + (x - low) / span * plot_width, 1)

    def up(seconds: float) -> float:
        inside = min(max(seconds, least), most)
        return round(TOP + plot_height * (1 - log(inside / least) / log(most / least)), 1)

    middle = (low + high) / 2
    return {
        "width": width,
        "height": HEIGHT,
        "left": LEFT,
        "right": width - RIGHT,
        "axis_y": HEIGHT - 12,
        "dots": [
            {"x": across(dot.x), "y": up(dot.seconds), "tone": dot.tone, "title": dot.title} for dot in dots
        ],
        "lines": [{"y": up(seconds), "label": label} for seconds, label in ticks],
        "marks": [{"x": across(x), "label": f"{x:g}"} for x in sorted({low, round(middle), high})],
        "limit_y": None if limit is None else up(limit),
    }
