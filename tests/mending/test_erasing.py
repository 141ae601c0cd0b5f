"""A contact's personal data leaves for good; what was measured stays."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from agreements.loading import load
from core.problems import Problem
from leads.erasing import erase
from leads.models import Contact, Erasure, Event, Lead, QuarantinedRow, RecordVersion, Ref
from measurement.compared import fields_compared
from measurement.judging import judge_all, judge_pending
from tests.factories.leads import event, send
from tests.mending.snapshots import verdicts
from tests.pages.story import NOW

pytestmark = pytest.mark.django_db

AGREEMENT = """
agreement: smarketing
parties: [marketing, sales]
effective_from: 2026-01-01
form: short
commitments:
  - {key: answer, owner: sales, kind: response, start: {event: request.received, where: {data.form: demo}},
     stop: {events: [call.made], by: team}, within: 2 hours,
     where: {contact.email: present, contact.attributes.segment: smb}}
  - {key: added, owner: sales, kind: volume, count: {event: contact.created}, where: {contact.email: present},
     per: month, target: ">= 1"}
"""
PERSON = {
    "external_id": "c1",
    "name": "Léa Petit",
    "email": "lea.petit@client.example",
    "phone": "+33 6 12 34 56 78",
    "job_title": "Directrice des achats",
    "attributes": {"segment": "smb", "birthday": "1980-02-03"},
    "created_at": "2026-03-02T08:00:00Z",
    "updated_at": "2026-03-02T08:00:00Z",
}
LEAD = {
    "external_id": "l1",
    "contact": "c1",
    "status": "mql",
    "attributes": {"comment": "Léa asked for a quote"},
    "updated_at": "2026-03-02T09:00:00Z",
}
ASKED = event("r", "request.received", "2026-03-02T09:00:00Z", contact="c1",
              data={"form": "demo", "channel": "form", "message": "Call me, Léa Petit"})  # fmt: skip
CALLED = event(
    "k", "call.made", "2026-03-02T10:00:00Z", lead="l1", actor="m1", data={"summary": "Spoke to Léa"}
)
MET = event("m", "meeting.held", "2026-03-03T10:00:00Z", account="a1", data={"contacts": ["c1", "c2"]})
SECRETS = ("Petit", "lea.petit", "6 12 34", "Directrice", "1980-02-03", "Léa")


@pytest.fixture
def company(db) -> None:
    load(AGREEMENT, by="test", as_of=NOW - timedelta(days=60), sign=True)
    send("members", {"external_id": "m1", "email": "m1@example.com", "team": "sales"}, as_of=NOW)
    send("contacts", PERSON, as_of=NOW)
    send("leads", LEAD, {**LEAD, "external_id": "l2", "score": "high", "updated_at": "never"}, as_of=NOW)
    send("contacts", {"external_id": "c9", "email": "lea.petit@client.example", "account": 5}, as_of=NOW)
    send("events", ASKED, CALLED, MET, as_of=NOW)
    judge_pending(as_of=NOW)


def everything_stored() -> str:
    """All rows of all tables as one text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM \"{table}\" t")
            texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def gone() -> Ref:
    return Contact.objects.exclude(ref__external_id__in=["c2", "c9"]).get().ref


def test_nothing_personal_is_left_anywhere_and_every_verdict_stays(company) -> None:
    before = verdicts()
    assert before[0]
    assert before[1]
    assert QuarantinedRow.objects.count() == 2
    assert any(text in everything_stored() for text in SECRETS)
    done = erase(
        Ref.objects.get(type="contact", external_id="c1"), kept=fields_compared(), by="test", as_of=NOW
    )
    stored = json.loads(json.dumps(everything_stored()))
    assert [text for text in SECRETS if text in stored] == []
    assert (done.records, done.refused_rows) == (1, 2)
    assert gone().external_id.startswith("erased-")
    assert gone().external_id == done.name
    judge_pending(as_of=NOW)
    assert verdicts() == before
    judge_all(as_of=NOW)
    assert verdicts() == before
    assert Event.objects.get(external_id="xm").data == {"contacts": [done.name, "c2"]}


def test_what_its_source_sends_afterwards_is_recognised_and_stored_without_it(company) -> None:
    erase(Ref.objects.get(type="contact", external_id="c1"), kept=fields_compared(), by="test", as_of=NOW)
    later = NOW + timedelta(days=1)
    before = verdicts()
    assert send("contacts", PERSON, as_of=later).unchanged == 1
    assert send("leads", LEAD, as_of=later).unchanged == 1
    assert send("events", ASKED, CALLED, as_of=later).unchanged == 2
    send(
        "contacts", PERSON | {"phone": "+33 1 98 76 54 32", "updated_at": "2026-03-06T08:00:00Z"}, as_of=later
    )
    news = event(
        "r2", "request.received", "2026-03-05T11:00:00Z", contact="c1", data={"message": "Léa again"}
    )
    send("events", news, as_of=later)
    new_lead = LEAD | {"external_id": "l7", "updated_at": "2026-03-06T08:00:00Z"}
    send("leads", new_lead, as_of=later)
    assert [text for text in (*SECRETS, "98 76 54") if text in everything_stored()] == []
    assert Event.objects.get(external_id="xr2").contact_id == gone().pk
    assert Lead.objects.get(ref__external_id="l7").contact_id == gone().pk
    judge_pending(as_of=NOW)
    assert [one for one in verdicts()[0] if one in before[0]] == before[0]


def test_an_event_that_lists_the_person_is_the_same_when_it_is_sent_again(company) -> None:
    alone = MET | {"external_id": "alone", "data": {"contacts": "c1"}}
    send("events", alone, as_of=NOW)
    erase(Ref.objects.get(type="contact", external_id="c1"), by="test", as_of=NOW)
    assert send("events", MET, alone, as_of=NOW + timedelta(days=1)).unchanged == 2
    another = MET | {"external_id": "another"}
    assert send("events", another, as_of=NOW + timedelta(days=1)).created == 1
    assert Event.objects.get(external_id="another").data == {"contacts": [gone().external_id, "c2"]}


@pytest.mark.parametrize(
    ("resource", "row"),
    [
        ("contacts", PERSON | {"account": 5}),
        ("leads", LEAD | {"score": "high"}),
        ("leads", LEAD | {"external_id": "l8", "score": "high"}),
        ("events", ASKED | {"external_id": "later", "occurred_at": "never"}),
        ("events", CALLED | {"external_id": "later", "occurred_at": "never"}),
    ],
)
def test_of_a_refused_row_about_the_person_only_the_reason_is_kept(company, resource, row) -> None:
    erase(Ref.objects.get(type="contact", external_id="c1"), by="test", as_of=NOW)
    other = row | {"external_id": "other", "contact": "c2", "lead": "l9"}
    assert send(resource, row, other, as_of=NOW + timedelta(days=1)).rejected == 2

    kept = list(QuarantinedRow.objects.order_by("pk").values_list("external_id", "raw"))
    assert kept == [(None, {}), ("other", other)]


def test_the_same_person_under_a_merged_id_goes_too(company) -> None:
    send("contacts", {"external_id": "c1b", "name": "L. Petit", "merged_into": "c1"}, as_of=NOW)
    done = erase(Ref.objects.get(type="contact", external_id="c1b"), by="test", as_of=NOW)
    assert done.records == 2
    assert not Ref.objects.filter(external_id__in=["c1", "c1b"]).exists()
    assert not RecordVersion.objects.filter(fields__name__icontains="petit").exists()


def test_a_second_time_is_refused_and_so_is_another_type(company) -> None:
    ref = Ref.objects.get(type="contact", external_id="c1")
    erase(ref, by="test", as_of=NOW)
    for wrong, status in ((Ref.objects.get(pk=ref.pk), 409), (Ref.objects.get(external_id="l1"), 422)):
        with pytest.raises(Problem) as problem:
            erase(wrong, by="test", as_of=NOW)
        assert problem.value.status_code == status


def test_the_command_erases_and_says_what_went(company, capsys) -> None:
    call_command("erase_contact", "crm", "c1")
    said = capsys.readouterr().out
    assert "erased-" in said
    assert "1 record" in said
    assert "No verdict changes" in said
    assert Erasure.objects.filter(type="contact").count() == 1
