"""How many per period: tables of what counts, what does not, and for whom."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurement.enums import UnitState
from measurement.measures.volume import VolumeMeasure
from tests.measurement.builders import (
    ACCOUNT,
    CONTACT,
    DEAL,
    LEAD,
    MIA,
    NOBODY_KNOWN,
    OUTSIDER,
    RAE,
    SAM,
    KnownWorld,
    at,
    call,
    fact,
    subject,
)
from tests.measurement.counted import counting, measured, told

BAD = {"event": "lead.rejected", "where": {"data.bad_data": True}}
MQLS = {"event": "lead.qualified", "distinct": "lead", "unless": BAD}


def lead(*facts: Any, **more: Any) -> Any:
    return subject(*facts, ref=LEAD, type="lead", **more)


def qualified(when: str, name: str = "", **more: Any) -> Any:
    return fact("lead.qualified", when, name, refs={"lead": LEAD}, **more)


def rejected(when: str, name: str = "", bad: bool = True) -> Any:
    return fact("lead.rejected", when, name, refs={"lead": LEAD}, data={"bad_data": bad})


#: What is told about one lead, and what each qualification comes to.
LEADS = [
    ("one", [qualified("2026-03-02 10:00")], ["having"]),
    (
        "again in the month",
        [qualified("2026-03-02 10:00"), qualified("2026-03-31 23:59")],
        ["having", "repeat"],
    ),
    (
        "again in the next",
        [qualified("2026-03-02 10:00"), qualified("2026-04-01 00:00")],
        ["having", "having"],
    ),
    ("bad data", [qualified("2026-03-02 10:00"), rejected("2026-03-03 10:00")], ["unless"]),
    ("bad data at once", [qualified("2026-03-02 10:00"), rejected("2026-03-02 10:00")], ["unless"]),
    ("bad data in another year", [qualified("2026-03-02 10:00"), rejected("2026-11-03 10:00")], ["unless"]),
    ("other reason", [qualified("2026-03-02 10:00"), rejected("2026-03-03 10:00", bad=False)], ["having"]),
    ("bad data before", [rejected("2026-03-01 10:00"), qualified("2026-03-02 10:00")], ["having"]),
    (
        "repaired: the second one counts",
        [qualified("2026-03-02 10:00"), rejected("2026-03-03 10:00"), qualified("2026-03-04 10:00")],
        ["unless", "having"],
    ),
    (
        "never repaired",
        [qualified("2026-03-02 10:00"), qualified("2026-03-03 10:00"), rejected("2026-03-04 10:00")],
        ["unless", "unless"],
    ),
    ("after as_of", [qualified("2026-12-31 00:01")], []),
    ("before anything was promised", [qualified("2025-12-31 23:59")], []),
    ("another kind", [rejected("2026-03-02 10:00")], []),
]


@pytest.mark.parametrize(("name", "facts", "outcome"), LEADS, ids=[case[0] for case in LEADS])
def test_a_lead_counts_once_a_month_unless_its_data_was_bad(name, facts, outcome):
    units = measured(VolumeMeasure, counting("volume", count=MQLS), subject=lead(*facts))
    assert told(units) == outcome


def test_an_undone_event_says_what_undid_it():
    facts = [qualified("2026-03-02 10:00", "q"), rejected("2026-03-03 10:00", "r")]
    (unit,) = measured(VolumeMeasure, counting("volume", count=MQLS), subject=lead(*facts))
    assert [(line["role"], line["event"]) for line in unit.evidence] == [
        ("counted", "e:q"),
        ("unless", "e:r"),
    ]
    assert (unit.unit_key, unit.each, unit.until, unit.stretch) == ("e:q", "team", None, False)


#: Where a record's deletion falls, and what becomes of a qualification on Monday, 2 March.
DELETIONS = [
    ("2026-03-02 09:00", ["deleted"]),
    ("2026-03-31 23:59", ["deleted"]),
    ("2026-04-01 00:00", ["having"]),
    ("2026-06-01 00:00", ["having"]),
]


@pytest.mark.parametrize(("deleted", "outcome"), DELETIONS)
def test_a_deletion_counts_until_the_period_is_over_and_then_history_stands(deleted, outcome):
    about = lead(qualified("2026-03-02 10:00"), deleted_at=at(deleted))
    assert told(measured(VolumeMeasure, counting("volume", count=MQLS), subject=about)) == outcome


#: Listening to meetings: attendees that are the team's, whatever record the meeting names.
MEETINGS = [
    ("account", {"account": ACCOUNT}, ("account", ACCOUNT), ["rae"], 1),
    ("deal", {"deal": DEAL}, ("deal", DEAL), ["rae", "x"], 1),
    ("contact", {"contact": CONTACT}, ("contact", CONTACT), ["rae"], 1),
    ("nothing", {}, ("member", RAE), ["rae"], 1),
    ("another team's people", {"account": ACCOUNT}, ("account", ACCOUNT), ["mia"], 0),
    ("people nobody knows", {"account": ACCOUNT}, ("account", ACCOUNT), ["x"], 0),
    ("nobody", {"account": ACCOUNT}, ("account", ACCOUNT), [], 0),
    ("told again on the contact's timeline", {"deal": DEAL}, ("contact", CONTACT), ["rae"], 0),
    ("told again on the lead's timeline", {"contact": CONTACT}, ("lead", LEAD), ["rae"], 0),
]


@pytest.mark.parametrize(
    ("name", "refs", "about", "attendees", "counted"), MEETINGS, ids=[case[0] for case in MEETINGS]
)
def test_a_meeting_listened_to_counts_once_at_its_home(name, refs, about, attendees, counted):
    promise = counting(
        "volume",
        count={"events": ["meeting.held", "meeting.listened"], "where": {"data.attendees": "team"}},
        per="week",
    )
    meeting = fact("meeting.listened", "10:00", actor=RAE, refs=refs, data={"attendees": attendees})
    units = measured(VolumeMeasure, promise, subject=subject(meeting, ref=about[1], type=about[0]))
    assert told(units) == ["having"] * counted


#: A new contact: who made it, what is known of it, and whether it counts.
ADDED = [
    ("by the team", RAE, {}, ["having"]),
    ("by another team", MIA, {}, []),
    ("by nobody", None, {}, []),
    ("by somebody of no team", OUTSIDER, {}, []),
    ("not a named account", RAE, {(ACCOUNT, "named"): False}, []),
    ("without an address", RAE, {(CONTACT, "email"): ""}, []),
    (
        "with an address only later",
        RAE,
        {(CONTACT, "email"): [(at("01:00"), None), (at("11:00"), "a@b.c")]},
        [],
    ),
    ("linked only later", RAE, {(CONTACT, "account"): [(at("01:00"), None), (at("11:00"), ACCOUNT)]}, []),
]


@pytest.mark.parametrize(("name", "actor", "fields", "outcome"), ADDED, ids=[case[0] for case in ADDED])
def test_a_new_contact_counts_by_what_is_known_at_its_instant(name, actor, fields, outcome):
    promise = counting(
        "volume",
        count={"event": "contact.created", "by": "team"},
        where={"account.named": True, "contact.email": "present"},
        per="week",
    )
    known = {(CONTACT, "account"): ACCOUNT, (ACCOUNT, "named"): True, (CONTACT, "email"): "a@b.c"}
    made = fact("contact.created", "10:00", actor=actor, refs={"contact": CONTACT})
    world = KnownWorld({**known, **fields})
    assert told(measured(VolumeMeasure, promise, subject=subject(made), world=world)) == outcome


#: Touches of a machine: who is asked for, and whether they count.
AUTOMATIC = [("anyone", ["having"]), ("team", []), ("owner", []), (["team", "anyone"], ["having"])]


@pytest.mark.parametrize(("by", "outcome"), AUTOMATIC)
def test_a_machines_touch_counts_only_where_anybodys_does(by, outcome):
    promise = counting("volume", count={"event": "email.sent", "by": by})
    sent = fact("email.sent", "10:00", actor=RAE, refs={"contact": CONTACT}, data={"automatic": True})
    world = KnownWorld({(CONTACT, "owner"): RAE})
    assert told(measured(VolumeMeasure, promise, subject=subject(sent), world=world)) == outcome


def test_what_is_not_a_touch_may_be_automatic():
    promise = counting("volume", count={"event": "lead.converted", "by": "team"})
    done = fact("lead.converted", "10:00", actor=RAE, refs={"lead": LEAD}, data={"automatic": True})
    assert told(measured(VolumeMeasure, promise, subject=lead(done))) == ["having"]


def test_an_event_without_what_it_needs_is_left_out_as_unevidenced():
    needs = {"event": "lead.rejected", "needs": {"event": "call.made", "at_least": 2}}
    facts = [
        call("2026-03-02 10:00", "c1"),
        rejected("2026-03-03 10:00", "r1"),
        call("2026-03-04 10:00", "c2"),
        rejected("2026-03-05 10:00", "r2"),
    ]
    units = measured(VolumeMeasure, counting("volume", count=needs), subject=lead(*facts))
    assert told(units) == ["unevidenced", "having"]
    assert [(line["role"], line["note"]) for line in units[0].evidence] == [("ignored", "unevidenced")]


def test_of_several_counts_an_event_that_any_takes_counts_once():
    counts = [
        {"event": "call.made", "where": {"data.minutes": {"gte": 5}}},
        {"event": "call.made", "by": "owner"},
        {"event": "meeting.booked"},
    ]
    facts = [
        call("10:00", "long", actor=SAM, data={"minutes": 9}),
        call("10:01", "short", actor=RAE, data={"minutes": 1}),
        call("10:02", "both", actor=RAE, data={"minutes": 9}),
        call("10:03", "neither", actor=SAM, data={"minutes": 1}),
        fact("meeting.booked", "10:04", "met"),
    ]
    world = KnownWorld({(CONTACT, "owner"): RAE})
    facts = [one._replace(refs={"contact": CONTACT}) for one in facts]
    units = measured(VolumeMeasure, counting("volume", count=counts), subject=subject(*facts), world=world)
    assert [unit.unit_key for unit in units] == ["e:long", "e:short", "e:both", "e:met"]


#: For whom a call counts: the terms, who did it, whom the contact belongs to, and the answer.
EACH = [
    ("team", RAE, SAM, "team", RAE),
    ("member", RAE, SAM, str(RAE), RAE),
    ("member", None, SAM, str(SAM), SAM),
    ("member", None, None, "", None),
    ("account", RAE, SAM, str(ACCOUNT), RAE),
]


@pytest.mark.parametrize(("each", "actor", "owner", "counted_for", "doer"), EACH)
def test_it_counts_for_the_team_the_doer_or_the_account(each, actor, owner, counted_for, doer):
    promise = counting("volume", count={"event": "call.made"}, each=each)
    world = KnownWorld({(CONTACT, "account"): ACCOUNT, (CONTACT, "owner"): owner})
    made = call("10:00", actor=actor, refs={"contact": CONTACT})
    (unit,) = measured(VolumeMeasure, promise, subject=subject(made), world=world)
    assert (unit.each, unit.owner_id) == (counted_for, doer)


def test_without_an_account_it_counts_for_none():
    promise = counting("volume", count={"event": "call.made"}, each="account")
    (unit,) = measured(VolumeMeasure, promise, subject=subject(call("10:00", refs={"contact": CONTACT})))
    assert unit.each == ""


def test_each_version_counts_in_its_own_time_and_periods():
    first = counting("volume", count={"event": "call.made"}, ends_at="2026-03-11 00:00")
    second = counting(
        "volume",
        count={"event": "call.made", "distinct": "contact"},
        per="week",
        version=2,
        starts_at="2026-03-11 00:00",
        ends_at="2026-03-25 00:00",
    )
    days = ["10", "10", "11", "15", "16", "24", "25"]
    calls = [call(f"2026-03-{day} 10:0{n}", refs={"contact": CONTACT}) for n, day in enumerate(days)]
    units = measured(VolumeMeasure, second, first, subject=subject(*calls))
    assert [unit.commitment_id for unit in units] == [1, 1, 2, 2, 2, 2]
    assert told(units) == ["having", "having", "having", "repeat", "having", "having"]


def test_where_nothing_was_promised_for_a_time_one_period_ends_and_another_begins():
    first = counting("volume", count=MQLS, per="quarter", ends_at="2026-02-01 00:00")
    again = counting("volume", count=MQLS, per="quarter", version=3, starts_at="2026-03-01 00:00")
    months = [qualified("2026-01-10 10:00"), qualified("2026-02-10 10:00"), qualified("2026-03-10 10:00")]
    units = measured(VolumeMeasure, first, again, subject=lead(*months))
    assert [(unit.at.month, unit.state) for unit in units] == [(1, "having"), (3, "having")]
    deleted = lead(*months, deleted_at=at("2026-02-20 10:00"))
    assert told(measured(VolumeMeasure, first, again, subject=deleted)) == ["having", "deleted"]


def test_versions_of_other_kinds_are_left_out():
    rate = counting("rate", of={"event": "call.made"}, having={"event": "meeting.held"})
    measure = VolumeMeasure([rate], fiscal_year_start=1, subject_types={})
    assert (measure.versions, measure.kinds, measure.types, measure.starts) == ((), set(), set(), set())
    assert measure.units(subject(call("10:00")), NOBODY_KNOWN, as_of=at("11:00")) == []


moments = st.integers(min_value=0, max_value=40).map(
    lambda half: at("2026-02-20 00:00") + timedelta(days=half)
)
histories = st.lists(
    st.tuples(moments, st.sampled_from(["lead.qualified", "lead.rejected"]), st.booleans()), max_size=12
)


@given(history=histories, as_of=moments)
def test_the_count_of_a_month_is_the_naive_count(history, as_of):
    """A lead counts in a month if any qualification in it is followed by no rejection for bad data."""
    facts = [
        fact(kind, when, f"{number:02}", refs={"lead": LEAD}, data={"bad_data": bad})
        for number, (when, kind, bad) in enumerate(history)
    ]
    known = [one for one in facts if one.at <= as_of]
    months = {
        (one.at.year, one.at.month)
        for one in known
        if one.kind == "lead.qualified"
        and not any(
            two.kind == "lead.rejected" and two.data["bad_data"] and two.at >= one.at for two in known
        )
    }
    units = measured(VolumeMeasure, counting("volume", count=MQLS), subject=lead(*facts), as_of=as_of)
    counted = Counter((unit.at.year, unit.at.month) for unit in units if unit.state is UnitState.HAVING)
    assert counted == Counter(months)
    assert len(units) == sum(one.kind == "lead.qualified" for one in known)
