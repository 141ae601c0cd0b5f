"""A picture of costs against size, both by powers of ten: one line a series, its slope in the legend."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from statistics import fmean

WIDTH, HEIGHT = 720, 400
XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
LEFT, RIGHT, TOP, BOTTOM = 64, 250, 62, 48
COLOURS = ("#1d4ed8", "#b45309", "#047857", "#be185d", "#6d28d9", "#0e7490")
IN_THE_DARK = ("#93c5fd", "#fcd34d", "#6ee7b7", "#f9a8d4", "#c4b5fd", "#67e8f9")
MARKS = ("M-4-4h8v8h-8z", "M0-5L5 4H-5z", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "M0-5L5 0L0 5L-5 0z")

Points = Sequence[tuple[float, float]]


def slope(points: Points) -> float:
    """How steep a series is: 0 costs the same at any size, 1 ten times as much at ten times the size."""
    x = [log10(size) for size, _ in points]
    y = [log10(cost) for _, cost in points]
    middle, level = fmean(x), fmean(y)
    spread = sum((one - middle) ** 2 for one in x)
    if not spread:
        return 0.0
    return sum((a - middle) * (b - level) for a, b in zip(x, y, strict=True)) / spread


def draw(title: str, series: Mapping[str, Points], *, across: str, up: str) -> str:
    """The SVG, legible on light and dark ground; ``across`` and ``up`` name the axes."""
    frame = _Frame(series)
    said = "; ".join(f"{name}: slope {slope(points):.2f}" for name, points in series.items())
    parts = [
        f'<svg {XMLNS} viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title said">',
        f'<title id="title">{escape(title)}</title><desc id="said">{escape(said)}</desc>',
        f"<style>{_style(len(series))}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="head" x="16" y="24">{escape(title)}</text>',
        *_axes(frame, across, up),
        *(part for number, one in enumerate(series.items()) for part in _line(frame, number, *one)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Frame:
    """Where a size and a cost lie."""

    def __init__(self, series: Mapping[str, Points]) -> None:
        sizes = [log10(size) for points in series.values() for size, _ in points]
        costs = [log10(cost) for points in series.values() for _, cost in points]
        self.sizes = floor(min(sizes)), max(ceil(max(sizes)), floor(min(sizes)) + 1)
        self.costs = floor(min(costs)), max(ceil(max(costs)), floor(min(costs)) + 1)

    def x(self, size: float) -> float:
        low, high = self.sizes
        return LEFT + (log10(size) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, cost: float) -> float:
        low, high = self.costs
        return HEIGHT - BOTTOM - (log10(cost) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _axes(frame: _Frame, across: str, up: str) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for power in range(frame.sizes[0], frame.sizes[1] + 1):
        x = frame.x(10**power)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>'
        yield f'<text class="middle" x="{x:.1f}" y="{bottom + 18}">{10**power:,}</text>'
    for power in range(frame.costs[0], frame.costs[1] + 1):
        y = frame.y(10.0**power)
        yield f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield f'<text class="end" x="{LEFT - 8}" y="{y + 4:.1f}">{10.0**power:g}</text>'
    yield f'<text class="middle" x="{(LEFT + right) / 2:.1f}" y="{HEIGHT - 8}">{escape(across)}</text>'
    yield f'<text x="16" y="{TOP - 14}" class="small">{escape(up)}</text>'


def _line(frame: _Frame, number: int, name: str, points: Points) -> Iterator[str]:
    mark, kind = MARKS[number % len(MARKS)], f"s{number}"
    places = [(frame.x(size), frame.y(cost)) for size, cost in sorted(points)]
    yield f'<polyline class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
    for x, y in places:
        yield f'<path class="mark {kind}" transform="translate({x:.1f} {y:.1f})" d="{mark}"/>'
    x, y = WIDTH - RIGHT + 24, TOP + 14 + 34 * number
    yield f'<path class="mark {kind}" transform="translate({x} {y - 4})" d="{mark}"/>'
    yield f'<text x="{x + 14}" y="{y}">{escape(name)}</text>'
    yield f'<text class="small" x="{x + 14}" y="{y + 15}">slope {slope(points):.2f}</text>'


def _style(number: int) -> str:
    def coloured(colours: Sequence[str]) -> str:
        return "".join(
            f".s{n}{{stroke:{colours[n % len(colours)]}}}.mark.s{n}{{fill:{colours[n % len(colours)]}}}"
            for n in range(number)
        )

    return (
        "text{font:13px system-ui,sans-serif;fill:#1f2937}.head{font-weight:600}.small{font-size:11px}"
        ".middle{text-anchor:middle}.end{text-anchor:end}.ground{fill:#fff}.grid{stroke:#d1d5db}"
        f"polyline{{fill:none;stroke-width:2}}{coloured(COLOURS)}"
        "@media(prefers-color-scheme:dark){text{fill:#e5e7eb}.ground{fill:#111827}.grid{stroke:#374151}"
        f"{coloured(IN_THE_DARK)}}}"
    )
