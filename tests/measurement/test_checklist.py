"""Checklists: each step in its own time; what the clock comes to, and when."""

import pytest

from agreements.terms.values import Condition
from measurement.enums import ClockState
from measurement.measures.checklist import ChecklistMeasure
from measurement.states import state_at
from tests.measurement.builders import MIA, NEVER, PARIS, KnownWorld, at, paris, selector
from tests.measurement.checklists import CONTENT, announced, checklist, content, published

START = published("09:00", "start")
NOW = at("2026-06-01 00:00")


def clocks(*facts, promised=None, as_of=NOW, deleted_at=None, world=None):
    measure = ChecklistMeasure(promised if isinstance(promised, list) else [promised or checklist()])
    return measure.clocks(content(*facts, deleted_at=deleted_at), world or KnownWorld(), as_of=as_of)


def clock(*facts, **more):
    (one,) = clocks(START, *facts, **more)
    return one


def steps(one):
    return [(e["note"], e["at"][11:16], e["due"][11:16]) for e in one.evidence if e["role"] == "step"]


#: What is done when, as of 12:00 → state, due_at, stopped_at, ended_at. Deadlines: 10:00, 11:00, 19:00.
TABLE = [
    ({}, "overdue", "10:00", None),
    ({"email": "10:00"}, "overdue", "11:00", None),
    ({"email": "10:00:01"}, "overdue", "10:00", None),
    ({"email": "10:00", "portal": "11:00"}, "running", "19:00", None),
    ({"portal": "09:00", "training": "09:01"}, "overdue", "10:00", None),
    ({"email": "09:00", "portal": "09:30", "training": "11:59"}, "met", "19:00", "11:59"),
    ({"email": "09:00", "portal": "11:00:01", "training": "11:30"}, "late", "11:00", "11:30"),
    ({"email": "11:30", "portal": "11:20", "training": "09:30"}, "late", "10:00", "11:30"),
]


@pytest.mark.parametrize(("done", "state", "due", "stopped"), TABLE)
def test_what_steps_come_to(done, state, due, stopped):
    one = clock(*(announced(value, when) for value, when in done.items()), as_of=at("12:00"))
    assert state_at(one, at("12:00")) == state
    assert one.due_at == at(due)
    assert one.stopped_at == one.ended_at == (at(stopped) if stopped else None)


def test_the_clock_is_the_content_s_and_lists_its_steps():
    one = clock(announced("email", "09:10", actor=MIA), as_of=at("09:20"))
    assert (one.subject_id, one.subject_type, one.commitment_key) == (
        CONTENT,
        "content",
        "content-enablement",
    )
    assert one.evidence[0]["steps"] == [
        {"step": "email", "due": "2026-03-04T10:00:00Z"},
        {"step": "portal", "due": "2026-03-04T11:00:00Z"},
        {"step": "training", "due": "2026-03-04T19:00:00Z"},
    ]
    assert one.evidence[1] == {
        "role": "step",
        "at": "2026-03-04T09:10:00Z",
        "kind": "content.announced",
        "event": "e:email@09:10",
        "actor": MIA,
        "note": "email",
        "due": "2026-03-04T10:00:00Z",
    }
    assert (one.state, one.due_at, one.warn_at) == (ClockState.RUNNING, at("11:00"), at("10:30"))
    assert (one.allowed_seconds, one.elapsed_seconds) == (7_200, None)


def test_each_step_has_its_deadline_by_the_calendar():
    promised = checklist({"email": "1 business day", "training": "4 business hours"}, schedule=PARIS)
    (one,) = clocks(published(paris("2026-04-03 16:00")), promised=promised, as_of=paris("2026-04-03 16:30"))
    # Easter Monday is closed; the training's four hours end before the e-mail's day does.
    assert [entry["due"] for entry in one.evidence[0]["steps"]] == [
        "2026-04-07T14:00:00Z",
        "2026-04-07T10:00:00Z",
    ]
    assert (one.due_at, one.allowed_seconds) == (paris("2026-04-07 12:00"), 4 * 3_600)


def test_one_event_may_do_several_steps_and_only_the_first_time_counts():
    one = clock(
        announced(["email", "portal"], "09:10", "both"),
        announced("portal", "09:20", "again"),
        announced(["portal", "training"], "09:30", "rest"),
    )
    assert steps(one) == [
        ("email", "09:10", "10:00"),
        ("portal", "09:10", "11:00"),
        ("training", "09:30", "19:00"),
    ]
    assert (one.state, one.stopped_at) == (ClockState.MET, at("09:30"))
    (again,) = [entry for entry in one.evidence if entry["role"] == "ignored"]
    assert (again["note"], again["as"]) == ("done_already", "stop")


def test_what_is_no_step_is_listed_and_does_nothing():
    one = clock(announced("blog", "09:10"), announced(None, "09:11"), as_of=at("09:20"))
    assert [(e["note"], e["field"]) for e in one.evidence[1:]] == [("condition", "data.channel")] * 2


class TestEarly:
    def test_steps_before_the_start_count_within_the_agreed_time(self):
        one = clock(
            announced("email", "06:59:59", "too-early"),
            announced("portal", "07:00", "portal"),
            announced("email", "08:00", "email"),
            announced("email", "08:30", "email-again"),
            promised=checklist(early="2 hours"),
            as_of=at("12:00"),
        )
        assert steps(one) == [("portal", "07:00", "11:00"), ("email", "08:00", "10:00")]
        assert all(entry["early"] for entry in one.evidence[1:3])
        assert (one.due_at, one.state) == (at("19:00"), ClockState.RUNNING)

    def test_when_all_is_done_before_the_start_the_clock_ends_there(self):
        done = [
            announced(value, f"08:{minute}")
            for minute, value in ((10, "email"), (20, "portal"), (15, "training"))
        ]
        one = clock(*done, promised=checklist(early="2 hours"))
        assert (one.state, one.stopped_at, one.ended_at, one.elapsed_seconds) == (
            ClockState.MET,
            at("08:20"),
            at("09:00"),
            0,
        )

    def test_a_step_serves_one_clock(self):
        promised = checklist({"email": "1 hour"}, early="2 hours")
        first, second = clocks(
            START,
            announced("email", "09:30"),
            announced("email", "09:40", "spare"),
            published("10:00", "second"),
            promised=promised,
        )
        assert [entry["event"] for entry in first.evidence if entry["role"] == "step"] == ["e:email@09:30"]
        assert [entry["event"] for entry in second.evidence if entry["role"] == "step"] == ["e:spare"]

    def test_without_the_word_nothing_before_the_start_counts(self):
        one = clock(announced("email", "08:59"), as_of=at("09:30"))
        assert [(e["role"], e["note"]) for e in one.evidence[1:]] == [("ignored", "too_early")]


class TestEnds:
    def test_a_repeat_is_listed_on_the_open_clock(self):
        one = clock(published("09:30", "again"), as_of=at("09:40"))
        assert (one.repeats, one.evidence[-1]["role"]) == (1, "repeat")

    @pytest.mark.parametrize(
        ("deleted", "state"),
        [("10:00", ClockState.CANCELLED), ("10:00:01", ClockState.OVERDUE)],
    )
    def test_deletion_cancels_what_is_not_missed(self, deleted, state):
        one = clock(deleted_at=at(deleted))
        assert (one.state, one.reason, one.ended_at) == (state, "deleted", at(deleted))

    def test_giving_up_counts_from_the_missed_deadline_but_waits_for_every_step_s_time(self):
        promised = checklist({"email": "1 hour", "portal": "2 hours"}, give_up="3 hours")
        one = clock(announced("email", "14:00"), announced("portal", "09:10"), promised=promised)
        assert (one.state, one.ended_at, one.reason) == (ClockState.OVERDUE, at("13:00"), "gave_up")
        long = clock(promised=checklist(give_up="3 hours"), as_of=at("12:00"))
        assert long.gives_up_at == at("19:00")

    def test_a_step_exactly_at_the_end_still_counts(self):
        promised = checklist({"email": "1 hour"}, give_up="3 hours")
        assert clock(announced("email", "13:00"), promised=promised).state is ClockState.LATE

    def test_a_calendar_that_never_opens_cannot_be_measured(self):
        one = clock(promised=checklist({"email": "1 business hour"}, schedule=NEVER))
        assert (one.state, one.reason, one.due_at) == (ClockState.UNMEASURABLE, "never_opens", None)

    def test_a_step_that_was_there_when_its_record_was_first_seen_is_not_late(self):
        promised = checklist({"email": "1 hour"})
        late = announced("email", "11:00", first_seen=True)
        assert clock(late, promised=promised).state is ClockState.UNMEASURABLE
        in_time = announced("email", "09:30", first_seen=True)
        assert clock(in_time, promised=promised).state is ClockState.MET


def test_conditions_of_the_start_and_of_the_promise_hold_at_the_start():
    world = KnownWorld({(CONTENT, "important"): [(at("2026-01-01 00:00"), False), (at("09:30"), True)]})
    important = (Condition("content.important", "eq", (True,)),)
    narrowed = checklist(start=(selector("content.published", where=important),))
    both = [START, published("10:00", "second")]
    for promised in (narrowed, checklist(where=important)):
        (one,) = clocks(*both, promised=promised, world=world)
        assert one.start_key == "e:second"


def test_the_state_at_an_earlier_instant_is_what_was_judged_then():
    facts = [START, announced("email", "10:30"), announced("portal", "10:40"), announced("training", "19:30")]
    for minute in range(0, 11 * 60, 5):
        then = at("09:00").replace(hour=9 + minute // 60, minute=minute % 60)
        (judged,) = clocks(*facts, as_of=then)
        (in_the_end,) = clocks(*facts)
        assert state_at(in_the_end, then) == state_at(judged, then), then
