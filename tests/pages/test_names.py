"""The pages about names: the rule, the notice and its reading, who looked; what the rule shows elsewhere."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from people.informing import change_rule, seal_of
from people.models import NameAccess, NamingPolicy, NoticeRead, User
from tests.factories.people import UserFactory
from tests.pages.story import NOW, Story

Browser = Callable[[User], Client]
RULE = {
    "individuals": "on",
    "notice_en": "Names are shown.",
    "notice_fr": "Les noms sont montrés.",
    "consulted_on": "2026-02-01",
    "informed_on": "2026-02-15",
    "months_kept": "12",
}


@pytest.fixture
def auditor(db) -> User:
    return UserFactory(email="audit@example.com", is_auditor=True)


def named(admin: User, **given) -> NamingPolicy:
    wanted = {
        "individuals": True,
        "notice": {"en": "Names are shown.", "fr": "Les noms sont montrés."},
        "consulted_on": None,
        "informed_on": date(2026, 2, 15),
        "months_kept": 12,
    }
    return change_rule(**wanted | given, by=admin, as_of=NOW)


def test_without_a_rule_the_page_says_teams_only(story: Story, browser_of: Browser) -> None:
    text = browser_of(story.marie).get(reverse("names")).content.decode()

    assert "the name of your team, never yours" in text
    assert "There is no notice." in text
    assert reverse("names_edit") not in text
    assert reverse("name_looks") not in text


def test_an_administrator_writes_the_notice_and_turns_names_on(browser_of: Browser, admin: User) -> None:
    client = browser_of(admin)
    assert "measures them from the CRM" in client.get(reverse("names_edit")).content.decode()  # a draft

    answer = client.post(reverse("names_edit"), RULE)

    assert (answer.status_code, answer["Location"]) == (302, reverse("names"))
    rule = NamingPolicy.objects.get()
    assert (rule.individuals, rule.informed_on, rule.months_kept) == (True, date(2026, 2, 15), 12)
    assert rule.notice == {"en": "Names are shown.", "fr": "Les noms sont montrés."}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"notice_en": "", "notice_fr": ""}, "nobody is named before they were told"),
        ({"informed_on": ""}, "Say on which day everybody was informed."),
        ({"consulted_on": "2026-02-16"}, "They are consulted before everybody is informed."),
        ({"months_kept": "0"}, "greater than or equal to 1"),
        ({"informed_on": "someday"}, "Enter a valid date."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(browser_of: Browser, admin: User, change, said) -> None:
    answer = browser_of(admin).post(reverse("names_edit"), RULE | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert NamingPolicy.objects.count() == 0


def test_only_an_administrator_changes_the_rule(story: Story, browser_of: Browser, auditor: User) -> None:
    for person in (story.marie, story.helene, auditor):
        client = browser_of(person)
        assert client.get(reverse("names_edit")).status_code == 403
        assert client.post(reverse("names_edit"), RULE).status_code == 403
    assert NamingPolicy.objects.count() == 0


def test_everybody_reads_the_notice_in_their_language_and_confirms_it(
    story: Story, browser_of: Browser, admin: User, auditor: User
) -> None:
    rule = named(admin)
    User.objects.filter(pk=story.helene.pk).update(language="fr")
    for person, words in ((story.marie, "Names are shown."), (story.helene, "Les noms sont montrés.")):
        client = browser_of(person)
        assert words in client.get(reverse("names")).content.decode()
        client.post(reverse("names_read"), {"seal": seal_of(rule)})
    browser_of(auditor).post(reverse("names_read"), {"seal": seal_of(rule)})  # their own affair

    assert set(NoticeRead.objects.values_list("user", flat=True)) == {
        story.marie.pk,
        story.helene.pk,
        auditor.pk,
    }
    assert "You confirmed it on" in browser_of(story.marie).get(reverse("names")).content.decode()
    assert "Paul" in browser_of(admin).get(reverse("names")).content.decode()  # has yet to read it


def test_other_words_than_those_shown_are_not_confirmed(
    story: Story, browser_of: Browser, admin: User
) -> None:
    shown = seal_of(named(admin))
    named(admin, notice={"en": "Other words."})

    answer = browser_of(story.marie).post(reverse("names_read"), {"seal": shown}, follow=True)

    assert "please read it again" in answer.content.decode()
    assert NoticeRead.objects.count() == 0


def test_where_individuals_are_named_the_other_team_reads_who_owed_what(
    story: Story, browser_of: Browser, admin: User
) -> None:
    story.day(1)
    breach, clock = story.about("theirs 1")
    pages = [reverse("exception", args=[breach.pk]), reverse("clock", args=[clock.pk])]
    client = browser_of(story.max)
    assert [client.get(page).status_code for page in pages] == [404, 404]

    named(admin)

    answers = [client.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert ["Paul Smith" in answer.content.decode() for answer in answers] == [True, True]
    assert client.post(reverse("exception_acknowledge", args=[breach.pk])).status_code in (403, 404)


def test_who_was_shown_names_is_noted_and_who_saw_their_own_is_not(story: Story, browser_of: Browser) -> None:
    story.day(1)
    NameAccess.objects.all().delete()
    breach, _clock = story.about("overdue 1")
    page = reverse("exception", args=[breach.pk])
    for person in (story.marie, story.helene, story.helene, story.max):
        browser_of(person).get(page)

    rows = NameAccess.objects.values_list("reader__email", "page", "team", "times")
    assert list(rows) == [("helene@example.com", "exception", breach.team_id, 2)]


def test_the_api_read_in_a_browser_is_noted_too(story: Story, browser_of: Browser) -> None:
    story.day(1)
    NameAccess.objects.all().delete()
    browser_of(story.helene).get("/api/v1/clocks/")
    browser_of(story.max).get("/api/v1/clocks/")

    assert [(row.reader, row.times) for row in NameAccess.objects.all()] == [(story.helene, 1)]


def test_administrators_and_auditors_read_who_looked(
    story: Story, browser_of: Browser, admin: User, auditor: User
) -> None:
    story.day(1)
    browser_of(story.helene).get(reverse("exceptions"))
    for person in (admin, auditor):
        text = browser_of(person).get(reverse("name_looks")).content.decode()
        assert "Hélène Martin" in text
    for person in (story.marie, story.helene):
        assert browser_of(person).get(reverse("name_looks")).status_code == 403
        assert browser_of(person).get(reverse("name_looks_csv")).status_code == 403


def test_looks_are_found_by_reader_and_day(story: Story, browser_of: Browser, admin: User) -> None:
    story.day(1)
    browser_of(story.helene).get(reverse("exceptions"))
    client = browser_of(admin)

    def shown(**given: str) -> bool:
        return "Hélène Martin" in client.get(reverse("name_looks"), given).content.decode()

    assert [
        shown(reader="HELENE@example.com"),
        shown(reader="marie@example.com"),
        shown(since="2026-03-05"),
        shown(since="2026-03-06"),
        shown(until="2026-03-04"),
    ] == [True, False, True, False, False]
    lines = client.get(reverse("name_looks_csv")).content.decode().splitlines()
    assert lines[0].endswith("day,reader,page,team,times,first_at")
    assert any("Hélène Martin,exceptions,Sales,1," in line for line in lines[1:])


@pytest.mark.parametrize("address", ["/audit/", "/audit/audit.csv", "/api/v1/members/"])
def test_what_names_everybody_is_noted_as_a_look_at_everybody(story, admin, browser_of, address):
    assert browser_of(admin).get(address).status_code == 200
    assert browser_of(story.marie).get(address).status_code == 403

    assert list(NameAccess.objects.values_list("reader__email", "team")) == [("ada@example.com", None)]
