"""The pictures of growth: what they say, to the eye and to a screen reader."""

from xml.etree import ElementTree as ET

import pytest

from bench.drawing import draw, slope

FLAT = [(10_000, 0.04), (100_000, 0.04), (1_000_000, 0.04)]
LINEAR = [(10_000, 0.2), (100_000, 2.0), (1_000_000, 20.0)]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (FLAT, 0.0),
        (LINEAR, 1.0),
        ([(10, 1.0), (100, 100.0)], 2.0),
        ([(10, 1.0)], 0.0),
    ],
)
def test_a_slope_is_how_many_powers_of_ten_the_cost_grows_with_one_of_the_size(
    points: list[tuple[float, float]], expected: float
) -> None:
    assert slope(points) == pytest.approx(expected)


def test_a_picture_is_valid_names_every_series_with_its_slope_and_follows_the_ground() -> None:
    text = draw("Costs <of> growth", {"flat & good": FLAT, "linear": LINEAR}, across="leads", up="seconds")

    root = ET.fromstring(text)
    said = "".join(root.itertext())
    assert "flat & good: slope 0.00; linear: slope 1.00" in said
    assert said.count("slope 0.00") == said.count("slope 1.00") == 2  # described, and in the legend
    assert "Costs <of> growth" in said
    assert "prefers-color-scheme:dark" in said
    assert text.count("<polyline") == 2


def test_no_point_lies_outside_the_frame() -> None:
    root = ET.fromstring(
        draw("x", {"one": [(10_610, 0.0031), (1_379_300, 812.0)]}, across="leads", up="seconds")
    )
    (line,) = (part for part in root if part.tag.endswith("polyline"))
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    assert all(64 <= x <= 470 and 62 <= y <= 352 for x, y in places)
