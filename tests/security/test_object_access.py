"""Knowing the number of a thing opens nothing; what one may not see is not even there."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from people.enums import Scope
from people.tokens import create_token
from tests.factories.people import UserFactory
from tests.pages.story import NOW, Story

ACTS = ("acknowledge", "assign", "dispute", "waive", "resolve")


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def story(db) -> Story:
    made = Story()
    made.overdue("acme", owner="marie")
    made.sweep(NOW)
    return made


@pytest.fixture
def outsider(db) -> Client:
    client = Client()
    client.force_login(UserFactory(email="olga@example.com", name="Olga Outside"))
    return client


@pytest.mark.parametrize("act", ACTS)
def test_somebody_of_no_team_does_nothing_to_a_breach(story, outsider, act):
    breach, _ = story.about("acme")

    answers = {
        outsider.post(f"/exceptions/{breach.pk}/{act}/", {"note": "x"}).status_code,
        outsider.post(f"/api/v1/breaches/{breach.pk}/{act}/", {"note": "x"}).status_code,
    }

    assert answers <= {403, 404}
    before = breach.state
    breach.refresh_from_db()
    assert breach.state == before


def test_a_page_that_one_may_look_at_names_nobody(story, outsider):
    breach, _ = story.about("acme")

    page = outsider.get(f"/exceptions/{breach.pk}/").content.decode()

    assert "marie" not in page.lower()


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.BREACHES_WRITE])
def test_a_token_does_only_what_its_scope_says(story, api_with, scope):
    breach, _ = story.about("acme")
    client = api_with(create_token(name="other", scopes=[scope], as_of=timezone.now())[1])

    assert client.post(f"/api/v1/breaches/{breach.pk}/acknowledge/", {"note": "x"}).status_code == 403


@pytest.mark.parametrize("page", ["/exceptions/999999/", "/clocks/999999/", "/readings/999999/"])
def test_a_number_that_nothing_has_is_not_found(story, outsider, page):
    assert outsider.get(page).status_code == 404


@pytest.mark.parametrize(
    "page", ["/audit/", "/audit/audit.csv", "/data/imports/", "/setup/people/", "/admin/"]
)
def test_pages_of_administrators_are_closed_to_others(story, outsider, page):
    assert outsider.get(page).status_code in (302, 403, 404)
    if outsider.get(page).status_code == 302:
        assert outsider.get(page, follow=True).status_code == 403
