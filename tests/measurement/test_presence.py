"""Who was there when: stretches of presence, left open or not, of the team or not, across versions."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.business_time import ALWAYS_OPEN
from agreements.enums import Kind
from agreements.terms.kinds import CoverageTerms
from measurement.measures.presence import PresenceMeasure, closing_after
from tests.measurement.builders import (
    MARKETING,
    MIA,
    NEVER,
    NIGHTS,
    OUTSIDER,
    PARIS,
    RAE,
    SALES,
    KnownWorld,
    at,
    fact,
    paris,
    promise,
    subject,
)

WORLD = KnownWorld()
NOW = at("2026-12-31 00:00")


def covered(schedule=PARIS, **more):
    """Sales promise to staff the chat, from 2026 on."""
    told = promise(schedule=schedule)
    terms = CoverageTerms(online="chat.online", offline="chat.offline")
    return replace(told, key="web-chat", kind=Kind.COVERAGE, terms=terms, **more)


def units(*happened, versions=None, member=RAE, world=WORLD, as_of=NOW, schedule=PARIS):
    """The units of "on 2026-03-04 09:00", "off …" in Paris."""
    kinds = {"on": "chat.online", "off": "chat.offline"}
    facts = [
        fact(kinds[word], paris(when), f"{number}-{word}", actor=member)
        for number, (word, _, when) in enumerate(one.partition(" ") for one in happened)
    ]
    measure = PresenceMeasure(versions or [covered(schedule)], fiscal_year_start=1, subject_types={})
    return measure.units(subject(*facts, ref=member, type="member"), world, as_of=as_of)


def told(*happened, **more):
    return [(unit.at, unit.until, unit.state, unit.reason) for unit in units(*happened, **more)]


def stretch(start, end, state="having", reason=""):
    return paris(start), paris(end), state, reason


def test_presence_lasts_from_online_to_offline():
    (unit,) = units("on 2026-03-04 09:10", "off 2026-03-04 12:00")
    assert (unit.at, unit.until, unit.stretch) == (paris("2026-03-04 09:10"), paris("2026-03-04 12:00"), True)
    assert (unit.each, unit.owner_id, unit.subject_type) == ("team", RAE, "member")
    assert [entry["role"] for entry in unit.evidence] == ["start", "stop"]


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        # Never offline: the window that contains the beginning, or the next one, ends it.
        (["on 2026-03-04 09:10"], [stretch("2026-03-04 09:10", "2026-03-04 17:00", reason="left_open")]),
        (["on 2026-03-04 08:00"], [stretch("2026-03-04 08:00", "2026-03-04 17:00", reason="left_open")]),
        (["on 2026-03-06 18:00"], [stretch("2026-03-06 18:00", "2026-03-09 17:00", reason="left_open")]),
        # Easter Monday is a holiday.
        (["on 2026-04-03 17:00"], [stretch("2026-04-03 17:00", "2026-04-07 17:00", reason="left_open")]),
        # Offline without online.
        (["off 2026-03-04 09:10"], []),
        (
            ["off 2026-03-04 09:10", "on 2026-03-04 10:00", "off 2026-03-04 11:00", "off 2026-03-04 12:00"],
            [stretch("2026-03-04 10:00", "2026-03-04 11:00")],
        ),
        # Online again: the first was left open, up to the second at most.
        (
            ["on 2026-03-04 09:10", "on 2026-03-04 10:00", "off 2026-03-04 11:00"],
            [
                stretch("2026-03-04 09:10", "2026-03-04 10:00", reason="left_open"),
                stretch("2026-03-04 10:00", "2026-03-04 11:00"),
            ],
        ),
        (
            ["on 2026-03-04 09:10", "on 2026-03-05 10:00", "off 2026-03-05 11:00"],
            [
                stretch("2026-03-04 09:10", "2026-03-04 17:00", reason="left_open"),
                stretch("2026-03-05 10:00", "2026-03-05 11:00"),
            ],
        ),
        # At one instant: gone and back, or come and gone.
        (
            ["on 2026-03-04 09:00", "on 2026-03-04 10:00", "off 2026-03-04 10:00", "off 2026-03-04 11:00"],
            [
                stretch("2026-03-04 09:00", "2026-03-04 10:00"),
                stretch("2026-03-04 10:00", "2026-03-04 11:00"),
            ],
        ),
        (["off 2026-03-04 09:00", "on 2026-03-04 09:00"], []),
        # Over night, as somebody says.
        (
            ["on 2026-03-04 16:00", "off 2026-03-05 10:00"],
            [stretch("2026-03-04 16:00", "2026-03-05 10:00")],
        ),
    ],
)
def test_stretches_of_one_member(happened, expected):
    assert told(*happened) == expected


@pytest.mark.parametrize(
    ("schedule", "when", "closes"),
    [
        (NIGHTS, "2026-03-07 02:00", "2026-03-07 06:00"),  # Friday's night
        (NIGHTS, "2026-03-04 12:00", "2026-03-07 06:00"),
        (ALWAYS_OPEN, "2026-03-04 12:00", "2026-03-05 01:00"),  # midnight of UTC
        (NIGHTS, "2026-03-28 23:00", "2026-03-29 06:00"),  # a night of seven hours
        (PARIS, "2026-10-25 12:00", "2026-10-26 17:00"),
    ],
)
def test_the_window_that_ends_presence(schedule, when, closes):
    assert closing_after(schedule, paris(when)) == paris(closes)


def test_days_on_which_the_clock_changes_are_as_long_as_they_are():
    (unit,) = units("on 2026-03-28 23:00", schedule=NIGHTS)
    assert unit.until - unit.at == timedelta(hours=6)
    (unit,) = units("on 2026-10-24 23:00", schedule=NIGHTS)
    assert unit.until - unit.at == timedelta(hours=8)


def test_in_a_calendar_that_never_opens_only_presence_with_an_end_is_known():
    assert told("on 2026-03-04 09:00", schedule=NEVER) == []
    assert told("on 2026-03-04 09:00", "off 2026-03-04 10:00", schedule=NEVER) == [
        stretch("2026-03-04 09:00", "2026-03-04 10:00")
    ]


@pytest.mark.parametrize("member", [MIA, OUTSIDER])
def test_who_is_not_of_the_team_is_left_out(member):
    assert told("on 2026-03-04 09:00", "off 2026-03-04 10:00", member=member) == [
        stretch("2026-03-04 09:00", "2026-03-04 10:00", "left_out", "other_team")
    ]


class _Changing(KnownWorld):
    """Rae changes to marketing at ten."""

    def teams(self, member, at):
        return frozenset({SALES if at < paris("2026-03-04 10:00") else MARKETING})

    def moves(self, member):
        return [paris("2026-03-04 10:00")]


def test_who_leaves_the_team_while_online_counts_up_to_then():
    happened = ("on 2026-03-04 09:00", "off 2026-03-04 11:00", "on 2026-03-04 12:00", "off 2026-03-04 13:00")
    assert told(*happened, world=_Changing()) == [
        stretch("2026-03-04 09:00", "2026-03-04 10:00"),
        stretch("2026-03-04 10:00", "2026-03-04 11:00", "left_out", "other_team"),
        stretch("2026-03-04 12:00", "2026-03-04 13:00", "left_out", "other_team"),
    ]


def test_a_stretch_is_cut_where_versions_meet_and_nothing_counts_before_the_first():
    first = covered(starts_at=paris("2026-03-04 10:00"), ends_at=paris("2026-03-05 00:00"), commitment_id=1)
    second = covered(starts_at=paris("2026-03-05 00:00"), commitment_id=2, team_id=MARKETING)
    found = units("on 2026-03-04 09:00", "off 2026-03-05 12:00", versions=[second, first])
    assert [(unit.commitment_id, unit.at, unit.until, unit.state) for unit in found] == [
        (1, paris("2026-03-04 10:00"), paris("2026-03-05 00:00"), "having"),
        (2, paris("2026-03-05 00:00"), paris("2026-03-05 12:00"), "left_out"),
    ]
    assert len({unit.unit_key for unit in found}) == 2


def test_facts_after_the_instant_are_not_looked_at():
    happened = ("on 2026-03-04 09:00", "off 2026-03-04 10:00")
    assert told(*happened, as_of=paris("2026-03-04 09:59:59")) == [
        stretch("2026-03-04 09:00", "2026-03-04 17:00", reason="left_open")
    ]


def test_other_records_and_other_kinds_of_promise_have_no_units():
    measure = PresenceMeasure([covered(), promise()], fiscal_year_start=1, subject_types={})
    online = fact("chat.online", paris("2026-03-04 09:00"), actor=RAE)
    assert measure.units(subject(online), WORLD, as_of=NOW) == []
    assert (measure.kinds, measure.starts) == ({"chat.online", "chat.offline"}, {"chat.online"})
    assert PresenceMeasure([promise()], fiscal_year_start=1, subject_types={}).versions == ()


minutes = st.integers(0, 3 * 24 * 60)


@given(st.lists(st.tuples(minutes, st.booleans()), max_size=12), minutes, st.randoms(use_true_random=False))
def test_somebody_is_in_one_place_at_a_time_and_order_of_arrival_does_not_matter(happened, cut, random):
    base = paris("2026-03-27 12:00")  # a Friday; on Sunday the clock changes
    facts = [
        fact(
            "chat.online" if online else "chat.offline",
            base + timedelta(minutes=when),
            str(number),
            actor=RAE,
        )
        for number, (when, online) in enumerate(happened)
    ]
    change = base + timedelta(minutes=cut)
    versions = [covered(ends_at=change), covered(starts_at=change, commitment_id=2)]
    measure = PresenceMeasure(versions, fiscal_year_start=1, subject_types={})
    found = measure.units(subject(*facts, ref=RAE, type="member"), WORLD, as_of=NOW)
    random.shuffle(facts)
    assert measure.units(subject(*facts, ref=RAE, type="member"), WORLD, as_of=NOW) == found
    assert all(unit.at < unit.until for unit in found)
    assert all(one.until <= other.at for one, other in pairwise(found))
    onlines = {one.at for one in facts if one.kind == "chat.online"}
    offlines = {one.at for one in facts if one.kind == "chat.offline"}
    assert {unit.at for unit in found} <= onlines | {change}
    assert all(unit.reason or unit.until in offlines | {change} for unit in found)
