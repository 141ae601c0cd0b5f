"""Declaring, deciding and putting right in the browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leads.declaring import Said, declare
from leads.models import Contact, Declaration, Event, Lead, Ref
from measurement.models import Clock
from people.models import User
from reporting.showing import record_search
from tests.factories.people import UserFactory
from tests.pages.story import NOW
from tests.reporting.company import at

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(story) -> User:
    return UserFactory(email="ada@example.com", name="Ada Admin", is_superuser=True, is_staff=True)


@pytest.fixture
def auditor(story) -> User:
    return UserFactory(email="otto@example.com", name="Otto", is_auditor=True)


def ref(name: str) -> Ref:
    return Contact.objects.get(ref__external_id=name).ref


def declared(story, name: str = "lea") -> Declaration:
    said = Said(kind="call.made", occurred_at=at("04 09:30"), about=ref(name), note="From my mobile")
    return declare(said, by=story.marie, as_of=NOW, team=story.sales)


@pytest.mark.parametrize("looked_at", [250, 3])
def test_a_rep_finds_their_own_record_among_many_of_the_same_name(
    story, django_assert_max_num_queries, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(record_search, "LOOKED_AT", looked_at)
    for number in range(21):
        story.contact(f"lea {number}", owner="paul")
    story.overdue("lea of marie", owner="marie")
    Contact.objects.update(name="Lea")
    story.sweep(NOW)
    page = browser(story.marie)
    page.get(reverse("records"))

    with django_assert_max_num_queries(30):
        text = page.get(reverse("records"), {"q": "Lea"}).content.decode()

    assert "lea%20of%20marie" in text
    assert "lea%205" not in text


def test_a_rep_declares_a_call_in_three_steps_and_sees_what_it_changed(story) -> None:
    story.overdue("lea", owner="marie")
    story.sweep(NOW)
    page = browser(story.marie)
    first = page.get(reverse("declare")).content.decode()
    assert "I called" in first
    assert "I sent an e-mail" in first
    assert "I staffed the chat" not in first
    second = page.get(reverse("declare"), {"kind": "call.made"}).content.decode()
    assert f"about={ref('lea').pk}" in second  # what she owes now is offered without a search
    found = page.get(reverse("declare"), {"kind": "call.made", "q": "lea"}).content.decode()
    assert f"about={ref('lea').pk}" in found
    third = page.get(reverse("declare"), {"kind": "call.made", "about": ref("lea").pk}).content.decode()
    assert 'type="datetime-local"' in third
    assert "Europe/Paris" in third
    given = {"kind": "call.made", "about": ref("lea").pk, "occurred_at": "2026-03-04T10:30",
             "link": "https://phone.example/42", "note": ""}  # fmt: skip
    answer = page.post(reverse("declare_send"), given, follow=True)
    text = answer.content.decode()
    assert "entered 1 d 0 h later" in text or "entered 1 d later" in text
    assert "overdue" in text
    assert ">met<" in text
    assert "https://phone.example/42" in text
    assert Declaration.objects.get().occurred_at == at("04 09:30")
    story.sweep(NOW)
    assert Clock.objects.get().state == "met"


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"occurred_at": "2027-01-01T10:00"}, "still to come"),
        ({"occurred_at": ""}, "required"),
        ({"link": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_what_is_wrong_stands_at_its_field(story, more, word) -> None:
    story.overdue("lea", owner="marie")
    given = {"kind": "call.made", "about": ref("lea").pk, "occurred_at": "2026-03-04T10:30"} | more
    answer = browser(story.marie).post(reverse("declare_send"), given)
    assert (answer.status_code, Declaration.objects.count()) == (422, 0)
    assert word in answer.content.decode()


def test_the_other_team_sees_the_team_and_not_the_person_and_decides(story) -> None:
    story.overdue("lea", owner="marie")
    row = declared(story)
    page = browser(story.max)
    listed = page.get(reverse("declarations")).content.decode()
    assert "Sales" in listed
    assert "Marie Durand" not in listed
    shown = page.get(reverse("declaration", args=[row.pk])).content.decode()
    assert "Confirm" in shown
    assert "From my mobile" in shown
    assert "Marie Durand" not in shown
    refused = page.post(reverse("declaration_refute", args=[row.pk]), {"why": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    page.post(reverse("declaration_confirm", args=[row.pk]), {"why": ""})
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("confirmed", story.max)


def test_nobody_else_decides_and_the_declarer_may_only_take_it_back(story, admin, auditor) -> None:
    story.overdue("lea", owner="marie")
    row = declared(story)
    for person, status in (
        (story.marie, 403),
        (story.helene, 403),
        (admin, 403),
        (auditor, 403),
        (story.paul, 404),
    ):
        answer = browser(person).post(reverse("declaration_confirm", args=[row.pk]))
        assert answer.status_code == status, person
    browser(story.marie).post(reverse("declaration_refute", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.why) == ("refuted", story.marie, "Taken back.")
    assert Event.objects.get(pk=row.event_ids[0]).retracted_by is not None


def test_an_auditor_declares_nothing(story, auditor) -> None:
    story.overdue("lea", owner="marie")
    page = browser(auditor)
    assert "change nothing" in page.get(reverse("declare")).content.decode()
    given = {"kind": "call.made", "about": ref("lea").pk, "occurred_at": "2026-03-04T10:30"}
    assert page.post(reverse("declare_send"), given).status_code == 403


def test_nobody_who_owes_nothing_is_offered_anything(story) -> None:
    text = browser(UserFactory()).get(reverse("declare")).content.decode()
    assert "None of your teams" in text


def address(name: str) -> str:
    return reverse("record", args=["contact", "crm", name])


def test_a_record_shows_state_timeline_and_clocks_with_names_by_sight(story, admin) -> None:
    story.overdue("lea", owner="marie")
    story.call("lea", at("04 15:00"), actor="paul")
    story.sweep(NOW)
    text = browser(admin).get(address("lea")).content.decode()
    assert "Acme" in text
    assert "The contact request" in text
    assert "The call" in text
    assert "Paul Smith" in text
    assert "Marie Durand" in text
    assert "Put it right" in text
    mine = browser(story.marie).get(address("lea")).content.decode()
    assert "Marie Durand" in mine
    assert "Paul Smith" not in mine
    assert "Put it right" not in mine
    story.request("theirs", at("04 09:00"), owner="paul")
    story.sweep(NOW)
    assert browser(story.marie).get(address("theirs")).status_code == 404
    assert browser(UserFactory()).get(address("lea")).status_code == 404


def test_each_act_is_shown_first_and_then_done_with_the_same_changes(story, admin) -> None:
    story.overdue("lea", owner="marie")
    story.contact("lea2")
    story.sweep(NOW)
    page = browser(admin)
    act = reverse("record_act", args=[ref("lea").pk, "merge"])
    looked = page.post(act, {"into": "lea2"}).content.decode()
    assert "What it would change" in looked
    assert "Inbound requests" in looked
    assert ref("lea").merged_into is None
    done = page.post(act, {"into": "lea2", "sure": "1"}, follow=True).content.decode()
    assert "Put right" in done
    assert "Inbound requests" in done
    assert "was merged into" in done
    story.sweep(NOW + timedelta(minutes=1))
    assert Clock.objects.get().subject_id == ref("lea2").pk


@pytest.mark.parametrize(
    ("act", "given", "word"),
    [
        ("correct", {"field": "created_at", "value": "soon"}, "instant"),
        ("correct", {"field": "nonsense", "value": "x"}, "valid choice"),
        ("merge", {"into": "nobody"}, "no such record"),
        ("delete", {"at": "2027-01-01T10:00"}, "still to come"),
    ],
)
def test_a_wrong_act_is_refused_at_its_field(story, admin, act, given, word) -> None:
    story.contact("lea")
    answer = browser(admin).post(reverse("record_act", args=[ref("lea").pk, act]), given)
    assert answer.status_code == 422
    assert word in answer.content.decode()


def test_only_administrators_put_facts_right(story, auditor) -> None:
    story.overdue("lea", owner="marie")
    story.sweep(NOW)
    event = Event.objects.get(kind="request.received")
    for person in (story.marie, story.helene, auditor):
        for wanted in (reverse("record_act", args=[ref("lea").pk, "delete"]),
                       reverse("record_retract", args=[ref("lea").pk, event.pk])):  # fmt: skip
            assert browser(person).post(wanted, {"sure": "1"}).status_code == 403
    assert Contact.objects.get().deleted_at is None


def test_a_corrected_owner_and_a_withdrawn_event_and_an_erased_person(story, admin) -> None:
    story.overdue("lea", owner="marie")
    story.sweep(NOW)
    page, pk = browser(admin), ref("lea").pk
    page.post(reverse("record_act", args=[pk, "correct"]), {"field": "owner", "value": "paul", "sure": "1"})
    assert Contact.objects.get().owner_id == story.member("paul")
    event = Event.objects.get(kind="request.received")
    looked = page.post(reverse("record_retract", args=[pk, event.pk])).content.decode()
    assert "no clock" in looked
    page.post(reverse("record_retract", args=[pk, event.pk]), {"sure": "1"})
    assert Event.objects.get(pk=event.pk).retracted_by is not None
    answer = page.post(reverse("record_act", args=[pk, "erase"]), {"sure": "1"}, follow=True)
    assert answer.status_code == 200
    assert "Lea" not in answer.content.decode()
    assert Contact.objects.get().ref.external_id.startswith("erased-")
    assert not Lead.objects.exists()


def test_records_are_found_by_those_who_may_see_them(story, admin) -> None:
    story.request("lea", at("04 09:00"), owner="marie")
    story.sweep(NOW)
    for person, found in ((admin, True), (story.marie, True), (story.paul, False)):
        text = browser(person).get(reverse("records"), {"q": "lea"}).content.decode()
        assert (address("lea") in text) is found
    assert "is called so" in browser(admin).get(reverse("records"), {"q": "zzz"}).content.decode()
