"""Events come in once, whatever is sent how often and in which order."""

from datetime import UTC, datetime, timedelta

import pytest

from core.enums import MarkKind
from core.models import ChangeMark, Heartbeat
from leads.enums import RecordType
from leads.models import Event, EventKind, QuarantinedRow, Ref, RejectionReason
from tests.factories.leads import NOW, event, send

pytestmark = pytest.mark.django_db


def ref(type_, external_id):
    return Ref.objects.get(source="crm", type=type_, external_id=external_id).id


def marked():
    return set(ChangeMark.objects.values_list("ref_id", flat=True))


def test_an_event_is_stored_once_and_the_same_again_is_unchanged():
    first = send("events", event(contact="p1", actor="r1"))
    again = send("events", event(contact="p1", actor="r1"))

    assert (first.created, again.created, again.unchanged) == (1, 0, 1)
    stored = Event.objects.get()
    assert stored.occurred_at == datetime(2026, 4, 2, 15, 30, tzinfo=UTC)
    assert (stored.contact_id, stored.actor_id) == (ref("contact", "p1"), ref("member", "r1"))


def test_the_same_content_in_another_spelling_is_the_same_event():
    send("events", event(data={"a": 1, "b": [1.0]}))
    again = send(
        "events", event(at="2026-04-02T17:30:00+02:00", data={"b": [1], "a": 1}, contact=None, recorded_at="")
    )

    assert again.unchanged == 1


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-04-02T15:30:00,5Z", "15:30:00.500000"),
        ("2026-04-02T15:30:00.123456789Z", "15:30:00.123456"),
        ("2026-04-02T15:30Z", "15:30:00"),
        ("2026-04-02 15:30:00z", "15:30:00"),
        ("2026-04-02T15:30:00+0100", "14:30:00"),
        ("2026-04-02T15:30:00+23:59", "15:31:00"),
        ("2026-04-02T15:30:00-15:59", "07:29:00"),
        ("2026-04-02T15:30:00+01:00:30", "14:29:30"),
        ("2026-04-02T23:59:60Z", None),
        ("2026-04-02T15:30:00+25:00", None),
        ("٢٠٢٦-04-02T15:30:00Z", None),
    ],
)
def test_every_spelling_of_an_instant_is_read_exactly_or_refused(text, instant):
    summary = send("events", event(at=text))

    stored = [row.occurred_at.strftime("%H:%M:%S.%f").removesuffix(".000000") for row in Event.objects.all()]
    assert stored == ([instant] if instant else [])
    assert summary.rejected == (0 if instant else 1)


def test_other_content_under_the_same_id_is_a_conflict_and_the_stored_one_stays():
    send("events", event(contact="p1"))
    summary = send("events", event(contact="p2"), event(2))

    assert (summary.created, summary.rejected) == (1, 1)
    assert [(error.index, error.field, error.code) for error in summary.errors] == [
        (0, "external_id", "conflict")
    ]
    assert Event.objects.get(external_id="x1").contact_id == ref("contact", "p1")
    assert QuarantinedRow.objects.get().code == "conflict"


def test_of_equal_rows_in_one_request_one_is_created_and_a_contradiction_is_refused():
    summary = send("events", event(), event(at="2026-04-02T16:30:00+01:00"), event(kind="email.sent"))

    assert (summary.created, summary.unchanged, summary.rejected) == (1, 1, 1)
    assert Event.objects.get().kind == "call.made"


def test_the_same_id_from_another_source_is_another_event():
    send("events", event())
    assert send("events", event(kind="email.sent"), source="other").created == 1


def test_what_an_event_names_becomes_a_placeholder():
    send("events", event(lead="l1", account="a1", deal="d1", campaign="m1", content="c1"))

    assert set(Ref.objects.values_list("type", "external_id", "placeholder")) == {
        ("lead", "l1", True),
        ("account", "a1", True),
        ("deal", "d1", True),
        ("campaign", "m1", True),
        ("content", "c1", True),
    }


def test_the_call_and_the_new_owner_in_the_data_are_references_too():
    send(
        "events",
        event(1, "call.received", data={"call": "c9"}),
        event(2, "lead.assigned", lead="l1", data={"owner": "r9"}),
    )

    assert Event.objects.get(external_id="x1").call_id == ref(RecordType.CALL, "c9")
    assert Ref.objects.filter(type="member", external_id="r9", placeholder=True).exists()


def test_what_an_event_is_about_is_marked_and_who_acted_is_not():
    send("events", event(contact="p1", lead="l1", actor="r1"))

    mark = ChangeMark.objects.get(ref_id=ref("contact", "p1"))
    assert (mark.kind, mark.from_instant) == (MarkKind.EVENT, datetime(2026, 4, 2, 15, 30, tzinfo=UTC))
    assert mark.ready_at == NOW
    assert marked() == {ref("contact", "p1"), ref("lead", "l1")}


def test_presence_marks_the_one_who_is_present():
    send("events", event(kind="chat.online", actor="r1"))

    assert marked() == {ref("member", "r1")}


def test_an_event_dated_ahead_is_stored_and_marked_for_its_instant():
    send("events", event(at="2026-05-01T00:00:00Z", contact="p1"))

    assert ChangeMark.objects.get().ready_at == datetime(2026, 5, 1, tzinfo=UTC)


def test_sending_again_marks_nothing():
    send("events", event(contact="p1"))
    ChangeMark.objects.all().delete()
    send("events", event(contact="p1"))

    assert marked() == set()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_retraction_withdraws_its_event_in_either_order(order):
    rows = [event(contact="p1"), event("r", "event.retracted", data={"event": "x1"})]
    for place in order:
        ChangeMark.objects.all().delete()
        send("events", rows[place])

    assert Event.objects.get(external_id="x1").retracted_by == Event.objects.get(external_id="xr").id
    assert marked() == {ref("contact", "p1")}


def test_of_two_retractions_the_earlier_one_counts_and_none_is_retracted_itself():
    first = event("a", "event.retracted", "2026-04-03T00:00:00Z", data={"event": "x1"})
    later = event("b", "event.retracted", "2026-04-04T00:00:00Z", data={"event": "x1"})
    undo = event("c", "event.retracted", "2026-04-05T00:00:00Z", data={"event": "xa"})
    send("events", later, undo)
    send("events", event(), first)

    ids = dict(Event.objects.values_list("external_id", "id"))
    retracted = dict(
        Event.objects.filter(retracted_by__isnull=False).values_list("external_id", "retracted_by")
    )
    assert retracted == {"x1": ids["xa"]}


@pytest.mark.parametrize(
    ("data", "stored"),
    [
        ({"reason": "test"}, {"reason": "test", "bad_data": True}),
        ({"reason": "no_budget"}, {"reason": "no_budget", "bad_data": False}),
        ({"reason": "test", "bad_data": False}, {"reason": "test", "bad_data": False}),
        ({"reason": " TEST"}, {"reason": " TEST", "bad_data": True}),
        ({"reason": "wrong_number"}, {"reason": "wrong_number", "bad_data": True}),
        ({"reason": "unheard of"}, {"reason": "unheard of"}),
        ({}, {}),
    ],
)
def test_a_rejection_gets_the_flag_of_its_reason_unless_it_says_it(data, stored):
    RejectionReason.objects.create(name="wrong_number", bad_data=True)
    send("events", event(kind="lead.rejected", lead="l1", data=data))

    assert Event.objects.get().data == stored


def test_a_rejection_sent_again_is_unchanged_even_when_the_flag_of_its_reason_is_another_now():
    rejected = event(kind="lead.rejected", lead="l1", data={"reason": "test"})
    send("events", rejected)
    RejectionReason.objects.create(name="test", bad_data=False)

    assert send("events", rejected).unchanged == 1


def test_unknown_fields_of_an_event_are_its_attributes():
    send("events", event(region="north", data={"attributes": {"size": 3}}))

    assert Event.objects.get().data == {"attributes": {"size": 3, "region": "north"}}


def test_a_kind_that_the_company_added_is_known():
    assert send("events", event(kind="demo.given")).rejected == 1
    EventKind.objects.create(name="demo.given", subject="lead")

    assert send("events", event(kind="demo.given")).created == 1


@pytest.mark.parametrize(
    "text", ["tab\there", "line\nbreak", "back\\slash", 'quo"te', "é ü 漢 🙂", "\\N", "\u2028"]
)
def test_awkward_texts_come_out_as_they_went_in(text):
    send("events", event(text, contact=text, data={"note": text, "list": [text]}))

    stored = Event.objects.get()
    assert (stored.external_id, stored.data) == (f"x{text}", {"note": text, "list": [text]})
    assert Ref.objects.get().external_id == text
    assert send("events", event(text, contact=text, data={"note": text, "list": [text]})).unchanged == 1


def test_a_delivery_shows_that_its_feed_is_alive():
    send("events", event(), as_of=NOW + timedelta(minutes=1))

    beat = Heartbeat.objects.get(name="feed:crm:events")
    assert (beat.at, beat.detail["created"]) == (NOW + timedelta(minutes=1), 1)
