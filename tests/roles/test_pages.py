"""Every page and act as everybody: the expected answer, and no name that its reader is not to see."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from tests.roles.entries import ENTRIES
from tests.roles.house import House, answer_of, leaks
from tests.roles.table import Answer, Entry, Role

PAGES = [entry for entry in ENTRIES if entry.method == "GET"]
ACTS = [entry for entry in ENTRIES if entry.method == "POST"]

pytestmark = pytest.mark.xdist_group("roles: pages")  # the company is built once


def knock(house: House, entry: Entry, client: Client) -> HttpResponse:
    """The answer; whatever it did is undone."""
    with transaction.atomic():
        address = reverse(entry.name, args=entry.args(house)) + entry.query
        before = AuditEntry.objects.count()
        answer = client.get(address) if entry.method == "GET" else client.post(address, entry.body)
        if not answer.streaming:
            answer.content  # noqa: B018 - rendered before what it shows is undone
        answer.left_a_trace = AuditEntry.objects.count() != before
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("role", Role)
def test_every_page_answers_and_names_as_the_table_says_and_does_nothing(house: House, role: Role) -> None:
    client = house.browser(role)
    wrong = [
        f"{entry.name} ({entry.what}): {problem}"
        for entry in PAGES
        for problem in problems(entry, knock(house, entry, client), role)
    ]

    assert wrong == [], "\n".join(wrong)


def problems(entry: Entry, answer: HttpResponse, role: Role) -> Iterator[str]:
    """What differs from the table: another answer, a name too many or too few, an act."""
    given = answer_of(answer)
    if given != entry.expected[role]:
        yield f"{given} instead of {entry.expected[role]}"
    text = "" if answer.streaming else answer.content.decode(errors="replace")
    if not entry.names and (names := leaks(role, text)):
        yield f"names {names}"
    if role in SEES_NAMES and entry.tells not in text:
        yield f"does not name {entry.tells}"
    if answer.left_a_trace and entry.name not in EXPORTS:
        yield "leaves a row in the audit trail, though it is a GET"


@pytest.mark.parametrize("role", Role)
def test_every_act_answers_as_the_table_says(house: House, role: Role) -> None:
    wrong = []
    for entry in ACTS:
        answer = answer_of(knock(house, entry, house.browser(role)))
        if answer != entry.expected[role]:
            wrong.append(f"{entry.name} ({entry.what}): {answer} instead of {entry.expected[role]}")

    assert wrong == [], "\n".join(wrong)


def test_a_page_takes_no_acts_that_the_table_does_not_know(house: House) -> None:
    acts, client = {entry.name for entry in ACTS}, house.browser(Role.ADMIN)
    taking = {
        entry.name
        for entry in PAGES
        if entry.name not in acts
        and answer_of(knock(house, _as(entry, "POST"), client)) not in ("405", Answer.HIDDEN)
    }

    assert sorted(taking) == [], "write an act for each into tests/roles/entries/"


def test_an_auditor_does_nothing_but_their_own_affairs() -> None:
    done = {entry.name for entry in ACTS if entry.expected[Role.AUDITOR] is Answer.YES}

    assert {name for name in done if not name.startswith(("account_", "mfa_"))} == OWN_AFFAIRS


SEES_NAMES = (Role.MANAGER, Role.ADMIN, Role.AUDITOR)
#: What leaves the house with names in it is noted, as a look at names is.
EXPORTS = {"quarantine_csv"}
OWN_AFFAIRS = {
    *("login", "logout", "set_language", "names_read"),
    *("notices_read", "notice_preferences", "notice_mute"),
}


def _as(entry: Entry, method: str) -> Entry:
    return Entry(entry.name, entry.what, method, entry.expected, entry.args, entry.query)
