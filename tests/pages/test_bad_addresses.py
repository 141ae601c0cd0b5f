"""Addresses, filters and cursors that make no sense: not found or not heeded, never a crash."""

from collections.abc import Callable

import pytest
from django.test import Client

from people.models import User
from tests.pages.story import Story

NOT_FOUND = [
    "/exceptions/0/",
    "/exceptions/99999999999999999999/",
    "/exceptions/abc/",
    "/exceptions/-1/",
    "/clocks/999999/",
    "/clocks/9223372036854775808/",
    "/mailbox/999999/",
    "/mailbox/99999999999999999999/html/",
    "/commitments/nothing/",
    "/commitments/INBOUND/",
    "/commitments/a%20b/",
    "/reports/2026-02-31/sales/",
    "/reports/0000-01-01/sales/",
    "/reports/2026-3-4/sales/",
    "/reports/2026-03-04/nobody/",
    "/reports/9999-12-31/sales/",
    "/nothing",
    "/exceptions/?cursor=garbage",
    "/exceptions/?cursor=",
    "/exceptions/?cursor=WyJuIixbIjIwMjYiLDFdXQ",
    "/exceptions/?cursor=WyJuIixbIjk5OTktMTItMzFUMjM6NTk6NTlaIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTldXQ",
    "/my/clocks/?cursor=%C3%A9",
    "/reports/?cursor=W10",
    "/mailbox/?cursor=bnVsbA",
    "/exceptions/?page_size=0",
    "/exceptions/?page_size=99999999",
    "/exceptions/?page_size=ten",
]
NOT_HEEDED = [
    "/exceptions/?state=nonsense",
    "/exceptions/?state=live&state=open",
    "/exceptions/?commitment=nothing&team=nobody&whose=x&historic=%F0%9F%92%A9",
    "/exceptions/?commitment=<script>alert(1)</script>",
    "/exceptions/?state[]=open&__proto__=1",
    "/exceptions/?page=999999999999",
    "/?x=" + "y" * 2_000,
    "/my/clocks/?sort=-1",
]


@pytest.fixture
def client_of_marie(story: Story, browser_of: Callable[[User], Client]) -> Client:
    story.day(1)
    return browser_of(story.marie)


def test_there_is_nothing_at_such_addresses(client_of_marie: Client) -> None:
    assert {address: client_of_marie.get(address).status_code for address in NOT_FOUND} == dict.fromkeys(
        NOT_FOUND, 404
    )


def test_such_parameters_are_not_heeded(client_of_marie: Client) -> None:
    assert {address: client_of_marie.get(address).status_code for address in NOT_HEEDED} == dict.fromkeys(
        NOT_HEEDED, 200
    )


def test_a_wrong_filter_is_named_at_its_field_and_narrows_nothing(client_of_marie: Client) -> None:
    page = client_of_marie.get("/exceptions/?state=nonsense&team=sales").content.decode()

    assert "Select a valid choice. nonsense is not one of the available choices." in page
    assert "Overdue 1" in page


def test_a_nul_character_is_a_bad_request_in_the_sites_own_look(client_of_marie: Client) -> None:
    answer = client_of_marie.get("/exceptions/?team=%00")

    assert answer.status_code == 400
    assert "css/app.css" in answer.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_are_only_read(client_of_marie: Client, method: str) -> None:
    pages = ["/", "/exceptions/", "/my/clocks/", "/reports/", "/mailbox/", "/commitments/inbound/"]

    assert {page: getattr(client_of_marie, method)(page).status_code for page in pages} == dict.fromkeys(
        pages, 405
    )


def test_filters_narrow_the_list_and_stay_in_the_links_to_the_next_page(
    story: Story, browser_of: Callable[[User], Client]
) -> None:
    for number in range(1, 4):
        story.overdue(f"overdue {number}", owner="marie")
    story.overdue("theirs", owner="paul")
    story.sweep(story.now)
    client = browser_of(story.helene)

    first = client.get("/exceptions/?whose=&team=sales&page_size=2").content.decode()
    assert first.count('class="state"') == 2
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "team=sales" in older
    second = client.get(f"/exceptions/{older}").content.decode()
    assert second.count('class="state"') == 2
    assert 'rel="prev"' in second
    assert "No exception matches." in client.get("/exceptions/?whose=mine").content.decode()
    assert "No exception matches." in client.get("/exceptions/?state=resolved").content.decode()
    assert "No exception matches." in client.get("/exceptions/?historic=only").content.decode()
