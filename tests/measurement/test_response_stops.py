"""What stops a clock: who must have done it, when, and what it needs."""

import pytest

from agreements.terms.values import Condition, Needs
from measurement.enums import ClockState
from measurement.measures.response import measure
from measurement.verdicts import Note, Reason, Role
from tests.measurement.builders import (
    CONTACT,
    DEAL,
    LEAD,
    MIA,
    NOBODY_KNOWN,
    OUTSIDER,
    PARIS,
    RAE,
    SAM,
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


def only(terms, *facts, world=NOBODY_KNOWN, **about):
    (clock,) = measure([terms], subject(*facts, **about), world, as_of=LATER)
    return clock


def ignored(clock):
    return [(entry["as"], entry["note"]) for entry in clock.evidence if entry["role"] == Role.IGNORED]


@pytest.mark.parametrize(
    ("stop", "state"),
    [("09:00", "met"), ("10:59:59", "met"), ("11:00", "met"), ("11:00:01", "late"), ("15:00", "late")],
)
def test_done_at_or_before_the_deadline_is_met(stop, state):
    clock = only(promise(), request("09:00"), call(stop))
    assert (clock.state, clock.stopped_at, clock.ended_at) == (state, at(stop), at(stop))


def test_the_first_stop_counts():
    clock = only(promise(), request("09:00"), call("10:30"), call("10:00"), call("12:00"))
    assert clock.stopped_at == at("10:00")


def test_seconds_are_counted_to_the_stop():
    clock = only(
        promise("2 business hours", schedule=PARIS),
        request(paris("2026-03-06 16:00")),
        call(paris("2026-03-09 09:30")),
    )
    assert clock.elapsed_seconds == 65 * 3600 + 1800
    assert clock.business_seconds == 5_400
    assert (clock.allowed_seconds, clock.paused_seconds) == (7_200, 0)


class TestBy:
    @pytest.mark.parametrize(
        ("by", "actor", "note"),
        [
            ("team", RAE, None),
            ("team", MIA, Note.OTHER_TEAM),
            ("team", OUTSIDER, Note.OTHER_TEAM),
            ("team", None, Note.NO_ACTOR),
            ("owner", RAE, None),
            ("owner", SAM, Note.NOT_OWNER),
            ("owner", None, Note.NO_ACTOR),
            (("owner", "team"), SAM, None),
            (("owner", "team"), MIA, Note.OTHER_TEAM),
            ("contact", RAE, Note.NOT_CONTACT),
            ("anyone", None, None),
            ("anyone", OUTSIDER, None),
        ],
    )
    def test_who_did_it(self, by, actor, note):
        world = KnownWorld({(CONTACT, "owner"): RAE})
        clock = only(
            promise(stop=(selector("call.made", by=by),)),
            request("09:00"),
            call("10:00", actor=actor),
            world=world,
        )
        assert ignored(clock) == ([] if note is None else [("stop", note)])
        assert (clock.state is ClockState.MET) == (note is None)

    def test_the_prospect_books_it_himself(self):
        terms = promise(stop=(selector("meeting.booked", by=("team", "contact")),))
        clock = only(terms, request("09:00"), fact("meeting.booked", "10:00", data={"self_service": True}))
        assert clock.state is ClockState.MET

    def test_a_member_of_a_team_below_counts_because_the_world_gives_the_teams_above(self):
        below = KnownWorld(teams={OUTSIDER: frozenset({77, 1})})
        assert (
            only(promise(), request("09:00"), call("10:00", actor=OUTSIDER), world=below).state
            is ClockState.MET
        )

    def test_the_owner_is_the_one_at_that_instant(self):
        world = KnownWorld({(CONTACT, "owner"): [(at("08:00"), RAE), (at("10:00"), SAM)]})
        terms = promise(stop=(selector("call.made", by="owner"),))
        clock = only(
            terms,
            request("09:00"),
            call("09:59", actor=SAM),
            call("10:00", actor=RAE),
            call("10:30", actor=SAM),
            world=world,
        )
        assert (clock.stopped_at, ignored(clock)) == (at("10:30"), [("stop", Note.NOT_OWNER)] * 2)


class TestAutomaticActs:
    @pytest.mark.parametrize("kind", ["call.made", "email.sent", "message.sent", "meeting.booked"])
    @pytest.mark.parametrize("by", ["team", "anyone"])
    def test_a_machine_s_touch_never_keeps_a_promise_of_contact(self, kind, by):
        automatic = fact(kind, "09:10", actor=RAE, data={"automatic": True})
        clock = only(
            promise(stop=(selector(kind, by=by),)),
            request("09:00"),
            automatic,
            fact(kind, "10:00", actor=RAE),
        )
        assert (clock.stopped_at, ignored(clock)) == (at("10:00"), [("stop", Note.AUTOMATIC)])

    def test_what_is_no_contact_may_be_automatic(self):
        terms = promise(start=(selector("lead.qualified"),), stop=(selector("lead.accepted"),))
        accepted = fact("lead.accepted", "10:00", data={"automatic": True})
        assert (
            only(terms, fact("lead.qualified", "09:00"), accepted, ref=LEAD, type="lead").state
            is ClockState.MET
        )


class TestWhere:
    TERMS = promise(
        start=(selector("lead.qualified"),),
        stop=(
            selector("lead.accepted"),
            selector("lead.rejected", where=(Condition("data.reason", "present"),)),
        ),
    )

    def test_any_of_several_selectors_stops(self):
        rejected = fact("lead.rejected", "10:00", data={"reason": "no_budget"})
        assert (
            only(self.TERMS, fact("lead.qualified", "09:00"), rejected, ref=LEAD, type="lead").state
            is ClockState.MET
        )

    def test_a_rejection_without_the_reason_is_shown_and_does_not_count(self):
        clock = only(
            self.TERMS, fact("lead.qualified", "09:00"), fact("lead.rejected", "10:00"), ref=LEAD, type="lead"
        )
        assert clock.state is ClockState.RUNNING
        assert (ignored(clock), clock.evidence[-1]["field"]) == ([("stop", Note.CONDITION)], "data.reason")


class TestNeeds:
    NEEDS = Needs(("call.made", "email.sent"), 2)
    TERMS = promise(stop=(selector("meeting.booked"),), cancel=(selector("lead.rejected", needs=NEEDS),))

    def test_a_rejection_after_the_agreed_attempts_cancels(self):
        attempts = (call("09:10"), fact("email.sent", "09:20", actor=RAE))
        clock = only(self.TERMS, request("09:00"), *attempts, fact("lead.rejected", "10:00"))
        assert (clock.state, clock.reason, clock.ended_at) == (
            ClockState.CANCELLED,
            Reason.CANCELLED,
            at("10:00"),
        )

    @pytest.mark.parametrize(
        "attempts",
        [
            (),
            (call("09:10"),),
            (call("09:10"), call("10:30")),
            (call("09:10"), call("09:20", data={"automatic": True})),
        ],
        ids=["none", "too few", "one afterwards", "one by a machine"],
    )
    def test_without_them_it_is_unevidenced(self, attempts):
        clock = only(self.TERMS, request("09:00"), *attempts, fact("lead.rejected", "10:00"))
        assert (clock.state, ignored(clock)) == (ClockState.RUNNING, [("cancel", Note.UNEVIDENCED)])

    def test_attempts_before_the_start_came_before_it_too(self):
        attempts = (call("08:10"), call("08:20"))
        assert (
            only(self.TERMS, request("09:00"), *attempts, fact("lead.rejected", "10:00")).state
            is ClockState.CANCELLED
        )


class TestEarly:
    TERMS = promise(
        "0 business days",
        early="30 days",
        stop=(selector("deal.reason_recorded"),),
        start=(selector("deal.won", "deal.lost"),),
        schedule=PARIS,
    )

    def only(self, *facts):
        return only(self.TERMS, *facts, ref=DEAL, type="deal")

    def test_done_before_the_start_is_met_at_once(self):
        clock = self.only(
            fact("deal.reason_recorded", "2026-03-03 09:00"), fact("deal.lost", "2026-03-04 09:00")
        )
        assert (clock.state, clock.stopped_at) == (ClockState.MET, at("2026-03-03 09:00"))
        assert (clock.started_at, clock.ended_at, clock.elapsed_seconds) == (
            clock.ended_at,
            clock.started_at,
            0,
        )
        assert (clock.evidence[-1]["role"], clock.evidence[-1]["note"]) == (Role.STOP, Note.EARLY)

    @pytest.mark.parametrize(("days", "met"), [("2026-02-02 09:00", True), ("2026-02-02 08:59:59", False)])
    def test_up_to_so_much_before_and_no_more(self, days, met):
        clock = self.only(fact("deal.reason_recorded", days), fact("deal.lost", "2026-03-04 09:00"))
        assert (clock.state is ClockState.MET) == met

    def test_an_early_stop_serves_one_clock(self):
        reason = fact("deal.reason_recorded", "2026-03-01 09:00")
        found = measure(
            [self.TERMS],
            subject(
                reason,
                fact("deal.lost", "2026-03-02 09:00"),
                fact("deal.won", "2026-03-04 09:00"),
                ref=DEAL,
                type="deal",
            ),
            NOBODY_KNOWN,
            as_of=LATER,
        )
        assert [clock.state for clock in found] == [ClockState.MET, ClockState.RUNNING]

    def test_a_stop_that_settled_a_clock_serves_no_later_one(self):
        found = measure(
            [self.TERMS],
            subject(
                fact("deal.lost", "2026-03-02 09:00"),
                fact("deal.reason_recorded", "2026-03-02 10:00"),
                fact("deal.won", "2026-03-04 09:00"),
                ref=DEAL,
                type="deal",
            ),
            NOBODY_KNOWN,
            as_of=LATER,
        )
        assert [clock.state for clock in found] == [ClockState.MET, ClockState.RUNNING]

    def test_of_several_early_stops_the_earliest_within_reach_is_taken(self):
        clock = self.only(
            *(fact("deal.reason_recorded", f"2026-0{day} 09:00") for day in ("1-01", "2-10", "2-20")),
            fact("deal.lost", "2026-03-04 09:00"),
        )
        assert clock.stopped_at == at("2026-02-10 09:00")

    @pytest.mark.parametrize(
        ("early", "stop", "met"),
        [
            ("2 business hours", "2026-03-06 16:00", True),
            ("2 business hours", "2026-03-06 15:59:59", False),
            ("1 business days", "2026-03-06 10:00", True),
            ("1 business days", "2026-03-06 09:59:59", False),
            ("0 business days", "2026-03-09 09:00", True),
            ("0 business days", "2026-03-06 16:59:59", False),
        ],
    )
    def test_business_units_are_walked_back_through_the_calendar(self, early, stop, met):
        terms = promise(early=early, schedule=PARIS)
        clock = only(terms, call(paris(stop)), request(paris("2026-03-09 10:00")))
        assert (clock.state is ClockState.MET) == met

    def test_an_act_that_came_too_early_is_listed_when_it_is_near(self):
        clock = only(promise(), call("08:00"), request("09:00"))
        assert (clock.state, ignored(clock)) == (ClockState.RUNNING, [("stop", Note.TOO_EARLY)])
        assert ignored(only(promise(), call("2026-03-02 08:00"), request("09:00"))) == []


class TestFirstSeen:
    """A record that was already so when we first saw it tells only the latest possible instant."""

    TERMS = TestEarly.TERMS

    @pytest.mark.parametrize("flagged", [True, False])
    def test_a_deal_first_seen_closed_with_a_reason_is_unmeasurable(self, flagged):
        lost = fact("deal.lost", "2026-03-02 09:00", key="i:40:deal.lost:1", first_seen=flagged)
        told = fact(
            "deal.reason_recorded", "2026-03-20 09:00", key="i:40:deal.reason_recorded:2", first_seen=True
        )
        clock = only(self.TERMS, lost, told, ref=DEAL, type="deal")
        assert (clock.state, clock.reason) == (ClockState.UNMEASURABLE, Reason.FIRST_SEEN)
        assert (clock.stopped_at, clock.ended_at, clock.elapsed_seconds) == (None, told.at, None)

    def test_also_when_it_was_synced_on_the_same_day(self):
        lost = fact("deal.lost", "2026-03-02 09:00", key="i:40:deal.lost:1", first_seen=True)
        told = fact(
            "deal.reason_recorded", "2026-03-02 09:05", key="i:40:deal.reason_recorded:2", first_seen=True
        )
        assert only(self.TERMS, lost, told, ref=DEAL, type="deal").state is ClockState.UNMEASURABLE

    @pytest.mark.parametrize(
        ("seen", "state"), [("2026-03-04 10:00", "met"), ("2026-03-04 12:00", "unmeasurable")]
    )
    def test_a_start_of_the_log_is_met_if_even_the_latest_instant_was_in_time(self, seen, state):
        terms = promise(start=(selector("lead.qualified"),), stop=(selector("lead.accepted"),))
        accepted = fact("lead.accepted", seen, key="i:20:lead.accepted:1", first_seen=True)
        assert only(terms, fact("lead.qualified", "09:00"), accepted, ref=LEAD, type="lead").state == state
