"""Every endpoint with every token and every person: the expected answer, and no name without people:read."""

import json
from collections.abc import Callable, Collection
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from rest_framework.test import APIClient

from people.enums import Scope
from people.models import ApiToken
from people.tokens import create_token
from tests.pages.story import NOW
from tests.roles.entries import ENDPOINTS
from tests.roles.house import NOT_FOR, House, answer_of
from tests.roles.table import Answer, Endpoint, Role

YES, NO, HIDDEN, SIGN_IN = Answer.YES, Answer.NO, Answer.HIDDEN, Answer.SIGN_IN
PERSONS = [role for role in Role if role is not Role.NOBODY]

pytestmark = pytest.mark.xdist_group("roles: API")  # the company is built once


def ask(house: House, one: Endpoint, client: Any) -> Any:
    """The answer; whatever it did is undone."""
    with transaction.atomic():
        address = reverse(one.name, args=one.args(house)) + one.query
        if one.method == "GET":
            answer = client.get(address)
        else:
            body = json.dumps(one.body or {})
            answer = client.generic(one.method, address, body, content_type="application/json")
        transaction.set_rollback(True)
    return answer


def program(*scopes: Scope) -> APIClient:
    """A client that shows a token of these scopes."""
    _token, text = create_token(name="test", scopes=list(scopes), as_of=NOW)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def differing(
    house: House, client: Any, expected: Callable[[Endpoint], Answer], hidden: Collection[str] = ()
) -> dict[tuple[str, str], str]:
    """The endpoints that answer otherwise than expected of them, or with one of the names hidden here."""
    found = {}
    for one in ENDPOINTS:
        answer = ask(house, one, client)
        given, text = answer_of(answer), answer.content.decode()
        if given != expected(one):
            found[one.name, one.method] = f"{given} instead of {expected(one)}"
        elif names := [name for name in hidden if name in text and one.method == "GET"]:
            found[one.name, one.method] = f"names {names}"
    return found


@pytest.mark.parametrize("scope", Scope)
def test_a_token_does_what_its_scope_says_and_nothing_else(house: House, scope: Scope) -> None:
    def may(one: Endpoint) -> Answer:
        return YES if one.scope in (None, scope) and not one.person else NO

    hidden = [] if scope is Scope.PEOPLE_READ else NOT_FOR[Role.NOBODY]
    assert differing(house, program(scope), may, hidden) == {}


def test_without_a_token_there_is_nothing(house: House) -> None:
    client = APIClient(raise_request_exception=False)

    assert differing(house, client, lambda one: YES if one.scope is None else SIGN_IN) == {}


@pytest.mark.parametrize("role", PERSONS)
def test_a_person_reads_and_is_told_names_as_the_table_says_and_changes_nothing(
    house: House, role: Role
) -> None:
    def expected(one: Endpoint) -> Answer:
        if one.method != "GET" or (one.facts and role not in (Role.ADMIN, Role.AUDITOR)):
            return NO
        return HIDDEN if role in one.hidden_from else YES

    assert differing(house, house.browser(role), expected, NOT_FOR[role]) == {}


def test_the_token_of_an_auditor_reads_whatever_its_scopes(house: House) -> None:
    client = program(*Scope)
    house.people[Role.AUDITOR].tokens.set(ApiToken.objects.all())

    assert differing(house, client, lambda one: YES if one.method == "GET" else NO) == {}


def test_with_people_read_the_answers_name_people(house: House) -> None:
    client = program(Scope.READ, Scope.PEOPLE_READ)
    silent = [
        one.name
        for one in ENDPOINTS
        if one.tells and one.tells not in ask(house, one, client).content.decode()
    ]

    assert silent == []
