"""What a person does about an exception, and who may; a GET changes nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from people.models import User
from reporting.models import Breach
from tests.pages.story import NOW, Story


@pytest.fixture
def breach(story: Story) -> Breach:
    """Marie's, still open."""
    story.overdue("anna", owner="marie")
    story.sweep(NOW)
    return story.breach()


def act(client: Client, breach: Breach, name: str, **data: str):
    return client.post(reverse(f"exception_{name}", args=[breach.pk]), data, follow=True)


def test_whoever_owes_it_acknowledges_it(
    story: Story, breach: Breach, browser_of: Callable[[User], Client]
) -> None:
    answer = act(browser_of(story.marie), breach, "acknowledge")

    breach.refresh_from_db()
    assert (breach.state, breach.acknowledged_at) == ("acknowledged", NOW)
    assert answer.redirect_chain == [(reverse("exception", args=[breach.pk]), 302)]
    assert "everybody sees that it is being dealt with" in answer.content.decode()


def test_acknowledging_twice_is_said_and_changes_nothing(
    story: Story, breach: Breach, browser_of: Callable[[User], Client]
) -> None:
    act(browser_of(story.marie), breach, "acknowledge")
    answer = act(browser_of(story.helene), breach, "acknowledge")

    assert answer.status_code == 200
    assert '<li class="error">This breach is acknowledged' in answer.content.decode()
    assert AuditEntry.objects.filter(verb="breach.acknowledge").count() == 1


@pytest.mark.parametrize("who", ["marie", "helene", "admin"])
def test_owner_manager_and_administrator_resolve_it_with_a_cause(
    story: Story, breach: Breach, browser_of: Callable[[User], Client], admin: User, who: str
) -> None:
    reader = admin if who == "admin" else getattr(story, who)
    answer = act(browser_of(reader), breach, "resolve", root_cause="capacity", note="Two on leave <b>")

    breach.refresh_from_db()
    assert (breach.state, breach.root_cause, breach.note) == ("resolved", "capacity", "Two on leave <b>")
    page = answer.content.decode()
    assert "there was too much to do" in page
    assert "Two on leave &lt;b&gt;" in page
    assert reverse("exception_resolve", args=[breach.pk]) not in page


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "This field is required."),
        ({"root_cause": "weather"}, "Select a valid choice."),
        ({"root_cause": "capacity", "note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_form_filled_in_wrongly_comes_back_with_the_error_at_its_field(
    story: Story,
    breach: Breach,
    browser_of: Callable[[User], Client],
    given: dict[str, str],
    message: str,
) -> None:
    answer = act(browser_of(story.marie), breach, "resolve", **given)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert message in page
    assert 'aria-invalid="true"' in page
    breach.refresh_from_db()
    assert breach.state == "open"


def test_what_was_typed_is_still_there_beside_the_error(
    story: Story, breach: Breach, browser_of: Callable[[User], Client]
) -> None:
    answer = act(browser_of(story.marie), breach, "resolve", note="Called twice")

    assert "Called twice</textarea>" in answer.content.decode()


@pytest.mark.parametrize("name", ["acknowledge", "resolve"])
def test_nobody_else_may_act_on_what_everybody_sees(
    story: Story, breach: Breach, browser_of: Callable[[User], Client], name: str
) -> None:
    Breach.objects.update(owner_id=None, assignee=None)
    answer = act(browser_of(story.paul), breach, name, root_cause="capacity")

    assert answer.status_code == 403
    assert "Only its owner, their manager or an administrator can do this." in answer.content.decode()
    breach.refresh_from_db()
    assert breach.state == "open"


@pytest.mark.parametrize("name", ["acknowledge", "resolve"])
def test_what_one_may_not_see_one_cannot_act_on(
    story: Story, breach: Breach, browser_of: Callable[[User], Client], name: str
) -> None:
    assert act(browser_of(story.paul), breach, name, root_cause="capacity").status_code == 404


@pytest.mark.parametrize("name", ["exception_acknowledge", "exception_resolve"])
def test_a_get_changes_nothing(
    story: Story, breach: Breach, browser_of: Callable[[User], Client], name: str
) -> None:
    assert browser_of(story.marie).get(reverse(name, args=[breach.pk])).status_code == 405
    breach.refresh_from_db()
    assert breach.state == "open"


def test_whoever_may_not_act_sees_no_form(
    story: Story, breach: Breach, browser_of: Callable[[User], Client]
) -> None:
    Breach.objects.update(owner_id=None, assignee=None)
    page = browser_of(story.paul).get(reverse("exception", args=[breach.pk])).content.decode()

    assert reverse("exception_resolve", args=[breach.pk]) not in page
    assert "can acknowledge and resolve it" in page


def test_a_form_from_elsewhere_is_refused_in_the_sites_own_look(story: Story, breach: Breach) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.marie)
    answer = act(client, breach, "acknowledge")

    assert answer.status_code == 403
    assert "css/app.css" in answer.content.decode()
    breach.refresh_from_db()
    assert breach.state == "open"
