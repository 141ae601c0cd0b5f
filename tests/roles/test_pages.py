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
    wrong = []
    for entry in PAGES:
        answer = answer_of(knock(house, entry, role))
        if answer != entry.expected[role]:
            wrong.append(f"{entry.name} ({entry.what}): {answer} instead of {entry.expected[role]}")

    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("role", Role)
def test_every_act_answers_as_the_table_says(house: House, role: Role) -> None:
    wrong = []
    for entry in ACTS:
        answer = answer_of(knock(house, entry, role))
        if answer != entry.expected[role]:
            wrong.append(f"{entry.name} ({entry.what}): {answer} instead of {entry.expected[role]}")

    assert wrong == [], "\n".join(wrong)


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
    addresses = {entry.name: reverse(entry.name, args=entry.args(house)) + entry.query for entry in PAGES}
    before = AuditEntry.objects.count()
    leaving = []
    for name, address in addresses.items():
        house.browser(Role.ADMIN).get(address)
        if name not in EXPORTS and AuditEntry.objects.count() != before:
            leaving.append((name, AuditEntry.objects.latest("id").verb))
        before = AuditEntry.objects.count()

    assert leaving == []


def test_an_auditor_does_nothing_but_their_own_affairs(house: House) -> None:
    done = {entry.name for entry in ACTS if entry.expected[Role.AUDITOR] is Answer.YES}

    assert {name for name in done if not name.startswith(("account_", "mfa_"))} == OWN_AFFAIRS


#: What leaves the house with names in it is noted, as a look at names is.
EXPORTS = {"quarantine_csv"}
OWN_AFFAIRS = {
    *("login", "logout", "set_language", "names_read"),
    *("notices_read", "notice_preferences", "notice_mute"),
}


def _as(entry: Entry, method: str) -> Entry:
    return Entry(entry.name, entry.what, method, entry.expected, entry.args, entry.query)
