"""The conversion table through the API: shapes, names, windows."""

from collections.abc import Callable

import pytest
import time_machine
from rest_framework.test import APIClient

from people.tokens import create_token
from tests.factories.leads import NOW, send

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/conversion/"


@pytest.fixture(autouse=True)
def _facts(db):
    send("members", {"external_id": "ann", "email": "ann@example.com", "team": "sales"})
    send(
        "leads",
        {"external_id": "L1", "status": "inquiry", "origin": "fair", "owner": "ann",
         "created_at": "2026-03-05T09:00:00Z", "updated_at": "2026-03-05T09:00:00Z"},
        {"external_id": "L2", "status": "inquiry", "created_at": "2026-04-05T09:00:00Z",
         "updated_at": "2026-04-05T09:00:00Z"},
    )  # fmt: skip
    send("leads", {"external_id": "L1", "status": "mql", "updated_at": "2026-03-06T09:00:00Z"})
    send(
        "deals",
        {"external_id": "D1", "lead": "L1", "amount": 100.25, "currency": "EUR", "outcome": "won",
         "created_at": "2026-03-20T09:00:00Z", "closed_at": "2026-04-01T09:00:00Z"},
    )  # fmt: skip


@pytest.fixture
def client_of(api_with: Callable[[str], APIClient]) -> Callable[..., APIClient]:
    def make(*scopes: str) -> APIClient:
        return api_with(create_token(name="t", scopes=list(scopes), as_of=NOW)[1])

    return make


def ask(client: APIClient, **query: str):
    with time_machine.travel(NOW, tick=False):
        return client.get(ADDRESS, query)


def test_rows_by_month_add_up_to_the_total(client_of) -> None:
    answer = ask(client_of("read"))

    assert answer.status_code == 200
    body = answer.json()
    march, april = body["rows"]
    assert march == {
        "key": "2026-03", "leads": 1, "mql": 1, "sal": 0, "sql": 1, "deals": 1, "won": 1,
        "lead_to_mql": 1.0, "mql_to_sal": 0.0, "sal_to_sql": None, "sql_to_deal": 1.0, "deal_to_won": 1.0,
        "deals_won": 1, "deals_closed": 1, "close_rate": 1.0, "maturing": 0,
        "amounts": [{"currency": "EUR", "deals": 1, "won": 1, "lost": 0, "without_amount": 0,
                     "amount": 100.25, "won_amount": 100.25}],
    }  # fmt: skip
    assert (april["key"], april["leads"], april["maturing"]) == ("2026-04", 1, 1)
    assert (body["total"]["leads"], body["total"]["lead_to_mql"]) == (2, 0.5)
    assert (body["zone"], body["maturity_days"], body["wins"]) == ("UTC", 90, 1)


@pytest.mark.parametrize(
    ("scopes", "keys"), [(["read"], [None]), (["read", "people:read"], ["ann@example.com", None])]
)
def test_owners_are_named_only_with_the_scope_for_it(client_of, scopes, keys) -> None:
    body = ask(client_of(*scopes), by="owner").json()

    assert [row["key"] for row in body["rows"]] == keys
    assert sum(row["leads"] for row in body["rows"]) == body["total"]["leads"] == 2


def test_a_window_and_an_origin_narrow_it(client_of) -> None:
    client = client_of("read")

    assert ask(client, **{"from": "2026-04-01"}).json()["total"]["leads"] == 1
    assert ask(client, to="2026-04-01").json()["total"]["leads"] == 1
    assert ask(client, origin="fair", by="origin").json()["rows"][0]["key"] == "fair"
    assert ask(client, cohort="qualified").json()["total"]["leads"] == 1


@pytest.mark.parametrize(
    "query", [{"by": "team"}, {"cohort": "x"}, {"from": "March"}, {"form": "2026-01-01"}]
)
def test_what_it_cannot_read_is_refused(client_of, query) -> None:
    assert ask(client_of("read"), **query).status_code == 422


def test_it_takes_the_scope_read(client_of) -> None:
    assert ask(client_of("facts:write")).status_code == 403
