"""Absences, covers, hours and handing over on their pages: who may do what, and what it does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from leads.models import Member
from measurement.models import Clock
from people.absences import take
from people.models import Absence, User, WorkingHours
from reporting.models import Breach
from tests.factories.people import MembershipFactory, UserFactory
from tests.pages.story import NOW, Story

Browser = Callable[[User], Client]


def enter(client: Client, user: User, **said: str):
    given = {"first_day": "2026-03-05", "last_day": "2026-03-06", **said}
    return client.post(reverse("absence_take", args=[user.pk]), given, follow=True)


def text_of(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_somebody_enters_their_own_absence_in_whole_days_where_they_live(
    story: Story, browser_of: Browser
) -> None:
    answer = enter(browser_of(story.marie), story.marie, cover="paul@example.com")

    absence = Absence.objects.get()
    assert answer.redirect_chain == [(reverse("people"), 302)]
    assert (absence.user, absence.cover, absence.created_by) == (story.marie, story.paul, story.marie)
    assert [instant.isoformat() for instant in (absence.during.lower, absence.during.upper)] == [
        "2026-03-04T23:00:00+00:00",
        "2026-03-06T23:00:00+00:00",
    ]
    page = answer.content.decode()
    assert "Paul Smith" in page
    assert "away" in page
    assert AuditEntry.objects.filter(verb="absence.taken", actor=story.marie).count() == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"last_day": ""}, "Say until when"),
        ({"last_day": "2026-03-04"}, "Lies before the first day"),
        ({"first_day": "soon"}, "Enter a valid date"),
        ({"cover": "nobody@example.com"}, "Nobody here has this address"),
        ({"cover": "marie@example.com"}, "nobody covers themselves"),
        ({"left": "on", "last_day": ""}, "Say until when"),  # nobody leaves by themselves
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(
    story: Story, browser_of: Browser, said: dict[str, str], told: str
) -> None:
    answer = enter(browser_of(story.marie), story.marie, **said)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Absence.objects.exists()


def test_an_overlap_is_told_at_the_first_day(story: Story, browser_of: Browser) -> None:
    client = browser_of(story.marie)
    enter(client, story.marie)
    answer = enter(client, story.marie)
    assert answer.status_code == 422
    assert "overlaps an absence that is entered already" in answer.content.decode()


def test_a_manager_enters_it_for_their_people_and_nobody_else_does(
    story: Story, browser_of: Browser, admin: User
) -> None:
    assert enter(browser_of(story.helene), story.marie).status_code == 200
    assert enter(browser_of(admin), story.paul).status_code == 200
    for stranger in (story.paul, story.max):
        assert (
            enter(
                browser_of(stranger), story.marie, first_day="2026-03-09", last_day="2026-03-09"
            ).status_code
            == 404
        )
    assert Absence.objects.count() == 2


def test_people_are_listed_to_who_looks_after_them_only(
    story: Story, browser_of: Browser, admin: User
) -> None:
    assert "Marie Durand" in text_of(browser_of(story.helene), "people")
    assert "Marie Durand" in text_of(browser_of(admin), "people")
    assert "Marie Durand" not in text_of(browser_of(story.paul), "people")
    assert "Marie Durand" not in text_of(browser_of(story.max), "people")
    assert "No absence is entered." in text_of(browser_of(story.paul), "people")
    for who, status in (
        (story.marie, 200),
        (story.helene, 200),
        (admin, 200),
        (story.paul, 404),
        (story.max, 404),
    ):
        for page in ("person", "working_hours"):
            assert browser_of(who).get(reverse(page, args=[story.marie.pk])).status_code == status


def test_an_auditor_looks_and_enters_nothing(story: Story, browser_of: Browser) -> None:
    auditor = UserFactory(is_auditor=True)
    client = browser_of(auditor)
    assert "Marie Durand" in text_of(client, "people")
    assert "Enter an absence" not in text_of(client, "person", story.marie.pk)
    assert enter(client, story.marie).status_code == 403
    assert client.post(reverse("person_hand_over", args=[story.marie.pk]), {"cover": ""}).status_code == 403


def test_back_now_ends_it_and_another_cover_is_stored(story: Story, browser_of: Browser) -> None:
    client = browser_of(story.marie)
    enter(client, story.marie)
    absence = Absence.objects.get()
    answer = client.post(
        reverse("absence_change", args=[absence.pk]), {"cover": "paul@example.com"}, follow=True
    )
    assert "The cover is changed." in answer.content.decode()
    client.post(reverse("absence_end", args=[absence.pk]))
    absence.refresh_from_db()
    assert (absence.cover, absence.during.upper) == (story.paul, NOW)


def test_the_cover_may_not_change_it_and_others_do_not_know_it(story: Story, browser_of: Browser) -> None:
    enter(browser_of(story.marie), story.marie, cover="paul@example.com")
    address = reverse("absence_end", args=[Absence.objects.get().pk])
    assert browser_of(story.paul).post(address).status_code == 403
    assert browser_of(story.max).post(address).status_code == 404
    assert browser_of(story.marie).get(address).status_code == 405


def test_the_cover_sees_and_does_what_is_theirs_whom_they_cover_and_only_as_long(
    story: Story, browser_of: Browser
) -> None:
    story.overdue("anna", owner="marie")
    story.running("bert", owner="marie")
    story.sweep(NOW)
    breach, paul = story.breach(), browser_of(story.paul)
    address = reverse("exception", args=[breach.pk])
    assert paul.get(address).status_code == 404

    absence = take(
        story.marie,
        during=(NOW - timedelta(hours=1), NOW + timedelta(days=2)),
        cover=story.paul,
        by="test",
        as_of=NOW,
    )
    assert "You cover Marie Durand until" in text_of(paul, "overview")
    clocks = text_of(paul, "my_clocks")
    assert "You cover" in clocks
    assert "Bert" in clocks
    assert "Marie Durand" in clocks
    assert paul.get(address).status_code == 200
    paul.post(reverse("exception_acknowledge", args=[breach.pk]))
    breach.refresh_from_db()
    assert breach.state == "acknowledged"
    assert "away until" in text_of(browser_of(story.marie), "overview")

    absence.delete()
    assert paul.get(address).status_code == 404


def test_handing_over_moves_clocks_and_exceptions_in_one_step(story: Story, browser_of: Browser) -> None:
    story.overdue("anna", owner="marie")
    story.running("bert", owner="marie")
    story.sweep(NOW)
    row = {"external_id": "marie", "email": "marie@example.com", "active": False}
    story.tell("members", row | {"updated_at": "2026-03-05T09:50:00Z"}, as_of=NOW)
    client = browser_of(story.helene)
    page = text_of(client, "people")
    assert "To hand over" in page
    assert "Inbound requests (2)" in page

    answer = client.post(
        reverse("person_hand_over", args=[story.marie.pk]), {"cover": "paul@example.com"}, follow=True
    )
    assert "Handed over to Paul Smith: 2 open clocks, 1 exception." in answer.content.decode()
    assert Breach.objects.get().assignee == story.paul
    story.sweep(NOW + timedelta(minutes=1))
    assert {clock.owner_id for clock in Clock.objects.all()} == {story.member("paul")}
    assert "To hand over" not in text_of(client, "people")


def test_handing_over_to_whom_the_crm_does_not_know_is_refused_at_its_field(
    story: Story, browser_of: Browser
) -> None:
    answer = browser_of(story.helene).post(
        reverse("person_hand_over", args=[story.marie.pk]), {"cover": "max@example.com"}
    )
    assert answer.status_code == 422
    assert "not known to the CRM" in answer.content.decode()
    assert not Absence.objects.exists()


def test_nobody_hands_themselves_over(story: Story, browser_of: Browser) -> None:
    address = reverse("person_hand_over", args=[story.helene.pk])
    assert browser_of(story.helene).post(address, {"cover": ""}).status_code == 403


def test_handed_over_to_nobody_is_unassigned(story: Story, browser_of: Browser) -> None:
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    browser_of(story.helene).post(reverse("person_hand_over", args=[story.marie.pk]), {"cover": ""})
    story.sweep(NOW + timedelta(minutes=1))
    breach = Breach.objects.get()
    assert (breach.assignee, Clock.objects.get().owner_id) == (None, None)
    assert breach.owner_id == story.member("marie")  # who owed it when it was missed


def test_own_hours_and_holidays_are_stored_shown_and_taken_away(story: Story, browser_of: Browser) -> None:
    client, address = browser_of(story.marie), reverse("working_hours", args=[story.marie.pk])
    assert "09:00-12:30, 13:30-18:00" in text_of(client, "working_hours", story.marie.pk)
    answer = client.post(address, {"mon": "09:00-12:00", "country": "FR"}, follow=True)
    assert WorkingHours.objects.get().week == {"mon": ["09:00-12:00"]}
    assert "Lundi de Pâques" in answer.content.decode()

    wrong = client.post(address, {"mon": "9 to 5", "country": "FR"})
    assert wrong.status_code == 422
    assert "errorlist" in wrong.content.decode()
    assert browser_of(story.paul).post(address, {"mon": "09:00-12:00"}).status_code == 404

    client.post(reverse("working_hours_clear", args=[story.marie.pk]))
    assert not WorkingHours.objects.exists()


def test_three_people_take_as_many_statements_as_one(story: Story, browser_of: Browser) -> None:
    client = browser_of(story.helene)

    def more(number: int) -> None:
        user = UserFactory(name=f"Person {number}")
        MembershipFactory(user=user, team=story.sales)
        take(user, during=(NOW, NOW + timedelta(days=1)), cover=story.paul, by="test", as_of=NOW)
        gone = UserFactory(name=f"Gone {number}", is_active=False, email=f"gone{number}@example.com")
        MembershipFactory(user=gone, team=story.sales)
        row = {"external_id": f"g{number}", "email": gone.email, "team": "sales"}
        story.tell("members", row, as_of=NOW)
        story.running(f"left {number}", owner=f"g{number}")
        story.sweep(NOW)

    text_of(client, "people")  # what is read once for ever
    counts = []
    for number in (1, 2, 3):
        more(number)
        with CaptureQueriesContext(connection) as queries:
            assert f"Gone {number}" in text_of(client, "people")
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
    assert Member.objects.filter(user__is_active=False).count() == 3


def test_the_pages_are_french_for_who_reads_french(story: Story, browser_of: Browser) -> None:
    User.objects.filter(pk=story.marie.pk).update(language="fr")
    story.marie.refresh_from_db()
    client = browser_of(story.marie)
    for page in (reverse("people"), reverse("working_hours", args=[story.marie.pk])):
        assert 'lang="fr"' in client.get(page).content.decode()
