"""The promises of the catalogue, read once from their files."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from agreements.document import read_yaml
from agreements.enums import Kind
from agreements.terms import Terms, parse_terms

ROWS = Path(__file__).parent / "rows"
COLUMNS = ("key", "owner", "kind")

Texts = dict[str, str]
"""A text by language: {"en": …, "fr": …}."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ready promise.

    - ``row``: the row of MISSION.md; row 13 is two promises.
    - ``side``: who owes it, ``marketing`` or ``sales``.
    - ``promises``, ``feed``, ``watch``: what it promises, what must be fed, what to watch.
    - ``opposite``: the key of the promise to see it beside, if it has one.
    - ``terms``: as written, without key, owner and kind; ``parsed`` what they mean.
    """

    row: int
    key: str
    side: str
    kind: Kind
    title: Texts
    promises: Texts
    feed: Texts
    watch: Texts
    opposite: str | None
    terms: dict[str, Any]
    parsed: Terms


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every promise of the catalogue, by row."""
    return tuple(_entry(path) for path in sorted(ROWS.glob("*.yaml")))


def by_key(key: str) -> Entry | None:
    """The promise of this key, None when the catalogue has none."""
    return next((entry for entry in entries() if entry.key == key), None)


def _entry(path: Path) -> Entry:
    written = read_yaml(path.read_bytes()).data
    commitment = written["commitment"]
    kind = Kind(commitment["kind"])
    terms = {name: value for name, value in commitment.items() if name not in COLUMNS}
    return Entry(
        row=written["row"],
        key=commitment["key"],
        side=commitment["owner"],
        kind=kind,
        title=terms["title"],
        promises=written["promises"],
        feed=written["feed"],
        watch=written["watch"],
        opposite=written.get("opposite"),
        terms=terms,
        parsed=parse_terms(kind, terms),
    )
