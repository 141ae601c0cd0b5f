"""Laws of checklists, by properties and against a measure that lives through every second."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from measurement.explanation import explain
from measurement.measures.checklist import ChecklistMeasure
from measurement.states import seconds_at, shares, state_at
from measurement.steps import StepState, steps_of
from tests.measurement.builders import KnownWorld
from tests.measurement.checklists import CONTENT, announced, checklist, content, published
from tests.measurement.oracle import ChecklistOracle
from tests.measurement.test_response_laws import (
    BASES,
    FLICKERING,
    LENGTH,
    epoch,
    is_open,
    owners,
    seconds,
)

VALUES = ("email", "portal", "training")
bases = st.sampled_from(BASES)
happenings = st.builds(
    lambda first, others: [(first, "start", "first"), *others],
    st.integers(0, 5).map(lambda minute: minute * 60),
    st.lists(
        st.tuples(seconds, st.sampled_from(["start", *VALUES, *VALUES]), st.sampled_from("abcdef")),
        max_size=9,
        unique_by=lambda happening: (happening[1], happening[2]),
    ),
)
allowed = st.builds(
    lambda minutes, business: f"{minutes} {'business minutes' if business else 'minutes'}",
    st.integers(1, 10),
    st.booleans(),
)
terms = st.builds(
    lambda *said, early, give_up: checklist(
        dict(zip(VALUES, said, strict=True)), schedule=FLICKERING, early=early, give_up=give_up
    ),
    *[allowed] * 3,
    early=st.sampled_from([None, "4 minutes"]),
    give_up=st.sampled_from([None, "0 minutes", "3 minutes"]),
)
endless = terms.filter(lambda promised: promised.terms.give_up is None)


def facts_of(base, happened):
    return [
        published(base + timedelta(seconds=second), f"start-{name}")
        if what == "start"
        else announced(what, base + timedelta(seconds=second), f"{name}-{what}")
        for second, what, name in happened
    ]


def judged(promised, facts, as_of, world=None):
    return ChecklistMeasure([promised]).clocks(content(*facts), world or KnownWorld(), as_of=as_of)


@settings(max_examples=300, deadline=None)
@given(bases, happenings, endless)
def test_it_agrees_with_living_through_every_second(base, happened, promised):
    start, until = epoch(base), base + timedelta(seconds=LENGTH)
    limits = promised.terms
    oracle = ChecklistOracle(
        {value: (within.seconds, within.measure == "business_time") for value, within in limits.steps.within},
        is_open,
        limits.early and limits.early.seconds,
    )
    lives = oracle.live(
        [
            (start + second, what, f"start-{name}" if what == "start" else f"{name}-{what}")
            for second, what, name in happened
        ],
        epoch(until),
    )
    clocks = judged(promised, facts_of(base, happened), until)
    assert [
        (epoch(c.started_at), c.state, epoch(c.stopped_at), epoch(c.ended_at), c.repeats) for c in clocks
    ] == [(life.start, life.state or "running", life.stopped, life.ended, life.repeats) for life in lives]
    for clock, life in zip(clocks, lives, strict=True):
        done = {step.value: epoch(step.done_at) for step in steps_of(clock, limits, until) if step.done_at}
        assert done == life.done
        if life.owed:
            assert epoch(clock.due_at) == min(life.owed)


@settings(deadline=None)
@given(bases, happenings, terms, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_facts_matters(base, happened, promised, random):
    facts, until = facts_of(base, happened), base + timedelta(seconds=LENGTH)
    shuffled = facts + random.sample(facts, len(facts) // 2)
    random.shuffle(shuffled)
    assert judged(promised, shuffled, until) == judged(promised, facts, until)


@settings(deadline=None)
@given(bases, happenings, terms, seconds)
def test_the_state_and_the_steps_at_an_earlier_instant_are_those_that_were_judged_then(
    base, happened, promised, when
):
    facts, now = facts_of(base, happened), base + timedelta(seconds=when)
    then = judged(promised, facts, now)
    in_the_end = judged(promised, facts, base + timedelta(seconds=LENGTH))
    begun = [clock for clock in in_the_end if clock.started_at <= now]
    assert [state_at(clock, now) for clock in begun] == [state_at(clock, now) for clock in then]
    assert [steps_of(clock, promised.terms, now) for clock in begun] == [
        steps_of(clock, promised.terms, now) for clock in then
    ]


@settings(deadline=None)
@given(bases, happenings, terms, seconds, seconds)
def test_waiting_changes_nothing_that_is_stored_but_giving_up(base, happened, promised, when, wait):
    now = base + timedelta(seconds=when)
    known = [one for one in facts_of(base, happened) if one.at <= now]
    before = judged(promised, known, now)
    after = judged(promised, known, now + timedelta(seconds=wait))
    waited = [
        clock
        for clock in before
        if clock.gives_up_at is None or clock.gives_up_at >= now + timedelta(seconds=wait)
    ]
    assert after[: len(waited)] == waited
    assert [clock.state for clock in after[len(waited) :]] == ["overdue"] * (len(before) - len(waited))


@settings(deadline=None)
@given(bases, happenings, terms, owners, seconds)
def test_state_steps_seconds_and_sentence_tell_the_same(base, happened, promised, changes, when):
    until = base + timedelta(seconds=LENGTH)
    moves = sorted(dict(changes).items())
    owned = [(base + timedelta(seconds=second), member) for second, member in moves] or None
    world = KnownWorld({(CONTENT, "owner"): owned})
    for clock in judged(promised, facts_of(base, happened), until, world):
        now = max(base + timedelta(seconds=when), clock.started_at)
        states = {step.state for step in steps_of(clock, promised.terms, now)}
        state = state_at(clock, now)
        if state == "met":
            assert states == {StepState.DONE}
        elif state == "late":
            assert states <= {StepState.DONE, StepState.LATE}
            assert StepState.LATE in states
        elif state == "overdue":
            assert states & {StepState.MISSING, StepState.LATE}
        else:
            assert states <= {StepState.DONE, StepState.OPEN}
            assert StepState.OPEN in states
        told = explain(clock, promise=promised, as_of=now)
        assert all(told["sentence"].values())
        assert len(told["steps"]) == len(VALUES)
        for step in told["steps"]:
            pieces = step["segments"]
            assert [piece["from"] for piece in pieces[1:]] == [piece["to"] for piece in pieces[:-1]]
        elapsed = seconds_at(clock, FLICKERING, now).elapsed
        held = shares(clock.owners, min(clock.ended_at or now, now))
        assert sum(share for _, share in held) == elapsed
