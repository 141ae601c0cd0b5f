"""When a clock begins, on whose terms, and about which record."""

import pytest

from agreements.terms.values import Condition
from measurement.enums import ClockState
from measurement.measures.response import measure
from measurement.verdicts import Role
from tests.measurement.builders import (
    ACCOUNT,
    ALWAYS_OPEN,
    CONTACT,
    LEAD,
    NOBODY_KNOWN,
    PARIS,
    SALES,
    KnownWorld,
    at,
    call,
    fact,
    paris,
    promise,
    request,
    selector,
    subject,
)

LATER = at("2026-12-31 00:00")


def clocks(promises, about, world=NOBODY_KNOWN, as_of=LATER):
    return measure(promises if isinstance(promises, list) else [promises], about, world, as_of=as_of)


def test_a_request_opens_a_clock_that_runs_until_its_deadline():
    (clock,) = clocks(promise(), subject(request("09:00", "r")), as_of=at("10:00"))
    assert clock.state is ClockState.RUNNING
    assert (clock.start_key, clock.started_at, clock.due_at) == ("e:r", at("09:00"), at("11:00"))
    assert (clock.subject_id, clock.subject_type) == (CONTACT, "contact")
    assert (clock.commitment_id, clock.commitment_key) == (1, "inbound")
    assert (clock.ended_at, clock.elapsed_seconds, clock.allowed_seconds) == (None, None, 7_200)


def test_without_a_start_there_is_no_clock():
    assert clocks(promise(), subject(call("09:00"))) == []
    assert clocks(promise(), subject()) == []


def test_what_happens_after_as_of_is_not_known_yet():
    about = subject(request("09:00"), call("10:00"))
    assert clocks(promise(), about, as_of=at("08:59")) == []
    assert clocks(promise(), about, as_of=at("09:59:59"))[0].state is ClockState.RUNNING
    assert clocks(promise(), about, as_of=at("10:00"))[0].state is ClockState.MET


def test_parts_of_a_second_are_cut_off():
    start, stop = at("09:00:00.900000"), at("11:00:00.999999")
    (clock,) = clocks(promise(), subject(request(start), call(stop)), as_of=at("11:00:00.000001"))
    assert (clock.started_at, clock.due_at, clock.stopped_at) == (at("09:00"), at("11:00"), at("11:00"))
    assert clock.state is ClockState.MET


def test_a_start_belongs_to_the_version_in_force_at_its_instant():
    old = promise("2 hours", version=1, ends_at="2026-03-04 12:00")
    new = promise("1 hours", version=2, starts_at="2026-03-04 12:00")
    first, second = clocks(
        [new, old],
        subject(request("11:59:59"), call("11:59:59"), request("12:00")),
    )
    assert (first.commitment_id, first.due_at) == (1, at("13:59:59"))
    assert (second.commitment_id, second.due_at) == (2, at("13:00"))


def test_an_open_clock_keeps_the_terms_of_its_version():
    old = promise(version=1, ends_at="2026-03-04 12:00")
    new = promise(
        version=2,
        starts_at="2026-03-04 12:00",
        stop=(selector("email.sent"),),
        start=(selector("chat.received"),),
    )
    (clock,) = clocks(
        [old, new],
        subject(request("11:00"), fact("email.sent", "12:10"), fact("chat.received", "12:20"), call("12:30")),
    )
    assert (clock.commitment_id, clock.state, clock.stopped_at) == (1, ClockState.MET, at("12:30"))
    assert clock.repeats == 1


def test_a_start_outside_all_versions_opens_nothing():
    over = promise(starts_at="2026-03-04 09:00", ends_at="2026-03-04 10:00")
    assert clocks(over, subject(request("08:59:59"), request("10:00"))) == []


def test_the_where_of_the_terms_is_judged_at_the_start():
    named = KnownWorld(
        {
            (CONTACT, "account"): ACCOUNT,
            (ACCOUNT, "named"): [(at("08:00"), False), (at("10:00"), True), (at("12:00"), False)],
        }
    )
    terms = promise(where=(Condition("account.named", "eq", (True,)),))
    found = clocks(terms, subject(request("09:00"), request("11:00"), call("11:30"), request("12:00")), named)
    assert [clock.started_at for clock in found] == [at("11:00")]


def test_the_where_of_a_start_selector_is_judged_on_the_event():
    terms = promise(
        start=(selector("request.received", where=(Condition("data.channel", "eq", ("form",)),)),)
    )
    found = clocks(
        terms,
        subject(request("09:00", data={"channel": "phone"}), request("10:00", data={"channel": "form"})),
    )
    assert [clock.started_at for clock in found] == [at("10:00")]


def test_a_start_by_the_contact_needs_the_contact():
    terms = promise(start=(selector("meeting.booked", by="contact"),), subject="contact")
    found = clocks(
        terms,
        subject(
            fact("meeting.booked", "09:00"), fact("meeting.booked", "10:00", data={"self_service": True})
        ),
    )
    assert [clock.started_at for clock in found] == [at("10:00")]


class TestOneOpenClock:
    def test_a_start_while_it_is_open_is_a_repeat(self):
        (clock,) = clocks(promise(), subject(request("09:00"), request("09:30", "again"), call("10:00")))
        assert (clock.repeats, clock.state) == (1, ClockState.MET)
        assert [(e["role"], e["event"]) for e in clock.evidence][1] == (Role.REPEAT, "e:again")

    def test_overdue_is_still_open(self):
        (clock,) = clocks(promise(), subject(request("09:00"), request("15:00"), call("16:00")))
        assert (clock.repeats, clock.state, clock.stopped_at) == (1, ClockState.LATE, at("16:00"))

    def test_after_it_settled_a_start_opens_the_next(self):
        found = clocks(
            promise(), subject(request("09:00"), call("10:00"), request("10:00:01"), call("12:30"))
        )
        assert [clock.state for clock in found] == [ClockState.MET, ClockState.LATE]

    def test_starts_come_first_at_one_instant(self):
        (clock,) = clocks(promise(), subject(call("10:00"), request("09:00"), request("10:00")))
        assert (clock.state, clock.repeats) == (ClockState.MET, 1)

    def test_a_start_that_fails_its_where_is_no_repeat(self):
        terms = promise(where=(Condition("data.real", "eq", (True,)),))
        (clock,) = clocks(terms, subject(request("09:00", data={"real": True}), request("09:30")))
        assert clock.repeats == 0

    def test_only_so_many_repeats_are_listed_but_all_are_counted(self):
        many = [request(f"09:{minute:02}") for minute in range(60)]
        (clock,) = clocks(promise(), subject(*many))
        assert clock.repeats == 59
        assert len(clock.evidence) == 27
        assert (clock.evidence[-1]["role"], clock.evidence[-1]["note"]) == (Role.OMITTED, "34")


class TestAboutWhichRecord:
    def test_a_request_is_about_the_contact_and_not_about_its_leads(self):
        about_lead = subject(request("09:00", refs={"contact": CONTACT}), ref=LEAD, type="lead")
        assert clocks(promise(), about_lead) == []
        assert len(clocks(promise(), subject(request("09:00", refs={"contact": CONTACT})))) == 1

    def test_subject_names_another_record(self):
        terms = promise(subject="lead")
        about_lead = subject(request("09:00", refs={"contact": CONTACT}), ref=LEAD, type="lead")
        assert len(clocks(terms, about_lead)) == 1
        assert clocks(terms, subject(request("09:00"))) == []

    def test_an_event_that_names_another_record_of_the_type_starts_nothing_here(self):
        terms = promise(start=(selector("lead.qualified"),))
        sibling = subject(fact("lead.qualified", "09:00", refs={"lead": 99}), ref=LEAD, type="lead")
        assert clocks(terms, sibling) == []

    def test_a_kind_that_nobody_knows_is_about_nothing(self):
        assert clocks(promise(start=(selector("moon.rose"),)), subject(fact("moon.rose", "09:00"))) == []


@pytest.mark.parametrize(
    ("rule", "due"),
    [("count", "2026-03-06 20:00"), ("next_opening", "2026-03-09 11:00"), ("ignore", None)],
)
def test_an_elapsed_time_that_starts_on_friday_evening(rule, due):
    found = clocks(promise(schedule=PARIS, outside_hours=rule), subject(request(paris("2026-03-06 18:00"))))
    assert [clock.due_at for clock in found] == ([] if due is None else [paris(due)])


def test_a_start_in_ignored_hours_is_no_repeat_either():
    terms = promise(schedule=PARIS, outside_hours="ignore")
    (clock,) = clocks(terms, subject(request(paris("2026-03-06 16:00")), request(paris("2026-03-06 18:00"))))
    assert clock.repeats == 0


def test_without_a_calendar_all_time_is_open():
    (clock,) = clocks(promise("3 days", schedule=ALWAYS_OPEN), subject(request("2026-03-28 09:00")))
    assert clock.due_at == at("2026-03-31 09:00")


def test_the_origin_of_the_lead_is_kept_as_it_was_at_the_start():
    world = KnownWorld({(LEAD, "origin"): [(at("08:00"), "marketing"), (at("10:00"), "sales")]})
    terms = promise(start=(selector("lead.qualified"),))
    (clock,) = clocks(terms, subject(fact("lead.qualified", "09:00"), ref=LEAD, type="lead"), world)
    assert clock.origin == "marketing"
    assert clocks(promise(), subject(request("09:00")))[0].origin is None


def test_the_team_that_owes_is_the_promise_own():
    assert promise().team_id == SALES
