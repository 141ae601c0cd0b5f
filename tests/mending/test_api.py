"""Declaring, deciding and putting right through the API."""

from typing import Any

import pytest

from leads.models import Contact, Declaration, Event, Ref
from people.models import User
from tests.pages.story import NOW
from tests.reporting.company import at

pytestmark = pytest.mark.django_db

DECLARED = {"kind": "call.made", "occurred_at": "2026-03-04T10:30:00+01:00", "record": "crm:lea",
            "link": "https://phone.example/42"}  # fmt: skip


def send(client: Any, address: str, body: dict[str, Any] | None = None, **more: Any) -> Any:
    return client.post(f"/api/v1/{address}", body or {}, format="json", **more)


@pytest.fixture
def overdue(story):
    story.overdue("lea", owner="marie")
    story.sweep(NOW)
    return story


def test_a_declared_fact_tells_what_it_changed_and_is_listed(overdue, program_of) -> None:
    answer = send(program_of(overdue.marie), "declarations/", DECLARED)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["record"], told["declared_by"], told["team"], told["state"]) == (
        *("crm:lea", "marie@example.com", "sales", "pending"),
    )  # fmt: skip
    (change,) = told["changed"]
    assert (change["commitment"], change["subject"], change["before"], change["after"]) == (
        *("inbound", "crm:lea", "overdue", "met"),
    )  # fmt: skip
    listed = program_of(None, ("read",)).get("/api/v1/declarations/?state=pending").json()["results"]
    assert [(one["id"], one["declared_by"], one["note"]) for one in listed] == [(told["id"], None, None)]


def test_the_same_request_twice_is_one_declaration(overdue, program_of) -> None:
    client = program_of(overdue.marie)
    first = send(client, "declarations/", DECLARED, HTTP_IDEMPOTENCY_KEY="k1").json()
    assert send(client, "declarations/", DECLARED, HTTP_IDEMPOTENCY_KEY="k1").json() == first
    assert send(client, "declarations/", DECLARED).status_code == 409
    assert Declaration.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"record": "crm:nobody"}, "record"),
        ({"kind": "deal.won"}, "kind"),
        ({"occurred_at": "2026-03-04"}, "occurred_at"),
        ({"occurred_at": "2027-03-04T10:00:00Z"}, "occurred_at"),
        ({"link": "ftp:/x"}, "link"),
        ({"by": "nobody@example.com"}, "by"),
    ],
)
def test_a_wrong_declaration_names_its_field(overdue, program_of, change, field) -> None:
    answer = send(program_of(overdue.marie), "declarations/", DECLARED | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_token_of_nobody_says_who_did_it(overdue, program_of) -> None:
    client = program_of()
    assert send(client, "declarations/", DECLARED).json()["errors"][0]["field"] == "by"
    answer = send(client, "declarations/", DECLARED | {"by": "crm:paul"})
    assert answer.json()["declared_by"] == "paul@example.com"


def test_a_person_declares_for_nobody_but_whom_they_cover(overdue, program_of) -> None:
    client = program_of(overdue.max)
    answer = send(client, "declarations/", DECLARED | {"by": "marie@example.com"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "by")
    assert not Declaration.objects.exists()


def test_the_word_of_the_other_team_needs_people_read(overdue, program_of) -> None:
    pk = send(program_of(overdue.marie), "declarations/", DECLARED).json()["id"]
    send(program_of(overdue.max), f"declarations/{pk}/refute/", {"why": "Marie was on leave"})
    (named,), (unnamed,) = (
        program_of(None, scopes).get("/api/v1/declarations/").json()["results"]
        for scopes in (("read", "people:read"), ("read",))
    )
    assert (named["why"], unnamed["why"]) == ("Marie was on leave", None)


@pytest.mark.parametrize("act", ["delete", "correct", "merge"])
def test_the_token_of_somebody_who_owes_puts_nothing_right(overdue, program_of, act) -> None:
    body = {"field": "owner", "value": None, "into": "lea"}
    for person in (overdue.marie, overdue.helene, overdue.max):
        assert send(program_of(person), f"records/contact/crm:lea/{act}/", body).status_code == 403
    assert send(program_of(overdue.marie), "contacts/crm:lea/erase/").status_code == 403


def test_only_the_other_team_decides(overdue, program_of) -> None:
    pk = send(program_of(overdue.marie), "declarations/", DECLARED).json()["id"]
    for person in (overdue.marie, overdue.helene, None):
        assert send(program_of(person), f"declarations/{pk}/confirm/").status_code == 403
    assert send(program_of(overdue.max), f"declarations/{pk}/refute/").status_code == 422
    answer = send(program_of(overdue.max), f"declarations/{pk}/refute/", {"why": "No such call"})
    assert answer.json()["state"] == "refuted"
    assert [(one["before"], one["after"]) for one in answer.json()["changed"]] == [("met", "overdue")]
    assert send(program_of(overdue.max), f"declarations/{pk}/confirm/").status_code == 409


def test_every_act_tells_what_changes_first_and_then_does_it(overdue, program_of) -> None:
    client, event = program_of(), Event.objects.get(kind="request.received")
    overdue.contact("lea2")
    acts = [
        ("records/contact/crm:lea/correct/", {"field": "owner", "value": "paul"}, ("overdue", "overdue")),
        ("records/contact/crm:lea/merge/", {"into": "lea2"}, ("overdue", "overdue")),
        (f"events/crm:{event.external_id}/retract/", {"why": "A test"}, ("overdue", None)),
    ]
    for address, body, expected in acts:
        looked = send(client, address, body | {"dry_run": True}).json()
        done = send(client, address, body).json()
        assert [(one["before"], one["after"]) for one in looked["changed"]] == [expected], address
        assert looked["changed"] == done["changed"]
        assert (looked["dry_run"], done["dry_run"]) == (True, False)
    assert Contact.objects.get(ref__external_id="lea").owner_id == overdue.member("paul")
    deleted = send(client, "records/contact/crm:lea2/delete/", {"at": at("04 09:00").isoformat()})
    assert deleted.status_code == 200
    assert Contact.objects.get(ref__external_id="lea2").deleted_at == at("04 09:00")


def test_a_contact_is_erased_and_answers_under_its_new_name(overdue, program_of) -> None:
    client = program_of()
    looked = send(client, "contacts/crm:lea/erase/", {"dry_run": True})
    assert looked.json()["subject"] == "crm:lea"
    done = send(client, "contacts/crm:lea/erase/").json()
    assert done["subject"].startswith("crm:erased-")
    assert done["changed"] == []
    assert send(client, "contacts/crm:lea/erase/").status_code == 404
    again = send(client, f"contacts/{done['subject']}/erase/")
    assert again.status_code == 409
    assert Ref.objects.get(type="contact").external_id.startswith("erased-")


@pytest.mark.parametrize(
    "address",
    [
        "declarations/",
        "declarations/1/confirm/",
        "declarations/1/refute/",
        "contacts/crm:lea/erase/",
        "records/contact/crm:lea/correct/",
        "records/contact/crm:lea/delete/",
        "records/contact/crm:lea/merge/",
        "events/crm:x1/retract/",
    ],
)
def test_writing_facts_needs_its_scope_and_no_auditor_writes(overdue, program_of, api, address) -> None:
    assert send(api, address).status_code == 401
    assert send(program_of(None, ("read", "people:read")), address).status_code == 403
    auditor = User.objects.create(email="otto@example.com", is_auditor=True)
    assert send(program_of(auditor), address).status_code == 403


def test_what_nobody_knows_is_not_found(overdue, program_of) -> None:
    for address in (
        "records/contact/crm:nobody/delete/",
        "records/nonsense/crm:lea/delete/",
        "contacts/crm:nobody/erase/",
        "events/crm:nothing/retract/",
        "declarations/9/confirm/",
    ):
        assert send(program_of(), address, {"into": "x", "field": "x", "value": 1}).status_code == 404
