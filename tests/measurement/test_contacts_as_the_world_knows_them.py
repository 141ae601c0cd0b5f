"""The statement that counts contacts agrees with the world that the measures ask, whatever befell records."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leads.models import Ref
from measurement import world
from measurement.account_contacts import contacts_of
from tests.factories.leads import event, send

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=40)
ACCOUNTS, CONTACTS = ["a1", "a2", "a3"], ["c1", "c2", "c3", "c4"]
ROLES = [None, [], ["champion"], ["champion", "other"]]


def instant(chance: random.Random, *, ahead: int = 0) -> str:
    return (START + timedelta(hours=chance.randrange(24 * (40 + ahead)))).isoformat()


def said_of(chance: random.Random, name: str) -> dict[str, Any]:
    """One update of a contact: some of its fields."""
    fields: dict[str, Any] = {
        "account": chance.choice([None, *ACCOUNTS]),
        "buyer_role": chance.choice(ROLES),
        "created_at": chance.choice([None, instant(chance, ahead=5)]),
        "deleted_at": chance.choice([None, None, instant(chance, ahead=5)]),
        "merged_into": chance.choice([None, *CONTACTS]),
    }
    often = {"account": 0.8, "buyer_role": 0.6, "created_at": 0.4, "deleted_at": 0.15, "merged_into": 0.15}
    chosen = {field: value for field, value in fields.items() if chance.random() < often[field]}
    if chosen.get("merged_into") == name:
        del chosen["merged_into"]
    return {"external_id": name, "updated_at": instant(chance, ahead=5), **chosen}


def told(chance: random.Random) -> None:
    send(
        "accounts", *({"external_id": name, "name": name, "updated_at": instant(chance)} for name in ACCOUNTS)
    )
    if chance.random() < 0.3:
        send("accounts", {"external_id": "a3", "merged_into": "a1", "updated_at": instant(chance)}, as_of=NOW)
    for _ in range(chance.randrange(3, 12)):
        send("contacts", said_of(chance, chance.choice(CONTACTS)), as_of=NOW)
    for number in range(3):
        whom = chance.choice(CONTACTS)
        send("events", event(number, "request.received", instant(chance), contact=whom), as_of=NOW)


def counted(at: datetime) -> dict[str, tuple[int, dict[str, int]]]:
    refs = dict(Ref.objects.filter(type="account", merged_into=None).values_list("id", "external_id"))
    found = contacts_of(list(refs), at=at, as_of=NOW)
    return {refs[ref]: (one.people, dict(one.roles)) for ref, one in found.items()}


def asked_one_by_one(at: datetime) -> dict[str, tuple[int, dict[str, int]]]:
    everything = list(Ref.objects.filter(type__in=("account", "contact")).values_list("id", flat=True))
    around, subjects = world.load(
        everything, kinds=(), subject_types={}, until=NOW, untold=("account", "contact")
    )
    people: Counter[int] = Counter()
    roles: dict[int, Counter[str]] = {one.ref: Counter() for one in subjects if one.type == "account"}
    for one in subjects:
        since = around.exists_since(one.ref)
        if one.type != "contact" or since is None or since > at:
            continue
        account = around.value(one.ref, "account", at)
        if account is not None and (one.deleted_at is None or one.deleted_at > at):
            people[account] += 1
            roles[account].update(set(around.value(one.ref, "buyer_role", at) or ()))
    return {str(around.external_id(ref)): (people[ref], dict(held)) for ref, held in roles.items()}


@pytest.mark.parametrize("seed", range(40))
def test_contacts_are_counted_as_the_world_knows_them(seed: int) -> None:
    chance = random.Random(seed)
    told(chance)
    for hours in (0, 24 * 10 + 5, 24 * 25, 24 * 40):
        at = START + timedelta(hours=hours)
        assert counted(at) == asked_one_by_one(at)
