"""Pages of rates, volumes, coverage and checklists, by role, in both languages, at a constant cost."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.composition import compose
from agreements.document import write_yaml
from agreements.loading import load
from leads.models import Account
from measurement.models import Reading
from people.models import User
from tests.pages.kinds import NOW, Kinds
from tests.pages.test_looks import main_of
from tests.reporting.company import at


@pytest.fixture
def kinds(db) -> Kinds:
    company = Kinds()
    company.happen()
    return company


SAID = {
    "commitment roles": "0 of 1",
    "reading roles": "1 do not",
    "commitment meetings": "By the facts known now",
    "commitment calls": "Each member",
    "reading calls": " the value above.",
    "commitment chat": "nobody there",
    "reading chat": "Agreed hours, staffed or not",
    "commitment contents": "recorded training",
    "clock of a checklist": "recorded training",
    "buying groups": "Acme",
    "kinds": "Looked at together",
}


def test_every_page_of_every_kind_says_what_it_is_about(
    kinds: Kinds, browser_of: Callable[[User], Client], admin: User
) -> None:
    client = browser_of(admin)
    pages = {name: client.get(address) for name, address in kinds.pages().items()}

    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    assert {name: text in main_of(pages[name]) for name, text in SAID.items()} == dict.fromkeys(SAID, True)


def test_every_page_of_every_kind_opens_in_french_for_a_manager(
    kinds: Kinds, browser_of: Callable[[User], Client]
) -> None:
    User.objects.filter(pk=kinds.helene.pk).update(language="fr")
    client = browser_of(kinds.helene)
    address = kinds.pages()
    address.pop("clock of a checklist")  # marketing's

    assert {name: client.get(one).status_code for name, one in address.items()} == dict.fromkeys(address, 200)


def test_a_member_sees_their_own_row_and_how_many_others_there_are(
    kinds: Kinds, browser_of: Callable[[User], Client]
) -> None:
    marie = main_of(browser_of(kinds.marie).get(reverse("commitment", args=["calls"])))
    helene = main_of(browser_of(kinds.helene).get(reverse("commitment", args=["calls"])))

    assert ("Marie Durand" in marie, "Paul Smith" in marie) == (True, False)
    assert ("Marie Durand" in helene, "Paul Smith" in helene) == (True, True)
    assert "Les chiffres de 1 personne ne sont montrés qu" in marie


def test_the_reading_of_another_member_is_not_found(
    kinds: Kinds, browser_of: Callable[[User], Client]
) -> None:
    of_paul = Reading.objects.filter(commitment_key="calls", each=str(kinds.member("paul"))).latest("id")
    address = reverse("reading", args=[of_paul.pk])

    seen = {user.email: browser_of(user).get(address).status_code for user in (kinds.marie, kinds.paul)}
    assert seen == {"marie@example.com": 404, "paul@example.com": 200}
    assert browser_of(kinds.helene).get(address).status_code == 200


def test_the_reading_of_an_account_says_which(kinds: Kinds, browser_of: Callable[[User], Client]) -> None:
    row = kinds.reading("calls")
    account = Account.objects.earliest("pk")
    document = compose(row.commitment.version) | {"effective_from": "2026-03-01"}
    for part in document["commitments"]:
        if part["key"] == "calls":
            part |= {"each": "account"}
    load(write_yaml(document), by="test", as_of=at("01 00:00"), sign=True)
    kinds.sweep(NOW)
    found = Reading.objects.filter(commitment_key="calls", each=str(account.ref_id)).latest("period_start")

    said = main_of(browser_of(kinds.helene).get(reverse("reading", args=[found.pk])))

    assert "unknown record" not in said
    assert account.name in said


@pytest.mark.parametrize("key", ["inbound", "nothing"])
def test_there_are_no_buying_groups_of_anything_else(
    kinds: Kinds, browser_of: Callable[[User], Client], key: str
) -> None:
    assert browser_of(kinds.helene).get(reverse("buying_groups", args=[key])).status_code == 404


def test_only_an_administrator_fixes_a_baseline(
    kinds: Kinds, browser_of: Callable[[User], Client], admin: User
) -> None:
    address = reverse("baseline_pin", args=["meetings"])

    assert browser_of(kinds.helene).post(address).status_code == 403
    assert browser_of(admin).get(address).status_code == 405
    page = browser_of(admin).post(address, follow=True)
    assert "there is nothing to fix" in page.content.decode()


def test_pages_of_three_of_everything_ask_no_more_than_of_one(
    kinds: Kinds, browser_of: Callable[[User], Client], admin: User
) -> None:
    client = browser_of(admin)
    with_one = _counts(kinds, client)
    kinds.happen(2)
    kinds.happen(3)

    grown = {name: found for name, found in _counts(kinds, client).items() if found > with_one[name]}
    assert grown == {}  # the five things to do may even be of fewer types of records


def _counts(kinds: Kinds, client: Client) -> dict[str, int]:
    found = {}
    for name, address in kinds.pages().items():
        client.get(address)  # once for what is asked once in a process
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        found[name] = len(asked)
    return found
