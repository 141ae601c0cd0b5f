"""Laws of the response measure, by properties and against a measure that lives through every second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.business_time import Schedule
from measurement.explanation import explain
from measurement.measures.response import measure
from measurement.states import seconds_at, shares, state_at
from tests.measurement.builders import (
    ACCOUNT,
    CONTACT,
    MIA,
    RAE,
    SAM,
    KnownWorld,
    fact,
    promise,
    selector,
    subject,
)
from tests.measurement.oracle import ORDER, Oracle

ZONE = ZoneInfo("Europe/Paris")
#: Ten minutes before and half an hour after both changes of the clock, a Friday's closing and a plain noon.
BASES = [
    datetime(2026, 3, 29, 0, 50, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 50, tzinfo=UTC),
    datetime(2026, 3, 6, 15, 50, tzinfo=UTC),
    datetime(2026, 3, 4, 11, 0, tzinfo=UTC),
]
#: Open for five minutes and closed for five, on every day, by the wall clock.
FLICKERING = Schedule(
    "Europe/Paris",
    {
        day: [f"{hour:02}:{tens}0-{hour:02}:{tens}5" for hour in range(24) for tens in range(6)]
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    },
)
LENGTH = 1_500

#: Mostly on the minute, as allowed times are, and a second beside it: deadlines are hit and just missed.
seconds = st.one_of(
    st.integers(0, LENGTH // 60).map(lambda minute: minute * 60),
    st.builds(
        lambda minute, beside: minute * 60 + beside,
        st.integers(1, LENGTH // 60 - 1),
        st.sampled_from([-1, 1]),
    ),
)
happenings = st.builds(
    lambda first, others: [(first, "start", "first"), *others],
    st.integers(0, 5).map(lambda minute: minute * 60),
    st.lists(
        st.tuples(seconds, st.sampled_from([*ORDER, "start", "stop", "stop"]), st.sampled_from("abcdef")),
        max_size=8,
        unique_by=lambda happening: (happening[1], happening[2]),
    ),
)
terms = st.builds(
    lambda minutes, business, early, give_up: promise(
        # No time at all is used up as soon as business begins, whatever is paused: nothing to live through.
        f"{minutes or int(business)} {'business minutes' if business else 'minutes'}",
        schedule=FLICKERING,
        early=early,
        give_up=give_up,
        **{role: (selector(f"x.{role}"),) for role in ORDER},
        subject="contact",
    ),
    st.integers(0, 8),
    st.booleans(),
    st.sampled_from([None, "4 minutes"]),
    st.sampled_from([None, "0 minutes", "3 minutes"]),
)
bases = st.sampled_from(BASES)
owners = st.lists(st.tuples(seconds, st.sampled_from([None, RAE, SAM, MIA])), max_size=4)


def facts_of(base, happened):
    return [
        fact(f"x.{role}", base + timedelta(seconds=second), f"{role}-{name}")
        for second, role, name in happened
    ]


def world_of(base, changes):
    moves = sorted(dict(changes).items())
    return KnownWorld(
        {
            (CONTACT, "owner"): [(base + timedelta(seconds=second), member) for second, member in moves]
            or None,
            (CONTACT, "account"): ACCOUNT,
            (ACCOUNT, "owner"): RAE if len(changes) % 2 else None,
        }
    )


def is_open(second):
    return datetime.fromtimestamp(second, ZONE).minute % 10 < 5


def epoch(instant):
    return None if instant is None else int(instant.timestamp())


@settings(max_examples=400, deadline=None)
@given(bases, happenings, terms)
def test_it_agrees_with_living_through_every_second(base, happened, terms):
    start, until = epoch(base), base + timedelta(seconds=LENGTH)
    limits = terms.terms
    oracle = Oracle(
        limits.within.seconds,
        limits.within.measure == "business_time",
        is_open,
        limits.early and limits.early.seconds,
        None if limits.give_up is None else limits.give_up.seconds,
    )
    lives = oracle.live(
        [(start + second, role, f"{role}-{name}") for second, role, name in happened], epoch(until)
    )
    clocks = measure([terms], subject(*facts_of(base, happened)), KnownWorld(), as_of=until)
    assert [
        (epoch(c.started_at), c.state, epoch(c.stopped_at), epoch(c.ended_at), c.repeats) for c in clocks
    ] == [(life.start, life.state, life.stopped, life.ended, life.repeats) for life in lives]
    for clock, life in zip(clocks, lives, strict=True):
        # Of what ended before its deadline the second measure never sees when that would have been.
        if life.due is not None:
            assert epoch(clock.due_at) == life.due
        if clock.ended_at and clock.stopped_at != life.start:
            assert (clock.business_seconds, clock.paused_seconds) == (life.open_unpaused, life.paused_seconds)


@settings(deadline=None)
@given(bases, happenings, terms, owners, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_facts_matters(base, happened, terms, changes, random):
    facts, until, world = facts_of(base, happened), base + timedelta(seconds=LENGTH), world_of(base, changes)
    shuffled = facts + random.sample(facts, len(facts) // 2)
    random.shuffle(shuffled)
    expected = measure([terms], subject(*facts), world, as_of=until)
    assert measure([terms], subject(*shuffled), world, as_of=until) == expected


@settings(deadline=None)
@given(bases, happenings, terms, seconds)
def test_what_is_beside_the_point_or_still_to_come_changes_nothing(base, happened, terms, when):
    facts, now = facts_of(base, happened), base + timedelta(seconds=when)
    others = [fact("page.viewed", base + timedelta(seconds=second)) for second in (0, when, LENGTH)]
    later = [fact(f"x.{role}", now + timedelta(seconds=1), f"later-{role}") for role in ORDER]
    known = [one for one in facts if one.at <= now]
    assert measure([terms], subject(*facts, *others, *later), KnownWorld(), as_of=now) == measure(
        [terms], subject(*known), KnownWorld(), as_of=now
    )


@settings(deadline=None)
@given(bases, happenings, terms, owners)
def test_the_shares_of_the_owners_add_up_to_the_elapsed_time(base, happened, terms, changes):
    until = base + timedelta(seconds=LENGTH)
    for clock in measure([terms], subject(*facts_of(base, happened)), world_of(base, changes), as_of=until):
        seconds = seconds_at(clock, FLICKERING, until)
        held = shares(clock.owners, clock.ended_at or until)
        assert sum(share for _, share in held) == seconds.elapsed
        assert sum(share for member, share in held if member is None) == seconds.unassigned
        assert seconds.business <= seconds.elapsed - seconds.paused
        if clock.ended_at:
            assert (
                clock.elapsed_seconds,
                clock.business_seconds,
                clock.paused_seconds,
                clock.unassigned_seconds,
            ) == (
                seconds.elapsed,
                seconds.business,
                seconds.paused,
                seconds.unassigned,
            )


@settings(deadline=None)
@given(bases, happenings, terms, seconds)
def test_the_state_at_an_earlier_instant_is_the_one_that_was_judged_then(base, happened, terms, when):
    facts, now = subject(*facts_of(base, happened)), base + timedelta(seconds=when)
    then = measure([terms], facts, KnownWorld(), as_of=now)
    in_the_end = measure([terms], facts, KnownWorld(), as_of=base + timedelta(seconds=LENGTH))
    begun = [clock for clock in in_the_end if clock.started_at <= now]
    assert [state_at(clock, now) for clock in begun] == [state_at(clock, now) for clock in then]
    assert [seconds_at(clock, FLICKERING, now).business for clock in begun] == [
        seconds_at(clock, FLICKERING, now).business for clock in then
    ]


@settings(deadline=None)
@given(bases, happenings, terms, seconds, seconds)
def test_waiting_changes_nothing_that_is_stored_but_giving_up(base, happened, terms, when, wait):
    now = base + timedelta(seconds=when)
    known = subject(*(one for one in facts_of(base, happened) if one.at <= now))
    before = measure([terms], known, KnownWorld(), as_of=now)
    after = measure([terms], known, KnownWorld(), as_of=now + timedelta(seconds=wait))
    waited = [
        clock
        for clock in before
        if clock.gives_up_at is None or clock.gives_up_at >= now + timedelta(seconds=wait)
    ]
    assert after[: len(waited)] == waited
    assert [clock.state for clock in after[len(waited) :]] == ["overdue"] * (len(before) - len(waited))


@settings(deadline=None)
@given(bases, happenings, terms)
def test_at_most_the_last_clock_is_open_and_no_act_settles_two(base, happened, terms):
    clocks = measure(
        [terms], subject(*facts_of(base, happened)), KnownWorld(), as_of=base + timedelta(seconds=LENGTH)
    )
    assert all(clock.ended_at for clock in clocks[:-1])
    settled = [
        e["event"] for clock in clocks for e in clock.evidence if e["role"] in ("stop", "cancel", "fail")
    ]
    assert len(settled) == len(set(settled))
    assert len({clock.start_key for clock in clocks}) == len(clocks)


@settings(deadline=None)
@given(bases, happenings, terms, seconds)
def test_where_versions_meet_each_start_has_one_of_them(base, happened, terms, when):
    change = base + timedelta(seconds=when)
    old = replace(terms, ends_at=change)
    new = replace(terms, commitment_id=2, starts_at=change)
    facts = subject(*facts_of(base, happened))
    until = base + timedelta(seconds=LENGTH)
    clocks = measure([new, old], facts, KnownWorld(), as_of=until)
    # The terms are the same, so a change of version changes nothing but whose clock it is.
    assert [replace(clock, commitment_id=1) for clock in clocks] == measure(
        [terms], facts, KnownWorld(), as_of=until
    )
    assert all(clock.commitment_id == (1 if clock.started_at < change else 2) for clock in clocks)


@settings(deadline=None)
@given(bases, happenings, terms, owners, seconds)
def test_whatever_happened_can_be_told_at_any_time(base, happened, terms, changes, when):
    until = base + timedelta(seconds=LENGTH)
    for clock in measure([terms], subject(*facts_of(base, happened)), world_of(base, changes), as_of=until):
        told = explain(clock, promise=terms, as_of=base + timedelta(seconds=when))
        pieces = told["segments"]
        assert all(told["sentence"].values())
        assert [piece["from"] for piece in pieces[1:]] == [piece["to"] for piece in pieces[:-1]]
        assert all(piece["seconds"] > 0 for piece in pieces)
        now = max(base + timedelta(seconds=when), clock.started_at)
        elapsed = seconds_at(clock, FLICKERING, now).elapsed
        assert sum(owner["seconds"] for owner in told["owners"]) == elapsed
        assert not pieces or sum(piece["seconds"] for piece in pieces) >= elapsed
