"""GET of the facts: lists by key, named by external ids, names only for those who may read them."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import User
from people.tokens import create_token
from tests.factories.leads import event, send
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

LISTS = ["members", "accounts", "contacts", "leads", "deals", "campaigns", "contents", "events"]


@pytest.fixture
def reader(api_with):
    return api_with(create_token(name="reader", scopes=["read"], as_of=timezone.now())[1])


@pytest.fixture
def insider(api_with):
    return api_with(create_token(name="insider", scopes=["read", "people:read"], as_of=timezone.now())[1])


def fill(count=1):
    numbers = [str(number) for number in range(count)]
    send("members", *({"external_id": f"r{n}", "email": f"r{n}@x.io", "name": f"Rae {n}"} for n in numbers))
    send("accounts", *({"external_id": n, "name": "Acme", "owner": f"r{n}"} for n in numbers))
    person = {"name": "Pat", "email": "p@x.io", "phone": "1", "twitter": "@pat"}
    send("contacts", *({"external_id": n, "account": n, "owner": f"r{n}", **person} for n in numbers))
    send("leads", *({"external_id": n, "contact": n, "status": "mql", "score": 7.5} for n in numbers))
    send("deals", *({"external_id": n, "lead": n, "amount": "12.50"} for n in numbers))
    send("campaigns", *({"external_id": n, "ends_at": "2026-04-01T00:00:00Z"} for n in numbers))
    send("contents", *({"external_id": n, "title": "T"} for n in numbers))
    send(
        "events",
        *(event(n, contact=n, actor=f"r{n}", data={"note": "for Pat", "minutes": 3}) for n in numbers),
    )


def results(client, path):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_a_record_is_shown_with_its_links_as_external_ids(insider):
    fill()
    (contact,) = results(insider, "contacts/")

    assert (contact["source"], contact["external_id"], contact["account"], contact["owner"]) == (
        "crm",
        "0",
        "0",
        "r0",
    )
    assert (contact["name"], contact["attributes"]) == ("Pat", {"twitter": "@pat"})
    assert contact["merged_into"] is None
    assert contact["updated_at"].endswith("Z")


def test_what_names_a_person_is_null_without_the_scope_for_it(reader):
    fill()
    (contact,), (member,), (fact,) = (
        results(reader, f"{name}/") for name in ("contacts", "members", "events")
    )

    assert [contact[field] for field in ("name", "email", "phone", "attributes")] == [None] * 4
    assert [member[field] for field in ("name", "email")] == [None, None]
    assert fact["data"] == {"minutes": 3}


def test_free_data_of_an_event_needs_the_scope_for_names(reader, insider):
    free = {"to": "jane@x.io", "contact_name": "Jane", "body": {"email": "jane@x.io"}, "comment": "for Jane"}
    measured = {"reason": "budget", "minutes": 3, "automatic": False, "owner": "r0", "contacts": ["0", "1"]}
    nested = {"channel": {"from": "Jane"}, "attendees": [{"name": "Jane"}]}
    send("events", event(0, contact="0", data={**free, **measured, **nested}))

    (shown,), (whole,) = results(reader, "events/"), results(insider, "events/")
    assert shown["data"] == measured
    assert whole["data"] == {**free, **measured, **nested}


@pytest.mark.parametrize("name", LISTS[:-1])
def test_attributes_of_any_record_need_the_scope_for_names(reader, insider, name):
    fill()
    needed = {"email": "r0@x.io"} if name == "members" else {}
    send(name, {"external_id": "0", "name": "N", **needed, "Responsible": "Sam"})

    def attributes(client):
        (row,) = results(client, f"{name}/?external_id=0")
        return row["attributes"]

    assert attributes(reader) is None
    assert attributes(insider)["Responsible"] == "Sam"


@pytest.mark.parametrize("name", LISTS)
def test_what_colleagues_did_is_not_for_everybody_who_signs_in(api, name):
    fill()
    api.force_login(UserFactory())
    refused = api.get(f"/api/v1/{name}/?source=crm")

    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "Use a token" in refused.json()["detail"]


@pytest.mark.parametrize("rights", [{"is_superuser": True}, {}])
def test_administrators_and_whoever_sees_all_names_read_facts_in_the_browser(api, rights):
    fill()
    user = UserFactory(**rights)
    if not rights:
        user.user_permissions.add(Permission.objects.get(codename="see_names"))
    api.force_login(User.objects.get(pk=user.pk))

    assert [row["name"] for row in results(api, "contacts/")] == ["Pat"]


def test_an_event_shows_what_it_names_and_whether_it_was_withdrawn(insider):
    fill()
    send("events", event("w", "event.retracted", data={"event": "x0"}))
    (fact,) = results(insider, "events/?kind=call.made")

    assert (fact["contact"], fact["actor"], fact["retracted"]) == ("0", "r0", True)
    assert fact["occurred_at"] == "2026-04-02T15:30:00Z"


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_three_takes_as_many_statements_as_a_list_of_one(insider, name):
    fill(1)
    insider.get(f"/api/v1/{name}/")

    def statements():
        with CaptureQueriesContext(connection) as captured:
            count = len(results(insider, f"{name}/"))
        return count, len(captured)

    one = statements()
    fill(3)
    three = statements()
    assert (one[0], three[0]) == (1, 3)
    assert one[1] == three[1]


@pytest.mark.parametrize("name", LISTS)
def test_pages_follow_each_other_newest_first_without_a_gap(insider, name):
    fill(5)
    path, seen = f"/api/v1/{name}/?page_size=2", []
    while path:
        page = insider.get(path).json()
        seen += [row["external_id"] for row in page["results"]]
        path = page["next"]

    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("contacts/?owner=r1&owner=r2", {"1", "2"}),
        ("contacts/?account=0", {"0"}),
        ("leads/?contact=2", {"2"}),
        ("deals/?lead=nobody", set()),
        ("accounts/?source=crm&external_id=1", {"1"}),
        ("accounts/?source=other", set()),
        ("events/?actor=r1", {"x1"}),
        ("events/?occurred_before=2026-04-02T15:30:00Z", set()),
        ("events/?occurred_after=2026-04-02T15:30:00Z&contact=2", {"x2"}),
    ],
)
def test_filters_take_external_ids(insider, path, found):
    fill(3)

    assert {row["external_id"] for row in results(insider, path)} == found


@pytest.mark.parametrize("query", ["cursor=x", "page_size=0", "colour=red", "owner="])
def test_a_wrong_parameter_is_a_problem_that_names_it(reader, query):
    answer = reader.get(f"/api/v1/contacts/?{query}")

    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.json()["detail"]


def test_reading_needs_a_token_with_the_scope(api, api_with):
    writer = api_with(create_token(name="writer", scopes=["facts:write"], as_of=timezone.now())[1])

    assert api.get("/api/v1/leads/").status_code == 401
    assert writer.get("/api/v1/leads/").status_code == 403
