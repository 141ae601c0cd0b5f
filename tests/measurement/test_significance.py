"""Held against what was published: Newcombe (1998), table II, method 10, and worked chi-squared tests."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurement.significance import compared

NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "interval"), NEWCOMBE)
def test_the_interval_is_the_published_one(
    counts: tuple[int, int, int, int], interval: tuple[float, float]
) -> None:
    found = compared(*counts)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == interval


@pytest.mark.parametrize(
    ("counts", "p_value"),
    [
        # by hand: z = (0.8 - 0.6) / sqrt(104/150 * 46/150 * (1/70 + 1/80)) = 2.6502, two-sided 0.0080
        ((56, 70, 48, 80), 0.0080),
        # z = 0.6 / sqrt(0.6 * 0.4 * 0.2) = 2.7386, two-sided 0.0062
        ((9, 10, 3, 10), 0.0062),
        ((30, 200, 30, 200), 1.0),
        ((0, 10, 0, 20), 1.0),
        ((10, 10, 20, 20), 1.0),
    ],
)
def test_the_test_is_the_pooled_one(counts: tuple[int, int, int, int], p_value: float) -> None:
    found = compared(*counts)
    assert found is not None
    assert round(found.p_value, 4) == p_value


def test_of_nothing_there_is_no_difference() -> None:
    assert compared(0, 0, 3, 10) is None
    assert compared(3, 10, 0, 0) is None


samples = st.integers(1, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(one=samples, other=samples)
def test_the_other_way_round_is_the_opposite(one: tuple[int, int], other: tuple[int, int]) -> None:
    there, back = compared(*one, *other), compared(*other, *one)
    assert there is not None
    assert back is not None
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p_value == pytest.approx(back.p_value)
    assert -1 - 1e-9 <= there.low <= there.difference + 1e-9
    assert there.difference - 1e-9 <= there.high <= 1 + 1e-9
    assert there.is_more_than_chance == back.is_more_than_chance


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, measurement.significance; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
