"""What is judged quickly is judged as it would be the long way round."""

import gc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.business_time import Schedule
from agreements.deadlines import warn_at
from leads import timelines
from leads.told import order_of
from measurement import world as worlds
from measurement.engine import Engine
from measurement.judging import candidates
from measurement.measures.passage import known_facts
from measurement.verdicts import written
from tests.measurement.small_world import END
from tests.measurement.test_judging_some import a_world

INSTANTS = st.datetimes(datetime(1, 1, 3), datetime(9998, 12, 30), timezones=st.timezones())
CLOSED = Schedule("Europe/Paris", {"sun": ["00:00-00:01"]})


@given(INSTANTS)
def test_instants_are_written_in_utc_and_whole_seconds(at: datetime) -> None:
    assert written(at) == at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


@given(st.integers(1, 10**6), st.fractions(0, 3, max_denominator=200))
def test_a_share_of_the_seconds_is_rounded_as_fractions_are(seconds: int, share: Fraction) -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)  # a Monday: the calendar opens on Sundays only
    seconds %= 5 * 86_400
    due = start + timedelta(seconds=seconds)
    assert warn_at(CLOSED, start, due, share) == start + timedelta(seconds=round(seconds * share))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_facts_come_in_their_order_whole_and_once(seed: int) -> None:
    a_world(seed)
    engine = Engine()
    refs = [ref for batch in candidates(engine) for ref in batch]
    asked = {"kinds": engine.interest.kinds, "subject_types": engine.subject_types, "until": END}
    _, subjects = worlds.load(refs, untold=engine.interest.untold, **asked)
    assert any(len(subject.facts) > 3 for subject in subjects)
    for subject in subjects:
        assert all(order_of(one) < order_of(other) for one, other in pairwise(subject.facts))
        assert known_facts(subject, as_of=END) is subject.facts
        assert known_facts(replace(subject, known_until=None), as_of=END) == list(subject.facts)
        earlier = END - timedelta(days=9)
        assert known_facts(subject, as_of=earlier) == [one for one in subject.facts if one.at <= earlier]
    _, ahead = worlds.load(refs, ahead=True, **asked)
    assert {subject.known_until for subject in ahead} == {None}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_what_an_event_is_about_is_the_same_where_links_are_asked_each_time(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_world(seed)
    engine = Engine()
    refs = [ref for batch in candidates(engine) for ref in batch]
    told = timelines.load(refs, kinds=engine.interest.kinds, until=END).told
    monkeypatch.setattr(timelines._About, "_links_stand", lambda self, refs: False)
    assert timelines.load(refs, kinds=engine.interest.kinds, until=END).told == told


@pytest.mark.django_db
def test_no_batch_leaves_rings_behind_that_nobody_would_collect() -> None:
    a_world(1)
    engine = Engine()
    refs = [ref for batch in candidates(engine) for ref in batch]
    gc.collect()
    gc.disable()
    try:
        assert engine.judgements(refs, as_of=END).clocks
        assert not gc.isenabled()  # as it was found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = {type(one).__name__ for one in gc.garbage}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left.isdisjoint({"Told", "Subject", "LoadedWorld", "Histories", "VersionRow", "ClockVerdict"})
