"""Room left in the accounts of a promise, against the world that the measures look at."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agreements.business_time import ALWAYS_OPEN
from agreements.enums import Kind
from agreements.terms import Promise, parse_terms
from leads.models import Ref, TierRoles
from measurement.account_contacts import accounts_of, contacts_of
from measurement.rooms import Room, rooms_left
from tests.factories.leads import send

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
JANUARY = "2026-01-05T00:00:00Z"


def promised(**terms: Any) -> Promise:
    data = {"count": {"event": "contact.created"}, "until": "accounts_full", "target": ">= 5"} | terms
    values = parse_terms("volume", data)
    return Promise(1, "new", 1, "smarketing", Kind.VOLUME, 1, MARCH, None, values, ALWAYS_OPEN, "UTC")


@pytest.fixture(autouse=True)
def roles() -> None:
    TierRoles.objects.all().delete()
    beginning = datetime(2000, 1, 1, tzinfo=UTC)
    TierRoles.objects.create(tier=1, since=beginning, roles=["champion", "decision_maker"])
    TierRoles.objects.create(tier=1, since=datetime(2026, 4, 1, tzinfo=UTC), roles=["champion"])


def account(name: str, **fields: Any) -> dict[str, Any]:
    return {"external_id": name, "name": name, "created_at": JANUARY, "updated_at": JANUARY, **fields}


def contact(name: str, of: str | None, **fields: Any) -> dict[str, Any]:
    return {"external_id": name, "account": of, "created_at": JANUARY, "updated_at": JANUARY, **fields}


def ref(name: str) -> int:
    return Ref.objects.get(external_id=name).pk


def room_left(promise: Promise, *, at: datetime, as_of: datetime = NOW) -> Room:
    return rooms_left(promise, instants=[at], as_of=as_of)[at]


def lefts(promise: Promise, at: datetime = MARCH, as_of: datetime = NOW) -> tuple[int | None, dict[str, Any]]:
    room = room_left(promise, at=at, as_of=as_of)
    names = dict(Ref.objects.values_list("id", "external_id"))
    return room.left, {names[one.account]: one.left for one in room.accounts}


def test_an_account_with_a_goal_is_full_once_it_has_so_many_contacts():
    send("accounts", account("acme", contact_goal=3), account("big", contact_goal=1))
    send("contacts", contact("ann", "acme"), contact("ben", "big"), contact("bob", "big"))
    assert lefts(promised()) == (2, {"acme": 2, "big": 0})


def test_without_a_goal_it_is_full_once_each_required_role_is_held():
    send("accounts", account("acme", tier=1))
    send("contacts", contact("ann", "acme", buyer_role=["champion", "other"]), contact("bob", "acme"))
    assert lefts(promised()) == (1, {"acme": 1})
    assert room_left(promised(), at=MARCH).accounts[0].missing_roles == ("decision_maker",)


def test_the_roles_are_those_required_at_the_instant():
    send("accounts", account("acme", tier=1))
    assert lefts(promised())[0] == 2
    assert lefts(promised(), at=datetime(2026, 4, 2, tzinfo=UTC))[0] == 1


def test_an_account_with_neither_has_no_limit_and_then_nobody_has():
    send("accounts", account("acme", contact_goal=3), account("open", tier=7))
    assert lefts(promised()) == (None, {"acme": 3, "open": None})


def test_without_any_account_nothing_is_left():
    assert lefts(promised()) == (0, {})


def test_only_accounts_that_satisfy_the_promise_then_are_looked_at():
    send(
        "accounts",
        account("named", named=True, contact_goal=2),
        account("other", named=False, contact_goal=2),
        account("later", named=False, contact_goal=2),
        account("unborn", named=True, contact_goal=2, created_at="2026-03-02T00:00:00Z"),
        account("gone", named=True, contact_goal=2, deleted_at="2026-02-01T00:00:00Z"),
    )
    send("accounts", account("later", named=True, contact_goal=2, updated_at="2026-03-05T00:00:00Z"))
    promise = promised(where={"account.named": True, "contact.email": "present"})
    assert lefts(promise) == (2, {"named": 2})
    assert lefts(promise, at=NOW) == (6, {"named": 2, "later": 2, "unborn": 2})


CONTACTS = [
    ("there", {}, 1),
    ("made at the instant", {"created_at": "2026-03-01T00:00:00.7Z"}, 1),
    ("made later", {"created_at": "2026-03-01T00:00:01Z"}, 0),
    ("without a date, told before", {"created_at": None}, 1),
    ("without a date, told later", {"created_at": None, "updated_at": "2026-03-02T00:00:00Z"}, 0),
    ("deleted before", {"deleted_at": "2026-02-01T00:00:00Z"}, 0),
    ("deleted at the instant", {"deleted_at": "2026-03-01T00:00:00.4Z"}, 0),
    ("deleted later", {"deleted_at": "2026-03-02T00:00:00Z"}, 1),
    ("first told later", {"updated_at": "2026-03-20T00:00:00Z"}, 1),
    ("of nobody", {"account": None}, 0),
]


@pytest.mark.parametrize(("name", "fields", "counted"), CONTACTS, ids=[case[0] for case in CONTACTS])
def test_a_contact_counts_while_it_exists(name: str, fields: dict[str, Any], counted: int):
    send("accounts", account("acme"))
    send("contacts", {**contact("ann", "acme"), **fields})
    assert contacts_of([ref("acme")], at=MARCH, as_of=NOW)[ref("acme")].people == counted


def test_a_contact_that_an_event_named_before_it_was_told_of_exists_since_then():
    send("accounts", account("acme"))
    told = {"external_id": "ann", "account": "acme", "updated_at": "2026-03-20T00:00:00Z"}
    send("contacts", told)
    send(
        "events",
        {
            "external_id": "e1",
            "kind": "request.received",
            "occurred_at": "2026-02-20T00:00:00Z",
            "contact": "ann",
        },
    )
    assert contacts_of([ref("acme")], at=MARCH, as_of=NOW)[ref("acme")].people == 1


def test_a_contact_belongs_to_the_account_that_it_named_then():
    send("accounts", account("old"), account("new"))
    send("contacts", contact("ann", "old", buyer_role="champion"))
    send("contacts", {"external_id": "ann", "account": "new", "updated_at": "2026-03-10T00:00:00Z"})
    both = [ref("old"), ref("new")]
    before, after = (contacts_of(both, at=at, as_of=NOW) for at in (MARCH, NOW))
    assert [before[one].people for one in both] == [1, 0]
    assert [after[one].people for one in both] == [0, 1]
    assert dict(after[both[1]].roles) == {"champion": 1}


def test_merged_contacts_and_accounts_are_one():
    send("accounts", account("acme"), account("acme-2"))
    send("contacts", contact("ann", None), contact("ann-2", "acme-2", buyer_role="champion"))
    send("contacts", contact("ann-2", "acme-2", merged_into="ann", updated_at="2026-03-10T00:00:00Z"))
    send("accounts", account("acme-2", merged_into="acme", updated_at="2026-03-11T00:00:00Z"))
    found = contacts_of([ref("acme")], at=NOW, as_of=NOW)[ref("acme")]
    # "ann" herself said that she has no account: that was said last by the one that stands for both.
    assert (found.people, dict(found.roles)) == (0, {})
    send("contacts", {"external_id": "eve", "created_at": JANUARY, "updated_at": JANUARY})
    send("contacts", contact("eve-2", "acme-2", buyer_role="champion", merged_into="eve"))
    found = contacts_of([ref("acme")], at=NOW, as_of=NOW)[ref("acme")]
    assert (found.people, dict(found.roles)) == (1, {"champion": 1})


def test_what_is_told_later_is_not_known():
    send("accounts", account("acme", contact_goal=4))
    send("contacts", contact("ann", "acme", updated_at="2026-03-20T00:00:00Z", deleted_at=JANUARY))
    send("accounts", account("acme", contact_goal=9, updated_at="2026-03-20T00:00:00Z"))
    (one,) = accounts_of(promised(), at=MARCH, as_of=MARCH + timedelta(days=1))
    assert one.goal == 4


def test_the_number_of_statements_does_not_grow(django_assert_max_num_queries):
    for number in range(3):
        send("accounts", account(f"a{number}", named=True, contact_goal=2))
        send("contacts", *(contact(f"c{number}{one}", f"a{number}") for one in range(3)))
        with django_assert_max_num_queries(14):
            lefts(promised(where={"account.named": True}))


def test_who_comes_with_the_first_second_of_a_period_takes_no_room_from_it() -> None:
    send("accounts", account("acme", contact_goal=3))
    send("contacts", contact("old", "acme", created_at="2026-02-28T23:59:59Z"))
    send("contacts", contact("new", "acme", created_at="2026-03-01T00:00:00Z"))

    assert room_left(promised(), at=datetime(2026, 3, 1, tzinfo=UTC)).left == 2


def test_the_rooms_of_many_instants_are_those_of_each_in_as_many_statements_as_one(
    django_assert_max_num_queries: Any,
) -> None:
    send("accounts", account("acme", tier=1), account("big", contact_goal=3))
    for day, of in enumerate(["acme", "big", "big", "acme"], start=2):
        role = "champion" if day == 2 else None
        send("contacts", contact(f"c{day}", of, created_at=f"2026-03-{day:02}T08:00:00Z", buyer_role=role))
    instants = [MARCH + timedelta(days=days) for days in range(40)]
    with django_assert_max_num_queries(14):
        rooms = rooms_left(promised(), instants=instants, as_of=NOW)
    assert rooms == {at: room_left(promised(), at=at) for at in instants}
    assert [rooms[at].left for at in instants[:6]] == [5, 5, 4, 3, 2, 2]
