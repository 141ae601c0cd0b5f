"""Buying groups that are kept, against those counted from the facts, on companies made by dice."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from leads.ingestion import project_ripe
from leads.models import Ref, TierRoles
from measurement import kept
from measurement.buying_groups import HeatMap, buying_groups, heat_map
from measurement.judging import judge_pending
from measurement.kept import serving
from measurement.kept.groups import KeptGroups
from measurement.models import BuyingGroup, BuyingGroups
from tests.factories.agreements import signed
from tests.factories.leads import event, send

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
START = datetime(2026, 1, 10, tzinfo=UTC)
FACTS = 60
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
    where: {account.tier: [1, 2]}
    having: {contact.buyer_role: {not: [other]}}
    target: "> 75%"
  - key: old-accounts
    owner: sales
    kind: rate
    of: contacts
    where: {account.created_at: {older_than: 30 days}}
    having: {contact.buyer_role: present}
    target: "> 75%"
"""

pytestmark = pytest.mark.django_db


def some_fact(dice: Random, number: int) -> tuple[str, dict[str, Any]]:
    """A row about one of a few accounts and contacts; some are dated ahead."""
    at = (START + timedelta(minutes=dice.randrange(60 * 24 * 140))).isoformat()
    account, contact = f"A{dice.randrange(6)}", f"C{dice.randrange(9)}"
    named = {"external_id": contact, "updated_at": at}
    match dice.randrange(8):
        case 0 | 1:
            said = {
                "name": dice.choice(["Zeta", "acme", "Émile", None]),
                "tier": dice.choice([1, 2, 3, None]),
            }
            return "accounts", {"external_id": account, "updated_at": at, **said}
        case 2 | 3:
            return "contacts", {**named, "account": dice.choice([account, None])}
        case 4 | 5:
            return "contacts", {
                **named,
                "buyer_role": dice.choice([["champion"], ["blocker", "user"], [], None]),
            }
        case 6:
            return "events", event(number, "email.opened", at, contact=contact)
        case _:
            resource, name = dice.choice([("accounts", "A"), ("contacts", "C")])
            fate = dice.choice([{"merged_into": f"{name}0"}, {"deleted_at": at}, {"deleted_at": None}])
            return resource, {"external_id": f"{name}{dice.randrange(1, 4)}", "updated_at": at, **fate}


def bring_up_to(at: datetime) -> None:
    project_ripe(as_of=at)
    judge_pending(as_of=at)
    kept.keep(as_of=at)


def live_through(seed: int) -> None:
    TierRoles.objects.all().delete()
    for tier, roles in ((1, ["champion", "decision_maker"]), (2, ["blocker"])):
        TierRoles.objects.create(tier=tier, since=START - timedelta(days=99), roles=roles)
    signed(AGREEMENT)
    dice = Random(seed)
    for number in range(FACTS):
        at = NOW - timedelta(days=FACTS - number)
        resource, row = some_fact(dice, number)
        send(resource, row, as_of=at)
        if dice.random() < 0.15:
            bring_up_to(at)
    bring_up_to(NOW)


def same(groups: HeatMap | KeptGroups, live: HeatMap) -> bool:
    """Whether totals, rows in order, and rows by account are the same."""
    refs = [row.account for row in live.rows]
    totals = (groups.roles, groups.accounts, groups.filled, groups.required, groups.share)
    return (
        totals == (live.roles, live.accounts, live.filled, live.required, live.share)
        and groups.page(0, 99) == live.rows
        and groups.page(1, 2) == live.rows[1:2]
        and groups.among(refs[:2]) == live.among(refs[:2])
        and set(groups.refs()) == set(live.refs())
    )


@pytest.mark.parametrize("seed", range(5))
def test_kept_groups_say_what_the_facts_say(seed: int) -> None:
    live_through(seed)

    found = buying_groups("buyer-roles", as_of=NOW)
    assert isinstance(found, KeptGroups)
    assert same(found, heat_map("buyer-roles", as_of=NOW))
    assert kept.differing(as_of=NOW) == []
    kept.rebuild(as_of=NOW)
    assert same(buying_groups("buyer-roles", as_of=NOW), heat_map("buyer-roles", as_of=NOW))


def test_other_required_roles_are_counted_at_once_and_kept_with_the_next_sweep() -> None:
    live_through(0)
    TierRoles.objects.create(tier=1, since=NOW - timedelta(days=1), roles=["user"])

    assert isinstance(buying_groups("buyer-roles", as_of=NOW), HeatMap)
    kept.keep(as_of=NOW)
    found = buying_groups("buyer-roles", as_of=NOW)
    assert isinstance(found, KeptGroups)
    assert same(found, heat_map("buyer-roles", as_of=NOW))


def test_what_depends_on_the_moment_is_not_kept() -> None:
    live_through(0)

    assert set(BuyingGroups.objects.values_list("pk", flat=True)) == {"buyer-roles"}
    assert isinstance(buying_groups("old-accounts", as_of=NOW), HeatMap)


def test_a_group_kept_wrongly_and_a_wrong_total_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    live_through(0)
    row = BuyingGroup.objects.order_by("pk").first()
    assert row is not None
    BuyingGroup.objects.filter(pk=row.pk).update(people=99)
    BuyingGroups.objects.update(filled=99)

    found = kept.differing(as_of=NOW)
    assert f"buying group buyer-roles {row.account_id}" in found
    assert "buying groups buyer-roles" in found


def test_while_something_waits_few_are_counted_from_the_facts() -> None:
    live_through(0)
    send(
        "accounts", {"external_id": "A9", "tier": 1, "name": "New", "updated_at": NOW.isoformat()}, as_of=NOW
    )

    assert serving.zone_kept(as_of=NOW) is None
    found = buying_groups("buyer-roles", as_of=NOW)
    assert Ref.objects.get(external_id="A9").pk in found.among([Ref.objects.get(external_id="A9").pk])
