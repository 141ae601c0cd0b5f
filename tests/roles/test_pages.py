"""Every page and act as everybody: the expected answer, and no name that its reader is not to see."""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from core.models import AuditEntry
from tests.roles.entries import ENTRIES
from tests.roles.house import House, answer_of, leaks
from tests.roles.table import Answer, Entry, Role

PAGES = [entry for entry in ENTRIES if entry.method == "GET"]
ACTS = [entry for entry in ENTRIES if entry.method == "POST"]
SEES_NAMES = (Role.MANAGER, Role.ADMIN, Role.AUDITOR)


def knock(house: House, entry: Entry, role: Role) -> HttpResponse:
    """The answer; whatever it did is undone."""
    with transaction.atomic():
        address = reverse(entry.name, args=entry.args(house)) + entry.query
        client = house.browser(role)
        answer = client.get(address) if entry.method == "GET" else client.post(address, entry.body)
        if not answer.streaming:
            answer.content  # noqa: B018 - rendered before what it shows is undone
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("role", Role)
def test_every_page_answers_as_the_table_says(house: House, role: Role) -> None:
    wrong = {}
    for entry in PAGES:
        answer = answer_of(knock(house, entry, role))
        if answer != entry.expected[role]:
            wrong[entry.name, entry.what] = f"{answer} instead of {entry.expected[role]}"

    assert wrong == {}


@pytest.mark.parametrize("role", Role)
def test_every_act_answers_as_the_table_says(house: House, role: Role) -> None:
    wrong = {}
    for entry in ACTS:
        answer = answer_of(knock(house, entry, role))
        if answer != entry.expected[role]:
            wrong[entry.name, entry.what] = f"{answer} instead of {entry.expected[role]}"

    assert wrong == {}


@pytest.mark.parametrize("role", [Role.NOBODY, Role.REP, Role.OTHER])
def test_no_page_names_anybody_to_whom_it_should_not(house: House, role: Role) -> None:
    leaking = {}
    for entry in PAGES:
        answer = knock(house, entry, role)
        found = (
            [] if entry.names or answer.streaming else leaks(role, answer.content.decode(errors="replace"))
        )
        if found:
            leaking[entry.name, entry.what] = found

    assert leaking == {}


@pytest.mark.parametrize("role", SEES_NAMES)
def test_whoever_may_see_names_reads_them(house: House, role: Role) -> None:
    silent = [
        (entry.name, entry.what)
        for entry in PAGES
        if entry.tells and entry.tells not in knock(house, entry, role).content.decode()
    ]

    assert silent == []


def test_a_page_takes_no_acts_that_the_table_does_not_know(house: House) -> None:
    acts = {entry.name for entry in ACTS}
    taking = {
        entry.name
        for entry in PAGES
        if entry.name not in acts
        and answer_of(knock(house, _as(entry, "POST"), Role.ADMIN)) not in ("405", Answer.HIDDEN)
    }

    assert sorted(taking) == [], "write an act for each into tests/roles/entries/"


def test_a_get_does_nothing_that_leaves_a_trace(house: House) -> None:
    before = AuditEntry.objects.count()
    for entry in PAGES:
        client = house.browser(Role.ADMIN)
        client.get(reverse(entry.name, args=entry.args(house)) + entry.query)

    assert AuditEntry.objects.count() == before


def test_an_auditor_does_nothing_but_their_own_affairs(house: House) -> None:
    own = {entry.name for entry in ACTS if entry.expected[Role.AUDITOR] is not Answer.NO}

    assert own <= OWN_AFFAIRS | {name for name in own if name.startswith(("account_", "mfa_"))}


OWN_AFFAIRS = {"login", "logout", "set_language", "names_read", "company_login"}


def _as(entry: Entry, method: str) -> Entry:
    return Entry(entry.name, entry.what, method, entry.expected, entry.args, entry.query)
