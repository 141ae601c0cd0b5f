"""Whose time a miss was: a table of cases, and that the shares always add up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurement.miss_shares import Share, Whose, shares_of
from measurement.verdicts import read, written

HOUR = 3600
DAY = read("2026-03-04T00:00:00Z")


def at(hour: float) -> str:
    return written(DAY + timedelta(hours=hour))


def owner(member: int | None, start: float, end: float) -> dict:
    return {"member": member, "from": at(start), "to": at(end)}


def piece(type_: str, start: float, end: float) -> dict:
    return {"type": type_, "from": at(start), "to": at(end)}


NIGHT = [piece("open", 8, 18), piece("closed", 18, 32), piece("open", 32, 36)]


@pytest.mark.parametrize(
    ("owners", "segments", "more", "expected"),
    [
        ([owner(7, 8, 10)], [piece("open", 8, 12)], {}, [Share(Whose.OWNER, 2 * HOUR, 7)]),
        (
            [owner(None, 16, 34), owner(7, 34, 36)],
            NIGHT,
            {},
            [
                Share(Whose.UNASSIGNED, 4 * HOUR),
                Share(Whose.OWNER, 2 * HOUR, 7),
                Share(Whose.OUT_OF_HOURS, 14 * HOUR),
            ],
        ),
        (
            [owner(7, 16, 34)],
            NIGHT,
            {"by_the_clock": True},
            [Share(Whose.OWNER, 18 * HOUR, 7)],
        ),
        (
            [owner(7, 8, 12)],
            [piece("open", 8, 9), piece("paused", 9, 11), piece("open", 11, 12)],
            {},
            [Share(Whose.OWNER, 2 * HOUR, 7), Share(Whose.SUSPENDED, 2 * HOUR)],
        ),
        (
            [owner(7, 8, 10), owner(8, 10, 12), owner(7, 12, 13)],
            [],
            {"known_at": DAY + timedelta(hours=9)},
            [Share(Whose.SYSTEM, HOUR), Share(Whose.OWNER, 2 * HOUR, 7), Share(Whose.OWNER, 2 * HOUR, 8)],
        ),
        ([owner(7, 8, 10)], [], {"known_at": DAY + timedelta(days=90)}, [Share(Whose.OWNER, 2 * HOUR, 7)]),
        ([], NIGHT, {}, []),
    ],
)
def test_every_second_is_somebodys_or_nobodys(owners, segments, more, expected):
    assert shares_of(owners, segments, **more) == expected


@given(st.data())
def test_the_shares_add_up_to_the_whole(data):
    cuts = sorted(data.draw(st.sets(st.integers(1, 99), max_size=6)))
    spans = list(zip([0, *cuts], [*cuts, 100], strict=True))
    owners = [owner(data.draw(st.sampled_from([None, 7, 8])), a, b) for a, b in spans]
    cuts = sorted(data.draw(st.sets(st.integers(1, 119), max_size=6)))
    spans = list(zip([0, *cuts], [*cuts, 120], strict=True))
    segments = [
        piece(data.draw(st.sampled_from(["open", "closed", "paused", "omitted"])), a, b) for a, b in spans
    ]
    known = DAY + timedelta(hours=data.draw(st.integers(-5, 130)))

    found = shares_of(owners, segments, known_at=known, by_the_clock=data.draw(st.booleans()))
    assert sum(share.seconds for share in found) == 100 * HOUR
    assert all(share.seconds > 0 for share in found)
