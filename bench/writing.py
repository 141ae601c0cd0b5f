"""docs/performance.md: the tables of what is asked and what was measured.

What stands between the marks of the page is written, all else is kept as it is.
"""

from collections.abc import Iterable
from pathlib import Path

from bench import growth
from bench.keeping import Kept
from bench.ratios import Ratio

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGINS, ENDS = "<!-- measured -->", "<!-- /measured -->"
GROWTH, GROWTH_ENDS = "<!-- growth -->", "<!-- /growth -->"
COLUMNS = ("row", "what", "asked", "reach", "measured", "ours", "other side")


def write(kept: list[Kept]) -> str:
    """Write the page's tables and pictures from what was measured last; its path."""
    if grown := growth.section():
        before, _, rest = PAGE.read_text().partition(GROWTH)
        _, _, after = rest.partition(GROWTH_ENDS)
        PAGE.write_text(f"{before}{GROWTH}\n{grown}\n{GROWTH_ENDS}{after}")
    before, _, rest = PAGE.read_text().partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    PAGE.write_text(f"{before}{BEGINS}\n{_measured(kept)}\n{ENDS}{after}")
    return str(PAGE.relative_to(PAGE.parents[1]))


def _measured(kept: list[Kept]) -> str:
    ratios = [ratio for one in kept for ratio in one.ratios]
    asked = sorted((ratio for ratio in ratios if ratio.row), key=lambda ratio: (ratio.row or 0, ratio.what))
    others = [ratio for ratio in ratios if not ratio.row]
    machines = "\n".join(f"- {machine}" for machine in sorted({one.machine for one in kept}))
    packages = ", ".join(sorted({package for one in kept for package in one.packages}))
    days = sorted({one.day for one in kept})
    said = (
        f"Measured {' – '.join(dict.fromkeys((days[0], days[-1])))} with {packages} on\n{machines}"
        if days
        else ""
    )
    tables = [said, _table(asked)]
    if others:
        tables += ["Measured beside them, nothing asked:", _table(others)]
    return "\n\n".join(tables)


def _table(ratios: list[Ratio]) -> str:
    head = [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
    return "\n".join([*head, *map(_row, ratios)])


def _row(ratio: Ratio) -> str:
    reach = "" if ratio.reach is None else f"{ratio.reach:g}"
    measured = f"**{_figure(ratio.value)}**" + (" ✗" if ratio.missed else "")
    ours, theirs = (f"{_figure(side)} {ratio.unit}" for side in (ratio.ours, ratio.theirs))
    cells = (
        str(ratio.row or ""),
        ratio.what,
        ratio.asked,
        reach,
        measured,
        ours,
        f"{ratio.against}: {theirs}",
    )
    return _line(cells)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"
