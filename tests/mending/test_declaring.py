"""Somebody did it and no system recorded it."""

from datetime import timedelta

import pytest

from core.problems import Problem
from leads.declaring import Said, confirm, declare, member_of, refute
from leads.models import Contact, Declaration, Event, Member, Ref
from measurement.effects import effect_of
from measurement.explaining import explained
from measurement.models import Clock
from people.models import User
from reporting.models import Breach
from tests.pages.story import NOW
from tests.reporting.company import at

pytestmark = pytest.mark.django_db


def about(name: str) -> Ref:
    return Contact.objects.get(ref__external_id=name).ref


def called(name: str, **more) -> Said:
    return Said(kind="call.made", occurred_at=at("04 09:30"), about=about(name), **more)


def test_a_forgotten_call_counts_as_if_it_had_been_logged_and_says_how_it_came(story) -> None:
    story.overdue("lea", owner="marie")
    story.sweep(NOW)
    declaration = declare(called("lea", link="https://phone.example/42"), by=story.marie, as_of=NOW)
    story.sweep(NOW + timedelta(minutes=1))
    clock, breach = Clock.objects.get(), Breach.objects.get()
    assert (clock.state, breach.state) == ("met", "withdrawn")
    event = Event.objects.get(pk=declaration.event_ids[0])
    assert (event.source, event.data, event.recorded_at) == ("declared", {"declared": True}, NOW)
    assert (event.contact_id, event.actor_id) == (about("lea").pk, story.member("marie"))
    told = explained(clock, may_see=lambda user: True, as_of=NOW)
    assert "It was declared by hand, entered 1 d later." in told["sentence"]["en"]
    assert "déclaré à la main, saisi 1 j plus tard" in told["sentence"]["fr"]
    stop = next(one for one in told["events"] if one["role"] == "stop")
    assert (stop["declared"], stop["recorded_at"]) == (True, "2026-03-05T10:00:00Z")
    assert stop["effect"]["en"] == "counts as done, declared by hand, entered 1 d later"


def test_a_refuted_fact_is_withdrawn_and_the_miss_stands_again(story) -> None:
    story.overdue("lea", owner="marie")
    declaration = declare(called("lea"), by=story.marie, as_of=NOW)
    story.sweep(NOW)
    later = NOW + timedelta(minutes=5)
    refute(declaration, by=story.max, why="The phone log has no such call", as_of=later)
    story.sweep(later)
    assert Clock.objects.get().state == "running"
    assert Clock.objects.overdue(later).count() == 1
    declaration.refresh_from_db()
    assert (declaration.state, declaration.decided_by, declaration.why) == (
        *("refuted", story.max), "The phone log has no such call",
    )  # fmt: skip
    with pytest.raises(Problem) as problem:
        confirm(declaration, by=story.max, as_of=later)
    assert problem.value.status_code == 409


def test_the_same_fact_declared_twice_counts_once_and_again_after_it_was_refuted(story) -> None:
    story.overdue("lea", owner="marie")
    first = declare(called("lea"), by=story.marie, as_of=NOW)
    with pytest.raises(Problem) as problem:
        declare(called("lea"), by=story.marie, as_of=NOW)
    assert problem.value.status_code == 409
    refute(first, by=story.marie, why="Taken back", as_of=NOW)
    assert declare(called("lea"), by=story.marie, as_of=NOW).pk != first.pk


def test_somebody_whom_no_crm_knows_can_declare_and_is_a_member_from_then_on(story) -> None:
    ref = member_of(story.max, as_of=NOW)
    assert (str(ref), member_of(story.max, as_of=NOW)) == ("declared:max@example.com", ref)
    assert Member.objects.get(ref=ref).user == story.max


def test_a_member_of_the_records_own_source_is_taken(story) -> None:
    from tests.factories.leads import send

    row = {"external_id": "m7", "email": "marie@example.com"}
    send("members", row, source="pipedrive", as_of=NOW)
    send("contacts", {"external_id": "c7"}, source="pipedrive", as_of=NOW)
    near = Ref.objects.get(source="pipedrive", type="contact")
    assert str(member_of(story.marie, near=near, as_of=NOW)) == "pipedrive:m7"
    assert str(member_of(story.marie, as_of=NOW)) == "crm:marie"


def test_presence_is_two_events_and_a_listened_meeting_names_who_listened(story) -> None:
    said = Said(kind="chat.online", occurred_at=at("04 08:00"), until=at("04 10:00"))
    presence = declare(said, by=story.marie, as_of=NOW)
    kinds = Event.objects.filter(pk__in=presence.event_ids).order_by("occurred_at")
    assert list(kinds.values_list("kind", flat=True)) == ["chat.online", "chat.offline"]
    account = Ref.objects.get(type="account", external_id="acme")
    heard = declare(
        Said(kind="meeting.listened", occurred_at=at("04 13:00"), about=account), by=story.marie, as_of=NOW
    )
    assert Event.objects.get(pk=heard.event_ids[0]).data["attendees"] == ["crm:marie"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "deal.won"}, "kind"),
        ({"occurred_at": NOW + timedelta(hours=1)}, "occurred_at"),
        ({"until": at("04 12:00")}, "until"),
        ({"about": None}, "record"),
        ({"kind": "content.announced"}, "record"),
        ({"kind": "chat.online", "about": None}, "until"),
        ({"kind": "chat.online", "about": None, "until": at("04 08:00")}, "until"),
        ({"kind": "chat.online", "about": None, "until": NOW + timedelta(hours=1)}, "until"),
        (
            {"kind": "chat.online", "about": None, "occurred_at": at("02 08:00"), "until": at("04 08:00")},
            "until",
        ),
    ],
)
def test_what_cannot_have_been_so_is_refused_with_its_field(story, more, field) -> None:
    story.overdue("lea", owner="marie")
    given = {"kind": "call.made", "occurred_at": at("04 09:30"), "about": about("lea")} | more
    with pytest.raises(Problem) as problem:
        declare(Said(**given), by=story.marie, as_of=NOW)
    assert (problem.value.status_code, problem.value.errors[0]["field"]) == (422, field)
    assert not Declaration.objects.exists()


def test_what_a_fact_would_change_is_told_without_storing_it(story) -> None:
    story.overdue("lea", owner="marie")
    story.sweep(NOW)
    looked = effect_of(lambda: declare(called("lea"), by=story.marie, as_of=NOW), as_of=NOW)
    (change,) = looked.changes
    assert (change.commitment_key, change.subject_id) == ("inbound", about("lea").pk)
    assert (change.before, change.after) == ("overdue", "met")
    assert not Declaration.objects.exists()
    assert not Event.objects.filter(source="declared").exists()
    kept = effect_of(lambda: declare(called("lea"), by=story.marie, as_of=NOW), as_of=NOW, keep=True)
    assert (kept.changes, Declaration.objects.get()) == (looked.changes, kept.given)


def test_what_people_declare_is_no_feed(story) -> None:
    from core.models import Heartbeat

    story.overdue("lea", owner="marie")
    declare(called("lea"), by=story.marie, as_of=NOW)
    assert not Heartbeat.objects.filter(name__startswith="feed:declared").exists()
    assert User.objects.filter(email="marie@example.com").count() == 1
