"""Names: a person sees their own rows, a manager their team's, everybody else teams only.

Every test has a name that could leak: Paul owes, answered for Marie, was an owner; Hélène acknowledged.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from people.models import User
from reporting.models import Breach
from tests.factories.people import UserFactory
from tests.pages.story import Story, every_page

PAUL = ("Paul", "paul@example.com")
HELENE = ("Hélène", "helene@example.com")
MARIE = ("Marie", "marie@example.com")


@pytest.fixture
def told(story: Story) -> Story:
    story.day(1)
    return story


def text_of(client: Client, address: str) -> str:
    """The page without the reader's own menu."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    before, _, rest = answer.content.decode().partition('id="account"')
    return before + rest.partition("</form>")[2]


def said(story: Story, client: Client, about: str) -> dict[str, str]:
    """Every page's text, the details those about that contact."""
    breach, clock = story.about(about)
    return {
        name: text_of(client, url)
        for name, url in every_page(breach=breach, clock=clock).items()
        if name != "mailbox"  # a mail is addressed to its reader
    }


@pytest.mark.parametrize("about", ["late 1", "left behind 1"])
def test_a_representative_reads_no_name_of_a_colleague_anywhere(
    told: Story, browser_of: Callable[[User], Client], about: str
) -> None:
    for page, text in said(told, browser_of(told.marie), about).items():
        assert [name for name in (*PAUL, *HELENE, "laptop") if name in text] == [], page


def test_a_representative_reads_their_own_name(told: Story, browser_of: Callable[[User], Client]) -> None:
    pages = said(told, browser_of(told.marie), "overdue 1")

    shows_her = ("exceptions", "exception", "my clocks", "clock", "overview", "report")
    assert {page: "Marie Durand" in pages[page] for page in shows_her} == dict.fromkeys(shows_her, True)


def test_what_a_colleague_owes_is_not_there_for_a_representative(
    told: Story, browser_of: Callable[[User], Client]
) -> None:
    breach, clock = told.about("theirs 1")
    client = browser_of(told.marie)

    assert client.get(reverse("exception", args=[breach.pk])).status_code == 404
    assert client.get(reverse("clock", args=[clock.pk])).status_code == 404
    assert "Theirs 1" not in text_of(client, reverse("exceptions") + "?state=&historic=with")
    assert "Theirs 1" not in text_of(client, reverse("overview"))


def test_a_manager_reads_the_names_of_the_team(told: Story, browser_of: Callable[[User], Client]) -> None:
    pages = said(told, browser_of(told.helene), "late 1")

    names = {"exceptions": "Paul Smith", "exception": "Paul Smith", "clock": "Paul Smith"}
    names |= {"commitment": "Marie Durand", "report": "Marie Durand", "overview": "Marie Durand"}
    assert {page: name in pages[page] for page, name in names.items()} == dict.fromkeys(names, True)
    assert "Hélène Martin" in pages["exception"]
    assert "Marie&#x27;s laptop" in pages["exception"]


def test_the_manager_of_another_team_reads_teams_only(
    told: Story, browser_of: Callable[[User], Client]
) -> None:
    client = browser_of(told.max)
    pages = said(told, client, "left behind 1")  # nobody's: open to everybody

    for page, text in pages.items():
        assert [name for name in (*PAUL, *HELENE, *MARIE) if name in text] == [], page
    assert "Sales" in pages["report"]
    breach, clock = told.about("overdue 1")
    assert client.get(reverse("exception", args=[breach.pk])).status_code == 404
    assert client.get(reverse("clock", args=[clock.pk])).status_code == 404


def test_a_report_links_only_what_its_reader_may_open(
    told: Story, browser_of: Callable[[User], Client]
) -> None:
    breach, _clock = told.about("theirs 1")
    report = every_page(breach=breach, clock=_clock)["report"]
    link = reverse("exception", args=[breach.pk])

    assert link not in text_of(browser_of(told.marie), report)
    assert link in text_of(browser_of(told.helene), report)


def test_whoever_may_see_names_and_administrators_see_everything(
    told: Story, browser_of: Callable[[User], Client], admin: User
) -> None:
    auditor = UserFactory(email="audit@example.com")
    auditor.user_permissions.add(Permission.objects.get(codename="see_names"))

    for reader in (admin, auditor):
        pages = said(told, browser_of(reader), "theirs 1")
        assert {page: "Paul Smith" in pages[page] for page in ("exception", "clock", "report")} == {
            "exception": True,
            "clock": True,
            "report": True,
        }


def test_an_exception_given_to_somebody_is_theirs_to_see_without_other_names(
    told: Story, browser_of: Callable[[User], Client]
) -> None:
    breach, _clock = told.about("theirs 1")
    Breach.objects.filter(pk=breach.pk).update(assignee=told.max)

    text = text_of(browser_of(told.max), reverse("exception", args=[breach.pk]))

    assert "Max Power" in text
    assert [name for name in (*PAUL, *HELENE) if name in text] == []


def test_mails_are_read_by_those_they_were_sent_to(
    told: Story, browser_of: Callable[[User], Client], admin: User
) -> None:
    from reporting.models import ReceivedMail

    mail = ReceivedMail.objects.first()
    addresses = [reverse("mail", args=[mail.pk]), reverse("mail_html", args=[mail.pk])]

    assert [browser_of(told.marie).get(url).status_code for url in addresses] == [200, 200]
    assert [browser_of(told.paul).get(url).status_code for url in addresses] == [404, 404]
    assert [browser_of(admin).get(url).status_code for url in addresses] == [200, 200]


def test_without_the_built_in_mailbox_there_is_no_such_page(
    told: Story, browser_of: Callable[[User], Client], settings
) -> None:
    settings.LOCAL_MAILBOX = False

    assert browser_of(told.marie).get(reverse("mailbox")).status_code == 404
