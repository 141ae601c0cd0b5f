"""What share of these events had that: tables of what a unit comes to, and a naive recount."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurement.measures.cohort import CohortMeasure
from tests.measurement.builders import (
    CONTACT,
    DEAL,
    LEAD,
    MIA,
    NEVER,
    OUTSIDER,
    PARIS,
    RAE,
    SAM,
    KnownWorld,
    at,
    call,
    fact,
    paris,
    subject,
)
from tests.measurement.counted import counting, measured, told

MEETINGS = {"of": {"event": "lead.qualified"}, "having": {"event": "meeting.held", "within": "30 days"}}
BAD_DATA = {
    "of": {"events": ["lead.accepted", "lead.rejected"]},
    "where": {"lead.origin": "marketing"},
    "having": {"where": {"data.bad_data": True}},
    "target": "< 10%",
}


def lead(*facts: Any, **more: Any) -> Any:
    return subject(*facts, ref=LEAD, type="lead", **more)


def told_of_lead(kind: str, when: str, name: str = "", **more: Any) -> Any:
    return fact(kind, when, name, refs={"lead": LEAD}, **more)


def qualified(when: str, name: str = "", **more: Any) -> Any:
    return told_of_lead("lead.qualified", when, name, **more)


def held(when: str, name: str = "", **more: Any) -> Any:
    return told_of_lead("meeting.held", when, name, **more)


#: What is told about a lead that qualified on 2 March at 10:00, and what its unit comes to.
MET = [
    ("nothing more", [], "lacking", None),
    ("a meeting", [held("2026-03-09 10:00")], "having", "2026-03-09 10:00"),
    ("a meeting at once", [held("2026-03-02 10:00")], "having", "2026-03-02 10:00"),
    ("at the last instant", [held("2026-04-01 10:00")], "having", "2026-04-01 10:00"),
    ("a second too late", [held("2026-04-01 10:00:01")], "lacking", None),
    ("before", [held("2026-03-02 09:59:59")], "lacking", None),
    ("twice", [held("2026-03-09 10:00"), held("2026-03-05 10:00", "m2")], "having", "2026-03-05 10:00"),
    ("after as_of", [held("2026-12-31 00:01")], "lacking", None),
]


@pytest.mark.parametrize(("name", "facts", "state", "had_at"), MET, ids=[case[0] for case in MET])
def test_a_lead_has_what_comes_within_its_time(name, facts, state, had_at):
    about = lead(qualified("2026-03-02 10:00"), *facts)
    (unit,) = measured(CohortMeasure, counting("rate", **MEETINGS), subject=about)
    assert (unit.state, unit.had_at) == (state, had_at and at(had_at))
    assert unit.matures_at == at("2026-04-01 10:00")
    assert (unit.at, unit.until, unit.stretch, unit.each) == (at("2026-03-02 10:00"), None, False, "team")


def test_the_evidence_names_what_was_counted_and_what_it_had():
    about = lead(qualified("2026-03-02 10:00", "q"), held("2026-03-05 10:00", "m"))
    (unit,) = measured(CohortMeasure, counting("rate", **MEETINGS), subject=about)
    assert [(line["role"], line["event"]) for line in unit.evidence] == [
        ("counted", "e:q"),
        ("having", "e:m"),
    ]


#: In what time it may come to have it: the schedule, the time, and the last instant (of a Friday's at 16:00).
TIMES = [
    (PARIS, "3 days", paris("2026-03-09 16:00")),
    (PARIS, "2 business hours", paris("2026-03-09 10:00")),
    (PARIS, "1 business day", paris("2026-03-09 16:00")),
    (PARIS, None, None),
    (NEVER, "2 business hours", None),
]


@pytest.mark.parametrize(("schedule", "within", "matures_at"), TIMES)
def test_a_unit_matures_by_the_calendar_of_its_promise(schedule, within, matures_at):
    having = {"event": "meeting.held"} | ({"within": within} if within else {})
    terms = {"of": {"event": "lead.qualified"}, "having": having}
    about = lead(told_of_lead("lead.qualified", paris("2026-03-06 16:00")), held("2026-12-01 10:00"))
    (unit,) = measured(CohortMeasure, counting("rate", schedule=schedule, **terms), subject=about)
    assert unit.matures_at == matures_at
    assert unit.state == ("lacking" if matures_at else "having")


#: Which later events count, by whom and under which conditions.
HAVING = [
    ("anybody's", {"event": "call.made"}, call("2026-03-03 10:00", actor=None), "having"),
    ("the team's", {"event": "call.made", "by": "team"}, call("2026-03-03 10:00", actor=SAM), "having"),
    (
        "not another team's",
        {"event": "call.made", "by": "team"},
        call("2026-03-03 10:00", actor=MIA),
        "lacking",
    ),
    ("the owner's", {"event": "call.made", "by": "owner"}, call("2026-03-03 10:00", actor=RAE), "having"),
    ("not another's", {"event": "call.made", "by": "owner"}, call("2026-03-03 10:00", actor=SAM), "lacking"),
    (
        "long ones",
        {"event": "call.made", "where": {"data.minutes": {"gte": 5}}},
        call("2026-03-03 10:00", data={"minutes": 5}),
        "having",
    ),
    (
        "not short ones",
        {"event": "call.made", "where": {"data.minutes": {"gte": 5}}},
        call("2026-03-03 10:00", data={"minutes": 4}),
        "lacking",
    ),
    (
        "not a machine's where the team is asked",
        {"event": "call.made", "by": "team"},
        call("2026-03-03 10:00", data={"automatic": True}),
        "lacking",
    ),
    ("itself", {"event": "lead.qualified"}, call("2026-03-03 10:00"), "having"),
    (
        "not itself where it is not so",
        {"event": "lead.qualified", "where": {"data.round": 2}},
        qualified("2026-03-03 10:00", "again", data={"round": 1}),
        "lacking",
    ),
]


@pytest.mark.parametrize(("name", "having", "event", "state"), HAVING, ids=[case[0] for case in HAVING])
def test_what_a_unit_should_have_may_say_by_whom_and_how(name, having, event, state):
    promise = counting("rate", of={"event": "lead.qualified"}, having=having)
    about = lead(qualified("2026-03-02 10:00"), event)
    first, *_ = measured(CohortMeasure, promise, subject=about, world=KnownWorld({(LEAD, "owner"): RAE}))
    assert first.state == state


#: Decisions about one lead, by which its data was bad or not.
DECISIONS = [
    ("accepted", [("lead.accepted", "03-02", None)], ["lacking"]),
    ("bad", [("lead.rejected", "03-02", True)], ["having"]),
    ("rejected for another reason", [("lead.rejected", "03-02", False)], ["lacking"]),
    (
        "two in a month",
        [("lead.accepted", "03-02", None), ("lead.rejected", "03-30", True)],
        ["lacking", "repeat"],
    ),
    (
        "one a month",
        [("lead.accepted", "03-02", None), ("lead.rejected", "04-01", True)],
        ["lacking", "having"],
    ),
]


@pytest.mark.parametrize(("name", "events", "outcome"), DECISIONS, ids=[case[0] for case in DECISIONS])
def test_bad_data_is_asked_of_the_first_decision_of_a_month(name, events, outcome):
    facts = [told_of_lead(kind, f"2026-{day} 10:00", data={"bad_data": bad}) for kind, day, bad in events]
    world = KnownWorld({(LEAD, "origin"): "marketing"})
    units = measured(CohortMeasure, counting("rate", **BAD_DATA), subject=lead(*facts), world=world)
    assert told(units) == outcome
    assert {unit.matures_at for unit in units} == {None}
    assert {unit.origin for unit in units} == {"marketing"}


@pytest.mark.parametrize("origin", [None, "", "sales", [(at("09:00"), "sales"), (at("11:00"), "marketing")]])
def test_leads_of_others_are_not_counted(origin):
    decided = told_of_lead("lead.accepted", "10:00")
    world = KnownWorld({(LEAD, "origin"): origin})
    assert measured(CohortMeasure, counting("rate", **BAD_DATA), subject=lead(decided), world=world) == []


#: Deleted when, and what becomes of a lead that qualified on 2 March and has until 1 April, 10:00.
DELETIONS = [
    ("2026-03-20 10:00", [], "deleted"),
    ("2026-03-20 10:00", [held("2026-03-10 10:00")], "deleted"),
    ("2026-04-01 09:59", [], "deleted"),
    ("2026-04-01 09:59", [held("2026-03-10 10:00")], "having"),
    ("2026-04-01 10:00", [], "lacking"),
    ("2026-08-01 10:00", [held("2026-03-10 10:00")], "having"),
]


@pytest.mark.parametrize(("deleted", "facts", "outcome"), DELETIONS)
def test_a_deleted_lead_is_left_out_unless_all_was_decided(deleted, facts, outcome):
    about = lead(qualified("2026-03-02 10:00"), *facts, deleted_at=at(deleted))
    assert told(measured(CohortMeasure, counting("rate", **MEETINGS), subject=about)) == [outcome]


def test_the_first_with_what_it_needs_is_the_first():
    of = {"event": "lead.rejected", "needs": {"event": "call.made", "at_least": 1}}
    facts = [
        told_of_lead("lead.rejected", "2026-03-02 10:00", "r1"),
        call("2026-03-03 10:00"),
        told_of_lead("lead.rejected", "2026-03-04 10:00", "r2"),
        told_of_lead("lead.rejected", "2026-03-05 10:00", "r3"),
    ]
    promise = counting("rate", of=of, having={"where": {"data.bad_data": True}})
    assert told(measured(CohortMeasure, promise, subject=lead(*facts))) == [
        "unevidenced",
        "lacking",
        "repeat",
    ]


def test_of_what_others_did_there_is_no_unit():
    promise = counting("rate", of={"event": "call.made", "by": "team"}, having={"event": "meeting.held"})
    made = call("10:00", actor=OUTSIDER, refs={"contact": CONTACT})
    assert measured(CohortMeasure, promise, subject=subject(made)) == []


def test_an_event_is_counted_at_its_home_only():
    made = qualified("2026-03-02 10:00")
    assert measured(CohortMeasure, counting("rate", **MEETINGS), subject=subject(made)) == []


#: Qualified when, and under which version it counts: a baseline of July and August before 2026.
BASELINE = {"baseline": {"from": "2025-07-01", "to": "2025-08-31"}, "target": ">= baseline + 2 points"}
WINDOWS = [
    ("2025-06-30 21:59:59", None),
    ("2025-06-30 22:00", 1),
    ("2025-08-31 21:59:59", 1),
    ("2025-08-31 22:00", None),
    ("2025-12-31 23:59", None),
    ("2026-01-01 00:00", 1),
    ("2026-04-01 00:00", 2),
]


@pytest.mark.parametrize(("when", "version"), WINDOWS)
def test_before_the_first_version_only_baseline_windows_count(when, version):
    later = MEETINGS | BASELINE
    first = counting("rate", ends_at="2026-04-01 00:00", timezone="Europe/Paris", **MEETINGS)
    second = counting("rate", version=2, starts_at="2026-04-01 00:00", timezone="Europe/Paris", **later)
    units = measured(CohortMeasure, first, second, subject=lead(qualified(when)))
    assert [unit.commitment_id for unit in units] == ([version] if version else [])


def test_what_was_before_the_first_version_is_not_the_first_of_a_period_that_it_cuts():
    terms = MEETINGS | {"baseline": {"from": "2026-03-01", "to": "2026-03-31"}, "target": ">= baseline"}
    promise = counting("rate", starts_at="2026-03-11 00:00", **terms)
    facts = [qualified(f"2026-03-{day} 10:00") for day in ("02", "03", "11", "12")]
    units = measured(CohortMeasure, promise, subject=lead(*facts))
    assert told(units) == ["lacking", "repeat", "lacking", "repeat"]


#: Deals that closed, of which those that were won should be most.
DEALS = [
    (["deal.won"], ["having"]),
    (["deal.lost"], ["lacking"]),
    (["deal.lost", "deal.won"], ["having", "repeat"]),
]


@pytest.mark.parametrize(("kinds", "outcome"), DEALS)
def test_a_win_rate_is_of_closed_deals_those_that_were_won(kinds, outcome):
    promise = counting("rate", of={"events": ["deal.won", "deal.lost"]}, having={"event": "deal.won"})
    closed = [fact(kind, f"10:0{number}", refs={"deal": DEAL}) for number, kind in enumerate(kinds)]
    assert told(measured(CohortMeasure, promise, subject=subject(*closed, ref=DEAL, type="deal"))) == outcome


moments = st.integers(min_value=0, max_value=50).map(
    lambda days: at("2026-02-20 00:00") + timedelta(days=days)
)
histories = st.lists(st.tuples(moments, st.sampled_from(["lead.qualified", "meeting.held"])), max_size=10)


@given(history=histories, as_of=moments)
def test_the_rate_of_a_month_is_the_naive_recount(history, as_of):
    """The first qualification of each month, and whether any meeting came within thirty days of it."""
    facts = [told_of_lead(kind, when, f"{number:02}") for number, (when, kind) in enumerate(history)]
    known = [(when, kind) for when, kind in history if when <= as_of]
    expected = {}
    for when in sorted(when for when, kind in known if kind == "lead.qualified"):
        met = [other for other, kind in known if kind == "meeting.held" and other >= when]
        first = min(met, default=None)
        in_time = first is not None and first - when <= timedelta(days=30)
        expected.setdefault((when.year, when.month), (when, first if in_time else None))
    units = measured(CohortMeasure, counting("rate", **MEETINGS), subject=lead(*facts), as_of=as_of)
    counted = {(one.at.year, one.at.month): (one.at, one.had_at) for one in units if not one.reason}
    assert counted == expected
    assert len(units) == sum(kind == "lead.qualified" for _, kind in known)
