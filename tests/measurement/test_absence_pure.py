"""Why there is no clock."""

from dataclasses import replace

import pytest

from agreements.durations import parse_duration
from agreements.enums import Kind
from agreements.terms.values import Condition
from measurement.absence import absence
from tests.measurement.builders import (
    ACCOUNT,
    CONTACT,
    LEAD,
    LEAD_2,
    NOBODY_KNOWN,
    PARIS,
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

NOW = at("2026-05-01 09:00")


def reasons(promises, about, world=NOBODY_KNOWN, as_of=NOW):
    return absence(promises if isinstance(promises, list) else [promises], about, world, as_of=as_of)


def only(*args, **more):
    (reason,) = reasons(*args, **more)
    assert set(reason.text) == {"en", "fr"}
    return reason


def test_where_every_start_has_its_clock_there_is_nothing_to_say():
    assert reasons(promise(), subject(request("09:00"), call("10:00"), request("11:00"))) == []


def test_nothing_started_it():
    reason = only(promise(), subject(call("09:00")))
    assert (reason.code, reason.at) == ("no_start", None)
    assert reason.text["en"] == "Nothing started it: no contact request is known about this record."
    assert reason.text["fr"].startswith("Rien ne l'a ouvert\u00a0: on ne connaît pas une demande de contact")


def test_no_signed_version_and_a_kind_without_clocks():
    assert only([], subject()).code == "no_version"
    assert only(replace(promise(), kind=Kind.RATE), subject(request("09:00"))).code == "not_measured"


@pytest.mark.parametrize(
    ("start", "code"),
    [("08:00", "before_agreement"), ("10:30", "between_versions"), ("12:00", "after_agreement")],
)
def test_outside_all_versions(start, code):
    versions = [
        promise(starts_at="2026-03-04 09:00", ends_at="2026-03-04 10:00"),
        promise(version=2, starts_at="2026-03-04 11:00", ends_at="2026-03-04 12:00"),
    ]
    assert only(versions, subject(request(start))).code == code


def test_a_condition_names_the_field_the_value_then_and_what_was_wanted():
    world = KnownWorld(
        {(CONTACT, "account"): ACCOUNT, (ACCOUNT, "tier"): [(at("08:00"), 3), (at("12:00"), 1)]}
    )
    reason = only(
        promise(where=(Condition("account.tier", "eq", (1, 2)),)),
        subject(request("09:00"), deleted_at=None),
        world,
    )
    assert (reason.code, reason.detail["field"], reason.detail["found"]) == ("where", "account.tier", ["3"])
    assert reason.text["en"] == (
        "The contact request of Wed 4 Mar 09:00 does not start it: account.tier was 3, wanted 1 or 2."
    )


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        (Condition("contact.persona", "not", ("x",)), "anything but x"),
        (Condition("contact.persona", "present"), "any value"),
        (Condition("contact.score", "gte", 20), "≥ 20"),
        (Condition("contact.created_at", "older_than", parse_duration("30 days")), "more than 30 days old"),
        (Condition("contact.owner", "team"), "a member of the team that owes"),
        (Condition("contact.named", "eq", (True,)), "true"),
    ],
)
def test_what_was_wanted_in_words(condition, wanted):
    text = only(promise(where=(condition,)), subject(request("09:00"))).text["en"]
    assert text.endswith(f"{condition.field} was empty, wanted {wanted}.")


def test_a_start_that_the_selector_refuses():
    terms = promise(start=(selector("meeting.booked", by="contact"),), subject="contact")
    reason = only(terms, subject(fact("meeting.booked", "09:00")))
    assert (reason.code, reason.detail["why"]) == ("start_refused", "not_contact")


def test_closed_time_that_is_ignored():
    terms = promise(schedule=PARIS, outside_hours="ignore")
    assert only(terms, subject(request(paris("2026-03-06 18:00")))).code == "outside_hours"


def test_a_repeat_names_the_clock_it_is_listed_on():
    reason = only(promise(), subject(request("09:00", "first"), request("10:00", "again")))
    assert (reason.code, reason.event, reason.detail) == ("repeat", "e:again", {"clock": "e:first"})


def test_the_clock_belongs_to_another_record():
    about_lead = subject(request("09:00", refs={"contact": CONTACT}), ref=LEAD, type="lead")
    reason = only(promise(), about_lead)
    assert (reason.code, reason.detail) == ("other_subject", {"type": "contact"})
    assert reason.text["fr"].endswith("le délai revient à son contact.")


def test_after_the_deletion_and_dated_ahead():
    assert only(promise(), subject(request("09:00"), deleted_at=at("08:00"))).code == "deleted"
    assert only(promise(), subject(request("2026-06-01 09:00"))).code == "dated_ahead"


def test_a_kind_that_started_it_only_under_another_version():
    old = promise(start=(selector("chat.received"),), ends_at="2026-03-04 09:00")
    new = promise(version=2, starts_at="2026-03-04 09:00")
    assert only([old, new], subject(fact("chat.received", "10:00"))).code == "no_start_then"


def test_the_latest_comes_first():
    terms = promise(where=(Condition("data.real", "eq", (True,)),))
    found = reasons(terms, subject(request("09:00"), request("10:00")))
    assert [reason.at for reason in found] == ["2026-03-04T10:00:00Z", "2026-03-04T09:00:00Z"]


QUALIFIED = selector("lead.qualified")
DECIDED = (selector("lead.accepted", "lead.rejected"),)


def test_a_status_that_implies_nothing_is_named_where_nothing_started():
    world = KnownWorld({(LEAD, "status"): "Rejected"}, names={LEAD: "L-1"})
    no_start, unknown = reasons(promise(start=(QUALIFIED,)), subject(ref=LEAD, type="lead"), world)

    assert (no_start.code, unknown.code) == ("no_start", "unknown_status")
    assert unknown.detail == {"lead": "L-1", "status": "Rejected"}
    assert unknown.text["en"] == (
        "The status of the lead L-1 is “Rejected”, which implies no event:"
        " only mql, accepted, disqualified, recycle do."
    )
    assert "«\u00a0Rejected\u00a0»" in unknown.text["fr"]


def test_a_status_that_implies_nothing_is_named_where_a_clock_waits_for_its_end():
    world = KnownWorld(
        {(LEAD, "status"): "rejected", (LEAD, "contact"): CONTACT, (LEAD_2, "status"): "lost"},
        leads={CONTACT: [LEAD, LEAD_2]},
        names={LEAD: "L-1", LEAD_2: "L-2"},
    )
    terms = promise(stop=DECIDED)
    reason = only(terms, subject(request("09:00")), world)

    assert (reason.code, reason.detail["lead"]) == ("unknown_status", "L-1")
    assert reasons(promise(), subject(request("09:00")), world) == []


@pytest.mark.parametrize("status", [None, "raw", " MQL", "qualified"])
def test_a_status_that_we_know_is_no_reason(status):
    world = KnownWorld({(LEAD, "status"): status}, names={LEAD: "L-1"})
    assert only(promise(start=(QUALIFIED,)), subject(ref=LEAD, type="lead"), world).code == "no_start"
