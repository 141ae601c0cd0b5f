"""Geometry of the charts: what is drawn adds up, stays inside, and is never to be misread."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string

from core.charts.periods import PeriodPoint, period_bars
from core.charts.shares import Part, share_bar, spark_bars
from core.charts.timeline import CLOSED_SHARE, MARGIN, WIDTH, Mark, Segment, timeline
from core.templatetags.charts import icon

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def point(value: float | None, label: str = "W1", tone: str = "kept") -> PeriodPoint:
    return PeriodPoint(label, value, tone, f"{value}", f"{label}: {value}")


def stretch(hours: float, kind: str, start: datetime = MONDAY) -> Segment:
    return Segment(start, start + timedelta(hours=hours), kind)


def week() -> list[Segment]:
    """Two hours of Friday, the weekend, one hour of Monday."""
    friday = stretch(2, "open")
    weekend = stretch(64, "closed", friday.end)
    return [friday, weekend, stretch(1, "open", weekend.end)]


def test_bars_are_as_high_as_their_shares_on_a_scale_that_always_ends_at_100() -> None:
    low, half, full = period_bars([point(0.25), point(0.5), point(1.0)], 0.9)["bars"]

    assert full.height == pytest.approx(2 * half.height) == pytest.approx(4 * low.height)
    assert full.y + full.height == half.y + half.height


def test_a_period_without_a_case_is_drawn_as_such_and_not_as_zero_percent() -> None:
    nothing, zero = period_bars([point(None), point(0.0, tone="missed")], None)["bars"]

    assert (nothing.tone, nothing.label) == ("none", "")
    assert (zero.tone, zero.label) == ("missed", "0.0")


def test_labels_are_thinned_out_and_the_last_one_always_stays() -> None:
    chart = period_bars([point(1.0, f"W{n}") for n in range(26)], 0.9, width=340)
    shown = [bar.shown for bar in chart["bars"] if bar.shown]

    assert chart["crowded"]
    assert shown[-1] == "W25"
    assert len(shown) <= 6


@pytest.mark.parametrize("points", [[], [point(1.0)], [point(1.0)] * 200])
def test_any_number_of_periods_stays_inside_the_chart(points: list[PeriodPoint]) -> None:
    chart = period_bars(points, None)

    assert all(chart["left"] <= bar.x and bar.x + bar.width <= chart["width"] for bar in chart["bars"])
    assert chart["target_y"] is None


def test_parts_fill_the_bar_and_parts_of_nothing_are_left_out() -> None:
    bar = share_bar([Part(30, "Marie", "open"), Part(0, "Paul", "kept"), Part(10, "nobody", "unassigned")])

    assert [block["share"] for block in bar["blocks"]] == [0.75, 0.25]
    assert sum(block["width"] for block in bar["blocks"]) == bar["width"]
    assert share_bar([])["blocks"] == []


def test_a_row_of_small_bars_is_as_wide_as_they_are_many() -> None:
    assert spark_bars([(1.0, "kept", "x")] * 8)["width"] == 8 * spark_bars([])["width"]
    assert spark_bars([(None, "kept", "x")])["bars"][0]["tone"] == "none"


def test_a_weekend_takes_a_tenth_of_the_line_and_open_time_is_to_scale_with_itself() -> None:
    friday, weekend, monday = timeline(week(), [])["blocks"]

    assert weekend["width"] == pytest.approx(CLOSED_SHARE * (WIDTH - 2 * MARGIN), abs=0.1)
    assert friday["width"] == pytest.approx(2 * monday["width"], abs=0.2)
    assert friday["x"] + friday["width"] == pytest.approx(weekend["x"], abs=0.2)


def test_many_closed_nights_leave_half_of_the_line_to_open_time() -> None:
    pieces, at = [], MONDAY
    for _day in range(40):
        pieces += [stretch(8, "open", at), stretch(16, "closed", at + timedelta(hours=8))]
        at += timedelta(days=1)
    blocks = timeline(pieces, [])["blocks"]

    drawn_open = sum(block["width"] for block in blocks if block["type"] == "open")
    assert drawn_open == pytest.approx((WIDTH - 2 * MARGIN) / 2, rel=0.01)


def test_marks_stand_at_their_instants_and_those_outside_on_the_edge() -> None:
    friday, weekend, _monday = week()
    instants = [friday.start - timedelta(hours=1), friday.start, weekend.end, MONDAY + timedelta(days=30)]
    drawn = timeline(week(), [Mark(at, "x", "when", "note") for at in instants])

    assert [mark["x"] for mark in drawn["marks"]] == [
        MARGIN,
        MARGIN,
        drawn["blocks"][2]["x"],
        WIDTH - MARGIN,
    ]
    assert [mark["anchor"] for mark in drawn["marks"]] == ["start", "start", "middle", "end"]


def test_a_clock_of_no_length_draws_nothing() -> None:
    assert timeline([Segment(MONDAY, MONDAY, "open")], [])["blocks"] == []


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("charts/periods.svg", period_bars([point(0.5, "<&\"'")], 0.9)),
        ("charts/timeline.svg", timeline(week(), [Mark(MONDAY, "<due>", "Mon & Tue", "due")])),
        ("charts/shares.svg", share_bar([Part(1, '"Marie" <x>', "open")])),
        ("charts/spark.svg", spark_bars([(0.5, "kept", "<x>")])),
    ],
)
def test_every_drawing_is_well_formed_without_style_or_script_and_says_what_it_shows(
    template: str, context: dict
) -> None:
    text = render_to_string(template, {**context, "aria_label": "kept & <missed>", "target_label": "≥ 90 %"})
    root = ET.fromstring(text)

    assert root.get("role") == "img"
    assert root.get("aria-label") == "kept & <missed>"
    assert "style=" not in text
    assert "<script" not in text


def test_numbers_in_a_drawing_are_written_with_points_in_every_language() -> None:
    from django.utils import translation

    with translation.override("fr"):
        text = render_to_string("charts/periods.svg", period_bars([point(0.333)], 0.95))
    drawn = {value for e in ET.fromstring(text).iter() for value in map(e.get, ("x", "y", "height")) if value}

    assert [value for value in drawn if "," in value] == []


def test_an_icon_is_hidden_from_readers_of_the_text() -> None:
    assert 'aria-hidden="true"' in icon("timer")
