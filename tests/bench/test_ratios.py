"""What a bench says of a ratio, and the page that it is written to."""

from pathlib import Path

import pytest

from bench import company, writing
from bench.keeping import Kept
from bench.ratios import Ratio


def ratio(ours: float, theirs: float, **asked: float) -> Ratio:
    return Ratio("ingest", ours, theirs, against="COPY", unit="rows/s", **asked)


@pytest.mark.parametrize(
    ("given", "missed", "asked"),
    [
        (ratio(6, 10, at_least=0.5), False, "≥ 0.5"),
        (ratio(4, 10, at_least=0.5), True, "≥ 0.5"),
        (ratio(12, 10, at_most=1.3), False, "≤ 1.3"),
        (ratio(14, 10, at_most=1.3), True, "≤ 1.3"),
        (ratio(14, 10), False, ""),
    ],
)
def test_a_ratio_knows_whether_it_is_what_was_asked(given: Ratio, missed: bool, asked: str) -> None:
    assert (given.missed, given.asked) == (missed, asked)


def test_the_page_gets_its_tables_and_keeps_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "docs" / "performance.md"
    page.parent.mkdir()
    page.write_text("Before.\n\n<!-- measured -->\nold\n<!-- /measured -->\n\nAfter.\n")
    monkeypatch.setattr(writing, "PAGE", page)
    ratios = [ratio(4, 10, at_least=0.5, reach=0.75, row=3), ratio(2, 1)]

    writing.write([Kept("ingest", "2026-11-22", "a machine", ["numpy 2"], ratios)])
    writing.write([Kept("ingest", "2026-11-22", "a machine", ["numpy 2"], ratios)])

    text = page.read_text()
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "old" not in text
    assert text.count("| 3 | ingest | ≥ 0.5 | 0.75 | **0.4** ✗ | 4 rows/s | COPY: 10 rows/s |") == 1
    assert "nothing asked" in text


def test_a_company_of_any_length_ends_on_the_same_day_and_asks_once_at_a_time() -> None:
    told = [event for rows in company.events(12_000) for event in rows]
    asked = [event for event in told if event["kind"] == "request.received"]
    open_until: dict[str, str] = {}
    for event in sorted(told, key=lambda one: one["occurred_at"]):
        if event["kind"] == "request.received":
            assert open_until.pop(event["contact"], "") == ""
            open_until[event["contact"]] = event["external_id"]
        else:
            open_until.pop(event["contact"])

    assert len(asked) == 12_000
    assert max(event["occurred_at"] for event in told) < company.ENDS.isoformat()
    assert min(event["occurred_at"] for event in asked) == company.begins(12_000).isoformat()
