"""Accounts × buyer roles: what is counted, what it adds up to, and the answer of the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from leads.models import TierRoles
from measurement.buying_groups import NoBuyingGroupsError, UnknownCommitmentError, heat_map
from people.tokens import create_token
from tests.factories.agreements import signed
from tests.factories.leads import NOW, send

pytestmark = pytest.mark.django_db

AGREEMENT = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: 2026-01-01
commitments:
  - key: buyer-roles
    owner: sales
    kind: rate
    of: contacts
    where: {account.tier: [1, 2], contact.created_at: {older_than: 30 days}}
    having: {contact.buyer_role: {not: [other]}}
    target: "> 75%"
  - {key: mqls, owner: marketing, kind: volume, count: {event: lead.qualified}, target: ">= 5"}
  - {key: deals, owner: sales, kind: rate, of: deals, having: {deal.account: present}, target: ">= 90%"}
"""
ADDRESS = "/api/v1/buying-groups/"


@pytest.fixture(autouse=True)
def company() -> None:
    TierRoles.objects.all().delete()
    since = datetime(2000, 1, 1, tzinfo=UTC)
    TierRoles.objects.create(tier=1, since=since, roles=["champion", "decision_maker", "economic_buyer"])
    TierRoles.objects.create(tier=2, since=since, roles=["champion"])
    signed(AGREEMENT)
    send(
        "accounts",
        *(account(name, tier) for name, tier in (("zeta", 1), ("acme", 1), ("beta", 2), ("far", 3))),
    )
    send(
        "contacts",
        contact("z1", "zeta", ["champion", "blocker"]),
        contact("z2", "zeta", ["champion"]),
        contact("z3", "zeta", None),
        contact("a1", "acme", ["champion", "decision_maker", "economic_buyer"]),
        contact("b1", "beta", ["other"]),
        contact("f1", "far", ["champion"]),
        contact("n1", None, ["champion"]),
    )


def account(name: str, tier: int) -> dict[str, Any]:
    return {"external_id": name, "name": name.title(), "tier": tier, "updated_at": "2026-04-01T00:00:00Z"}


def contact(name: str, of: str | None, roles: list[str] | None) -> dict[str, Any]:
    return {
        "external_id": name,
        "account": of,
        "buyer_role": roles,
        "email": f"{name}@example.com",
        "updated_at": "2026-04-01T00:00:00Z",
    }


def test_each_account_says_which_of_its_required_roles_have_a_contact():
    groups = heat_map("buyer-roles", as_of=NOW)
    assert groups.roles == ["economic_buyer", "decision_maker", "champion", "blocker", "other"]
    assert [(row.name, row.tier, row.people, row.filled, row.share) for row in groups.rows] == [
        ("Acme", 1, 1, 3, Fraction(1)),
        ("Beta", 2, 1, 0, Fraction(0)),
        ("Zeta", 1, 3, 1, Fraction(1, 3)),
    ]
    assert groups.rows[2].contacts == {"champion": 2, "blocker": 1}


def test_the_total_is_weighted_and_adds_up():
    groups = heat_map("buyer-roles", as_of=NOW)
    assert (groups.filled, groups.required) == (4, 7)
    assert groups.filled == sum(row.filled for row in groups.rows)
    assert groups.share == Fraction(4, 7)


def test_an_account_without_required_roles_has_no_share():
    TierRoles.objects.filter(tier=2).update(roles=[])
    beta = heat_map("buyer-roles", as_of=NOW).rows[1]
    assert (beta.required, beta.share) == ((), None)


def test_only_rates_over_contacts_or_accounts_have_buying_groups():
    for key in ("mqls", "deals"):
        with pytest.raises(NoBuyingGroupsError):
            heat_map(key, as_of=NOW)
    with pytest.raises(UnknownCommitmentError):
        heat_map("nothing", as_of=NOW)


def test_the_number_of_statements_does_not_grow():
    with CaptureQueriesContext(connection) as few:
        heat_map("buyer-roles", as_of=NOW)
    send("accounts", *(account(f"more{number}", 1) for number in range(3)))
    send("contacts", *(contact(f"m{number}", f"more{number}", ["champion"]) for number in range(3)))
    with CaptureQueriesContext(connection) as many:
        heat_map("buyer-roles", as_of=NOW)
    assert len(many) == len(few)


@pytest.fixture
def reader(api_with: Callable[[str], APIClient]) -> APIClient:
    return api_with(create_token(name="reader", scopes=["read"], as_of=NOW)[1])


def test_the_api_answers_page_by_page_without_naming_anybody(reader: APIClient):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        first = reader.get(ADDRESS, {"commitment": "buyer-roles", "page_size": 2}).json()
        second = reader.get(first["next"]).json()
    assert [row["account"] for row in first["results"] + second["results"]] == [
        "crm:acme",
        "crm:beta",
        "crm:zeta",
    ]
    assert second["results"][0] == {
        "account": "crm:zeta",
        "name": "Zeta",
        "tier": 1,
        "required_roles": ["champion", "decision_maker", "economic_buyer"],
        "missing_roles": ["decision_maker", "economic_buyer"],
        "contacts": {"champion": 2, "blocker": 1},
        "people": 3,
        "filled": 1,
        "share": pytest.approx(1 / 3),
    }
    for page in (first, second):
        assert page["total"] == {"accounts": 3, "filled": 4, "required": 7, "share": pytest.approx(4 / 7)}
    assert second["next"] is None
    assert "example.com" not in str(first)


#: What is asked, and how it is refused.
REFUSED = [
    ({}, 422, "commitment: is required."),
    ({"commitment": "nothing"}, 404, "No signed agreement has a commitment nothing."),
    (
        {"commitment": "mqls"},
        422,
        "commitment: mqls is no rate over contacts or accounts; it has no buying groups.",
    ),
    ({"commitment": "buyer-roles", "cursor": "x"}, 422, None),
    ({"commitment": "buyer-roles", "colour": "red"}, 422, None),
]


@pytest.mark.parametrize(("given", "status", "detail"), REFUSED)
def test_what_is_wrong_is_said(reader: APIClient, given: dict[str, str], status: int, detail: str | None):
    answer = reader.get(ADDRESS, given)
    assert answer.status_code == status
    assert detail is None or answer.json()["detail"] == detail


def test_without_the_scope_to_read_there_is_no_answer(api_with: Callable[[str], APIClient], api: APIClient):
    writer = api_with(create_token(name="crm", scopes=["facts:write"], as_of=NOW)[1])
    assert writer.get(ADDRESS, {"commitment": "buyer-roles"}).status_code == 403
    assert api.get(ADDRESS, {"commitment": "buyer-roles"}).status_code == 401
