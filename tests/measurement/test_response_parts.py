"""Stops that count together: ``complete``, in tables and as a property."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.terms.values import Complete
from measurement.enums import ClockState
from measurement.explanation import explain
from measurement.measures.response import measure
from tests.measurement.builders import CAMPAIGN, KnownWorld, at, fact, promise, selector, subject

COMPLETE = Complete("data.leads", "campaign.expected_leads", Fraction(9, 10))
TERMS = {
    "start": (selector("campaign.ended"),),
    "stop": (selector("campaign.leads_uploaded"),),
    "complete": COMPLETE,
}
ENDED = fact("campaign.ended", "09:00")
NOW = at("2026-03-10 00:00")


def upload(leads, when, name=""):
    return fact("campaign.leads_uploaded", when, name, data={} if leads is None else {"leads": leads})


def clocks(*facts, expected=100, as_of=NOW, **more):
    world = KnownWorld({(CAMPAIGN, "expected_leads"): expected})
    promised = promise("4 hours", **TERMS, **more)
    return measure([promised], subject(*facts, ref=CAMPAIGN, type="campaign"), world, as_of=as_of)


def clock(*uploads, **more):
    (one,) = clocks(ENDED, *uploads, **more)
    return one


@pytest.mark.parametrize(
    ("uploads", "expected", "state", "stopped"),
    [
        ([(90, "10:00")], 100, ClockState.MET, "10:00"),
        ([(89, "10:00")], 100, ClockState.RUNNING, None),
        ([(89, "10:00"), (1, "13:00")], 100, ClockState.MET, "13:00"),
        ([(89, "10:00"), (1, "13:00:01")], 100, ClockState.LATE, "13:00:01"),
        ([(50, "10:00"), (-20, "10:30"), (40, "11:00")], 100, ClockState.MET, "11:00"),
        ([(None, "10:00"), ("x", "10:30"), ("90.0", "11:00")], 100, ClockState.MET, "11:00"),
        ([(200, "10:00")], 100, ClockState.MET, "10:00"),
        # Nobody said how many are expected: the first one counts.
        ([(None, "10:00")], None, ClockState.MET, "10:00"),
        ([(1, "10:00")], 0, ClockState.MET, "10:00"),
        # What was expected when the upload came is what counts.
        ([(60, "10:00")], [(at("2026-01-01 00:00"), 100), (at("11:00"), 60)], ClockState.RUNNING, None),
        (
            [(60, "10:00"), (0, "11:30")],
            [(at("2026-01-01 00:00"), 100), (at("11:00"), 60)],
            ClockState.MET,
            "11:30",
        ),
    ],
)
def test_the_stop_that_reaches_the_share_settles(uploads, expected, state, stopped):
    one = clock(*(upload(leads, when) for leads, when in uploads), expected=expected)
    assert (one.state, one.stopped_at) == (state, at(stopped) if stopped else None)


def test_parts_are_in_the_evidence_with_what_they_add_up_to():
    one = clock(upload(30, "10:00"), upload(60.5, "11:00"))
    assert [(e["role"], e["sum"], e["of"]) for e in one.evidence[1:]] == [
        ("part", 30, 100),
        ("stop", 90.5, 100),
    ]


class TestEarly:
    def test_parts_before_the_start_add_up_and_may_settle_at_once(self):
        one = clock(
            upload(500, "06:59:59"),
            upload(50, "07:00"),
            upload(40, "08:00"),
            upload(9, "08:30"),
            early="2 hours",
        )
        assert (one.state, one.stopped_at, one.ended_at) == (ClockState.MET, at("08:00"), at("09:00"))
        assert [entry["note"] for entry in one.evidence[1:]] == ["early", "early"]

    def test_or_are_completed_later(self):
        one = clock(upload(50, "08:00"), upload(40, "10:00"), early="2 hours")
        assert [(entry["role"], entry["note"]) for entry in one.evidence[1:]] == [
            ("part", "early"),
            ("stop", ""),
        ]
        assert one.state is ClockState.MET

    def test_a_part_serves_one_clock(self):
        again = fact("campaign.ended", "11:00", "again")
        first, second = clocks(
            ENDED, upload(50, "10:00"), upload(50, "10:30"), again, upload(50, "11:10"), early="2 hours"
        )
        assert (first.state, second.state) == (ClockState.MET, ClockState.RUNNING)
        assert [entry["sum"] for entry in second.evidence if "sum" in entry] == [50]


def test_the_sentence_says_what_is_asked_for_and_what_there_is():
    promised = promise("4 hours", **TERMS)
    one = clock(upload(30, "10:00"), as_of=at("11:00"))
    told = explain(one, promise=promised, as_of=at("11:00"))
    assert (
        "It counts as done once 90 % are reached (data.leads of campaign.expected_leads)."
        in (told["sentence"]["en"])
    )
    assert "So far 30 of 100 (30 %)." in told["sentence"]["en"]
    unknown = clock(upload(30, "10:00"), expected=None)
    assert (
        "So far 30; nobody has said of how many."
        in (explain(unknown, promise=promised, as_of=NOW)["sentence"]["en"])
    )


leads = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 300)), max_size=8)


@given(leads, st.integers(1, 200), st.randoms(use_true_random=False))
def test_whatever_comes_it_is_done_with_the_first_that_makes_it_whole(parts, expected, random):
    facts = [
        upload(number, at("09:00") + timedelta(minutes=minute), f"u{place}")
        for place, (number, minute) in enumerate(parts)
    ]
    total, done = 0, None
    for one in sorted(facts, key=lambda one: (one.at, one.external_id)):
        total += one.data["leads"]
        if done is None and total * 10 >= expected * 9:
            done = one.at
    random.shuffle(facts)
    assert clock(*facts, expected=expected).stopped_at == done
