"""A run of missed days is one breach."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from reporting.watching.runs import Day, beginnings

FIRST = datetime(2026, 3, 2, tzinfo=UTC)


def days(text: str) -> list[Day]:
    """One letter a day: m missed, h missed and old news, k kept, . too few to judge."""
    return [
        Day(n, FIRST + timedelta(days=n), letter in "mh", letter == "k", letter == "h")
        for n, letter in enumerate(text)
    ]


def breach(state: str = "open", *, closed: int | None = None, historic: bool = False) -> SimpleNamespace:
    closed_at = None if closed is None else FIRST + timedelta(days=closed, hours=9)
    return SimpleNamespace(state=state, closed_at=closed_at, historic=historic)


@pytest.mark.parametrize(
    ("text", "breaches", "expected"),
    [
        ("", {}, set()),
        ("kkk", {}, set()),
        ("kmmm", {}, {1}),
        ("mkm", {}, {0, 2}),
        ("m.m", {}, {0}),  # too few to judge ends no run
        ("mmm", {0: breach()}, {0}),
        ("mmmm", {0: breach("acknowledged")}, {0}),
        ("mmmm", {0: breach("resolved", closed=1)}, {0, 2}),  # closed on Tuesday morning, low on Tuesday
        ("mmmm", {0: breach("resolved", closed=1), 2: breach()}, {0, 2}),
        ("kmm", {0: breach()}, {1}),  # the first day is kept now: its breach goes, the next one begins
        ("mmm", {0: breach("withdrawn", closed=1), 1: breach()}, {1}),  # and stays where it is
        ("mmm", {0: breach("withdrawn", closed=1)}, {0}),  # to be reopened
        ("mmm", {2: breach()}, {2}),  # earlier days turned out to be missed as well
        ("hhhh", {}, {0}),
        ("hhmm", {}, {0, 2}),  # old news goes on into days that are news
        ("hhhm", {0: breach(historic=True), 2: breach()}, {0, 2}),
        ("hmmm", {0: breach(historic=True), 1: breach("resolved", closed=1)}, {0, 1, 2}),
    ],
)
def test_which_days_have_a_breach(text: str, breaches: dict, expected: set[int]) -> None:
    assert beginnings(days(text), breaches) == expected
