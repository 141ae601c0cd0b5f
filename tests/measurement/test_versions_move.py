"""Clocks that are open when a version begins which takes them over, and those that stay (docs/adr/0009)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from agreements.terms.values import Condition
from measurement.enums import ClockState
from measurement.explanation import explain
from measurement.measures.checklist import ChecklistMeasure
from measurement.measures.response import measure
from measurement.states import due_then, state_at
from tests.measurement import test_response_laws as laws
from tests.measurement.builders import (
    NEVER,
    KnownWorld,
    at,
    call,
    fact,
    promise,
    request,
    selector,
    subject,
)
from tests.measurement.checklists import announced, checklist, content, published

CHANGE = "2026-03-04 12:00"
NOW = at("2026-03-10 00:00")


def versions(old="4 hours", new="8 hours", *, takes_over=True, first=None, **second):
    return [
        promise(old, ends_at=CHANGE, **(first or {})),
        replace(promise(new, version=2, starts_at=CHANGE, **second), takes_over=takes_over),
    ]


def clocks(*facts, promised=None, as_of=NOW, **about):
    return measure(promised or versions(), subject(*facts, **about), KnownWorld(), as_of=as_of)


def clock(*facts, **more):
    (one,) = clocks(*facts, **more)
    return one


def test_an_open_clock_is_judged_by_the_new_terms_from_the_same_start():
    one = clock(request("09:00"), call("16:00"))
    assert (one.commitment_id, one.started_at, one.due_at) == (2, at("09:00"), at("17:00"))
    assert (one.state, one.stopped_at, one.allowed_seconds) == (ClockState.MET, at("16:00"), 8 * 3_600)
    (moved,) = [entry for entry in one.evidence if entry["role"] == "moved"]
    assert (moved["at"], moved["note"], moved["due"]) == ("2026-03-04T12:00:00Z", "1", "2026-03-04T13:00:00Z")


def test_without_the_word_it_keeps_its_version():
    one = clock(request("09:00"), call("16:00"), promised=versions(takes_over=False))
    assert (one.commitment_id, one.due_at, one.state) == (1, at("13:00"), ClockState.LATE)


@pytest.mark.parametrize(
    ("start", "old", "new", "version", "due"),
    [
        ("07:59:59", "4 hours", "8 hours", 1, "11:59:59"),  # missed by then: history stays
        ("08:00", "4 hours", "8 hours", 2, "16:00"),  # due at that very instant
        ("09:00", "4 hours", "2 hours", 1, "13:00"),  # would be late by a rule that did not hold yet
        ("10:00", "4 hours", "2 hours", 2, "12:00"),
        ("12:00", "4 hours", "2 hours", 2, "14:00"),  # begins with the new version
    ],
)
def test_nobody_is_late_by_a_rule_that_did_not_hold_and_a_miss_stays_one(start, old, new, version, due):
    one = clock(request(start), promised=versions(old, new))
    assert (one.commitment_id, one.due_at) == (version, at(due))


def test_what_ended_before_stays_and_what_follows_is_new():
    one, two = clocks(request("09:00"), call("11:59"), request("12:30", "second"), call("13:00"))
    assert [(c.commitment_id, c.state) for c in (one, two)] == [(1, ClockState.MET), (2, ClockState.MET)]
    assert not any(entry["role"] == "moved" for c in (one, two) for entry in c.evidence)


def test_what_happens_at_the_instant_of_the_change_is_judged_by_the_new_terms():
    promised = versions(stop=(selector("meeting.booked"),))
    one = clock(request("09:00"), call(CHANGE), fact("meeting.booked", "12:01"), promised=promised)
    assert one.stopped_at == at("12:01")


def test_before_the_change_the_old_version_is_told():
    one = clock(request("09:00"), as_of=at("11:59:59"))
    assert (one.commitment_id, one.due_at) == (1, at("13:00"))
    assert clock(request("09:00"), as_of=at(CHANGE)).commitment_id == 2


def test_a_paused_clock_moves_and_its_pause_goes_on():
    pauses = {"pause": (selector("case.paused"),), "resume": (selector("case.resumed"),)}
    promised = versions(first=pauses, **pauses)
    held = [request("09:00"), fact("case.paused", "10:00")]
    assert clock(*held, promised=promised).state is ClockState.PAUSED
    one = clock(*held, fact("case.resumed", "14:00"), promised=promised)
    assert (one.commitment_id, one.due_at) == (2, at("21:00"))
    assert [entry["due"] for entry in one.evidence if entry["role"] == "moved"] == [None]


@pytest.mark.parametrize(
    "second",
    [
        {"start": (selector("chat.received"),)},
        {"where": (Condition("contact.persona", "present"),)},
        {"schedule": NEVER, "outside_hours": "next_opening"},
    ],
)
def test_what_the_new_terms_would_not_have_opened_or_cannot_count_stays(second):
    one = clock(request("09:00"), promised=versions(**second))
    assert (one.commitment_id, one.due_at) == (1, at("13:00"))


def test_a_clock_that_was_given_up_before_does_not_move():
    promised = versions("1 hour", "8 hours", first={"give_up": "1 hour"})
    one = clock(request("09:00"), promised=promised)
    assert (one.commitment_id, one.reason) == (1, "gave_up")


def test_versions_in_a_row_move_it_again():
    third = replace(promise("30 hours", version=3, starts_at="2026-03-04 14:00"), takes_over=True)
    second = replace(versions()[1], ends_at=at("2026-03-04 14:00"))
    one = clock(request("09:00"), promised=[versions()[0], second, third])
    assert (one.commitment_id, one.due_at) == (3, at("2026-03-05 15:00"))
    told = explain(one, promise=third, as_of=at("2026-03-04 15:00"))["sentence"]["en"]
    assert "Version 2 of the agreement counts since Wed 4 Mar 12:00; under version 1 it was due by" in told
    assert "Version 3 of the agreement counts since Wed 4 Mar 14:00; under version 2 it was due by" in told


def test_a_version_that_leaves_the_promise_out_moves_nothing():
    promised = [versions()[0]]
    assert clock(request("09:00"), promised=promised).due_at == at("13:00")


def test_the_state_at_an_earlier_instant_is_what_was_judged_then():
    facts = [request("09:00"), call("18:00")]
    in_the_end = clock(*facts)
    for hour in range(9, 20):
        then = at(f"{hour:02}:30")
        judged = clock(*facts, as_of=then)
        assert state_at(in_the_end, then) == state_at(judged, then), then
        assert due_then(in_the_end, then) == judged.due_at, then


def test_both_versions_are_named():
    one = clock(request("09:00"))
    told = explain(one, promise=versions()[1], as_of=at("13:30"))
    assert told["version"] == 2
    assert told["sentence"]["en"] == (
        "Running: after the contact request of Wed 4 Mar 09:00, a call or a booked meeting is due "
        "within 8 hours, by Wed 4 Mar 17:00. Version 2 of the agreement counts since Wed 4 Mar 12:00; "
        "under version 1 it was due by Wed 4 Mar 13:00. 3 h 30 left. All that time nobody was assigned."
    )
    assert "au lieu" not in told["sentence"]["fr"]
    assert "selon la version 1, l'échéance était le mer. 4 mars 13:00." in told["sentence"]["fr"]
    assert told["events"][-1]["effect"]["en"].endswith("instead of version 1")


@settings(deadline=None)
@given(laws.bases, laws.happenings, laws.terms, laws.seconds)
def test_with_the_same_terms_a_move_changes_nothing_but_whose_clock_it_is(base, happened, terms, when):
    change, until = base + timedelta(seconds=when), base + timedelta(seconds=laws.LENGTH)
    old = replace(terms, ends_at=change)
    new = replace(terms, commitment_id=2, starts_at=change, takes_over=True)
    facts = subject(*laws.facts_of(base, happened))
    found = measure([old, new], facts, KnownWorld(), as_of=until)
    plain = measure([terms], facts, KnownWorld(), as_of=until)
    assert [
        replace(clock, commitment_id=1, evidence=[e for e in clock.evidence if e["role"] != "moved"])
        for clock in found
    ] == plain
    for clock in found:
        was_open = clock.started_at < change and (clock.ended_at is None or clock.ended_at > change)
        is_missed = clock.due_at is not None and clock.due_at < change
        if was_open and not is_missed:
            assert clock.commitment_id == 2


@settings(deadline=None)
@given(laws.bases, laws.happenings, laws.terms, laws.terms, laws.seconds, laws.seconds)
def test_whatever_is_signed_the_state_before_the_change_stays_what_it_was(
    base, happened, terms, other, when, before
):
    change = base + timedelta(seconds=max(when, 1))
    then = min(base + timedelta(seconds=before), change - timedelta(seconds=1))
    old = replace(terms, ends_at=change)
    new = replace(other, commitment_id=2, starts_at=change, takes_over=True)
    facts = subject(*laws.facts_of(base, happened))
    in_the_end = measure([old, new], facts, KnownWorld(), as_of=base + timedelta(seconds=laws.LENGTH))
    alone = measure([terms], facts, KnownWorld(), as_of=then)
    begun = [clock for clock in in_the_end if clock.started_at <= then]
    assert [state_at(clock, then) for clock in begun] == [state_at(clock, then) for clock in alone]


class TestChecklists:
    def moved(self, *facts, old=None, new=None, as_of=NOW):
        promised = [
            checklist(old, ends_at=CHANGE),
            checklist(new, version=2, starts_at=CHANGE, takes_over=True),
        ]
        (one,) = ChecklistMeasure(promised).clocks(
            content(published("09:00"), *facts), KnownWorld(), as_of=as_of
        )
        return one

    def test_steps_done_stay_done_and_the_others_get_their_new_deadlines(self):
        one = self.moved(
            announced("email", "09:30"),
            announced("training", "14:30"),
            old={"email": "1 hour", "training": "4 hours"},
            new={"email": "1 hour", "training": "6 hours"},
        )
        assert (one.commitment_id, one.state) == (2, ClockState.MET)
        assert [entry["steps"][-1]["due"] for entry in one.evidence if "steps" in entry] == [
            "2026-03-04T13:00:00Z",
            "2026-03-04T15:00:00Z",
        ]

    def test_with_a_missed_step_it_stays(self):
        one = self.moved(announced("email", "10:30"))
        assert (one.commitment_id, one.due_at) == (1, at("10:00"))

    def test_where_the_steps_left_are_done_it_ends_with_the_change(self):
        one = self.moved(
            announced("email", "09:30"),
            old={"email": "1 hour", "training": "8 hours"},
            new={"email": "4 hours"},
        )
        assert (one.commitment_id, one.state, one.stopped_at, one.ended_at) == (
            2,
            ClockState.MET,
            at("09:30"),
            at(CHANGE),
        )
