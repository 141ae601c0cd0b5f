"""Whose a clock is, over time."""

from itertools import pairwise

from measurement.measures.response import measure
from tests.measurement.builders import (
    ACCOUNT,
    CONTACT,
    DEAL,
    LEAD,
    LEAD_2,
    MIA,
    NOBODY_KNOWN,
    RAE,
    SAM,
    KnownWorld,
    at,
    call,
    fact,
    promise,
    request,
    selector,
    subject,
)

QUALIFIED = promise(start=(selector("lead.qualified"),), stop=(selector("call.made", by="anyone"),))


def only(world, *facts, terms=None, as_of="12:00", **about):
    (clock,) = measure([terms or promise()], subject(*facts, **about), world, as_of=at(as_of))
    assert all(before["to"] == after["from"] for before, after in pairwise(clock.owners))
    return clock


def spans(clock):
    return [(span["member"], span["from"][11:16], span["to"] and span["to"][11:16]) for span in clock.owners]


def test_the_subject_s_owner_owns_the_clock():
    assert only(KnownWorld({(CONTACT, "owner"): RAE}), request("09:00")).owner_id == RAE


def test_without_any_owner_it_is_unassigned():
    clock = only(NOBODY_KNOWN, request("09:00"), call("10:00"))
    assert (clock.owner_id, clock.unassigned_seconds, spans(clock)) == (
        None,
        3_600,
        [(None, "09:00", "10:00")],
    )


def test_it_follows_the_owner_until_its_end():
    owners = [(at("08:00"), None), (at("09:20"), RAE), (at("09:50"), SAM), (at("10:30"), MIA)]
    clock = only(KnownWorld({(CONTACT, "owner"): owners}), request("09:00"), call("10:00"))
    assert spans(clock) == [(None, "09:00", "09:20"), (RAE, "09:20", "09:50"), (SAM, "09:50", "10:00")]
    assert (clock.owner_id, clock.unassigned_seconds, clock.elapsed_seconds) == (SAM, 1_200, 3_600)


def test_an_open_clock_shows_the_owners_so_far():
    owners = [(at("08:00"), RAE), (at("11:00"), SAM), (at("13:00"), MIA)]
    clock = only(KnownWorld({(CONTACT, "owner"): owners}), request("09:00"))
    assert (spans(clock), clock.owner_id) == ([(RAE, "09:00", "11:00"), (SAM, "11:00", None)], SAM)


def test_before_its_earliest_row_a_record_had_that_row_s_owner():
    assert only(KnownWorld({(CONTACT, "owner"): [(at("11:00"), RAE)]}), request("09:00")).owner_id == RAE


def test_else_the_lead_s_then_the_contact_s_then_the_account_s():
    links = {(DEAL, "lead"): LEAD, (LEAD, "contact"): CONTACT, (CONTACT, "account"): ACCOUNT}
    owners = {(LEAD, "owner"): RAE, (CONTACT, "owner"): SAM, (ACCOUNT, "owner"): MIA}
    terms = promise(start=(selector("deal.lost"),))
    for expected in (RAE, SAM, MIA, None):
        world = KnownWorld(links | owners)
        assert (
            only(world, fact("deal.lost", "09:00"), terms=terms, ref=DEAL, type="deal").owner_id == expected
        )
        owners = dict(list(owners.items())[1:])


def test_a_contact_s_lead_comes_before_its_account():
    world = KnownWorld(
        {
            (LEAD, "contact"): CONTACT,
            (LEAD, "owner"): RAE,
            (CONTACT, "account"): ACCOUNT,
            (ACCOUNT, "owner"): MIA,
        },
        leads={CONTACT: [LEAD]},
    )
    assert only(world, request("09:00")).owner_id == RAE


def test_of_several_leads_the_newest_then_existing_counts_unless_the_start_names_one():
    world = KnownWorld(
        {
            (LEAD, "contact"): CONTACT,
            (LEAD_2, "contact"): CONTACT,
            (LEAD, "owner"): RAE,
            (LEAD_2, "owner"): SAM,
        },
        leads={CONTACT: [LEAD, LEAD_2]},
        since={LEAD: at("08:00"), LEAD_2: at("10:00")},
    )
    assert spans(only(world, request("09:00"))) == [(RAE, "09:00", "10:00"), (SAM, "10:00", None)]
    named = request("11:00", refs={"contact": CONTACT, "lead": LEAD})
    assert only(world, named).owner_id == RAE


def test_a_call_has_the_owner_of_what_its_start_names():
    world = KnownWorld({(CONTACT, "account"): ACCOUNT, (ACCOUNT, "owner"): MIA})
    terms = promise(start=(selector("call.received"),), stop=(selector("call.answered"),))
    received = fact("call.received", "09:00", refs={"call": 99, "contact": CONTACT})
    assert only(world, received, terms=terms, ref=99, type="call").owner_id == MIA


def test_a_link_that_changes_changes_the_owner():
    world = KnownWorld(
        {
            (CONTACT, "account"): [(at("08:00"), ACCOUNT), (at("10:00"), 41)],
            (ACCOUNT, "owner"): RAE,
            (41, "owner"): SAM,
        }
    )
    assert spans(only(world, request("09:00"))) == [(RAE, "09:00", "10:00"), (SAM, "10:00", None)]


class TestAssignedEvents:
    TO_SAM = {LEAD: [(at("10:00"), SAM)]}

    def qualified(self, fields, assigned=TO_SAM):
        world = KnownWorld(fields, assigned=assigned)
        return only(world, fact("lead.qualified", "09:00"), terms=QUALIFIED, ref=LEAD, type="lead")

    def test_lead_assigned_gives_it_to_the_member_it_names(self):
        clock = self.qualified({(LEAD, "owner"): RAE})
        assert spans(clock) == [(RAE, "09:00", "10:00"), (SAM, "10:00", None)]

    def test_a_later_update_of_the_record_has_the_last_word(self):
        clock = self.qualified({(LEAD, "owner"): [(at("08:00"), RAE), (at("11:00"), MIA)]})
        assert spans(clock) == [(RAE, "09:00", "10:00"), (SAM, "10:00", "11:00"), (MIA, "11:00", None)]

    def test_who_is_assigned_to_nobody_or_to_a_stranger_has_no_owner(self):
        assert self.qualified({(LEAD, "owner"): RAE}, {LEAD: [(at("10:00"), None)]}).owner_id is None

    def test_after_as_of_it_is_not_known(self):
        assert spans(self.qualified({}, {LEAD: [(at("13:00"), SAM)]})) == [(None, "09:00", None)]

    def test_a_deal_without_an_owner_has_its_lead_s(self):
        world = KnownWorld({(DEAL, "lead"): LEAD}, assigned=self.TO_SAM)
        terms = promise(start=(selector("deal.won"),))
        clock = only(world, fact("deal.won", "09:00"), terms=terms, ref=DEAL, type="deal")
        assert spans(clock) == [(None, "09:00", "10:00"), (SAM, "10:00", None)]

    def test_a_contact_without_an_owner_has_its_newest_lead_s(self):
        world = KnownWorld(
            {(LEAD, "contact"): CONTACT, (LEAD_2, "contact"): CONTACT},
            leads={CONTACT: [LEAD, LEAD_2]},
            since={LEAD: at("08:00"), LEAD_2: at("08:30")},
            assigned={LEAD: [(at("08:10"), RAE)], LEAD_2: [(at("10:00"), SAM), (at("11:00"), MIA)]},
        )
        assert spans(only(world, request("09:00"))) == [
            (RAE, "09:00", "10:00"),
            (SAM, "10:00", "11:00"),
            (MIA, "11:00", None),
        ]

    def test_a_call_has_the_owner_of_its_contact_s_lead(self):
        world = KnownWorld(
            {(LEAD, "contact"): CONTACT, (CONTACT, "account"): ACCOUNT, (ACCOUNT, "owner"): MIA},
            leads={CONTACT: [LEAD]},
            assigned=self.TO_SAM,
        )
        terms = promise(start=(selector("call.received"),), stop=(selector("call.answered"),))
        received = fact("call.received", "09:00", refs={"call": 99, "contact": CONTACT})
        clock = only(world, received, terms=terms, ref=99, type="call")
        assert spans(clock) == [(MIA, "09:00", "10:00"), (SAM, "10:00", None)]

    def test_who_was_assigned_the_lead_of_a_deal_is_the_owner_who_must_act(self):
        terms = promise(start=(selector("deal.won"),), stop=(selector("call.made", by="owner"),))
        world = KnownWorld({(DEAL, "lead"): LEAD}, assigned=self.TO_SAM)
        won, called = fact("deal.won", "09:00"), call("10:30", actor=SAM)
        assert only(world, won, called, terms=terms, ref=DEAL, type="deal").state == "met"


def test_what_was_done_before_the_start_has_the_owner_of_the_start_for_no_time():
    clock = only(
        KnownWorld({(CONTACT, "owner"): RAE}), call("08:30"), request("09:00"), terms=promise(early="1 hours")
    )
    assert (spans(clock), clock.owner_id, clock.unassigned_seconds) == ([(RAE, "09:00", "09:00")], RAE, 0)
