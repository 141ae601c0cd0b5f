"""The conversion table against plain Python over the facts as promises read them, on worlds made by dice."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from leads.kinds import subject_types
from leads.models import Ref
from measurement import world as worlds
from measurement.funnel import By, Cohort, funnel
from tests.factories.leads import event, send

START = datetime(2026, 1, 10, tzinfo=UTC)
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
LEADS, DEALS, FACTS = 12, 6, 90
KINDS = ("lead.qualified", "lead.accepted", "lead.rejected", "lead.converted", "call.made")
STATUSES = ("inquiry", "mql", "accepted", "qualified", "disqualified", "MQL ")


def some_fact(dice: Random, number: int) -> tuple[str, dict[str, Any]]:
    """A row about one of the leads or deals at some instant, a few of them dated ahead."""
    at = (START + timedelta(minutes=dice.randrange(60 * 24 * 140))).isoformat()
    lead, deal = f"L{dice.randrange(LEADS)}", f"D{dice.randrange(DEALS)}"
    match dice.randrange(9):
        case 0 | 1 | 2:
            return "leads", {"external_id": lead, "status": dice.choice(STATUSES), "updated_at": at}
        case 3 | 4:
            return "events", event(number, dice.choice(KINDS), at, lead=lead)
        case 5:
            return "events", event(
                number, dice.choice(["deal.won", "deal.lost", "deal.created"]), at, deal=deal
            )
        case 6:
            return "deals", {"external_id": deal, "lead": lead, "created_at": at, "updated_at": at}
        case 7:
            outcome = {"outcome": dice.choice(["won", "lost"]), "closed_at": at}
            return "deals", {"external_id": deal, "updated_at": at, **outcome}
        case _:
            fate: dict[str, Any] = {"deleted_at": at}
            if dice.random() < 0.5 and lead != "L0":
                fate = {"merged_into": "L0"}
            elif dice.random() < 0.7:
                return "leads", {"external_id": lead, "origin": "web", "created_at": at, "updated_at": at}
            return "leads", {"external_id": lead, "updated_at": at, **fate}


def make_world(seed: int) -> None:
    dice = Random(seed)
    for number in range(FACTS):
        resource, row = some_fact(dice, number)
        send(resource, row, as_of=NOW)
    for number in dice.sample(range(FACTS), 8):
        at = (START + timedelta(days=dice.randrange(140))).isoformat()
        send("events", event(f"r{number}", "event.retracted", at, data={"event": f"x{number}"}), as_of=NOW)


def load(type_: str) -> tuple[Any, list[Any]]:
    """The world and the surviving records of a type that are not deleted."""
    refs = list(Ref.objects.filter(type=type_).values_list("pk", flat=True))
    kinds = {*KINDS, "lead.created", "deal.created", "deal.won", "deal.lost"}
    world, subjects = worlds.load(
        refs, kinds=kinds, subject_types=subject_types(), until=NOW, untold=(type_,)
    )
    return world, [s for s in subjects if s.deleted_at is None or s.deleted_at > NOW]


def oracle(cohort: Cohort) -> Counter[str]:
    """month/stage → leads, told fact by fact."""
    deals_world, deals = load("deal")
    by_lead: dict[int, list[Any]] = {}
    for deal in deals:
        own = [fact for fact in deal.facts if fact.refs.get("deal") == deal.ref and fact.at <= NOW]
        made = min((f.at for f in own if f.kind == "deal.created"), default=None)
        made = made or deals_world.exists_since(deal.ref)
        lead = deals_world.value(deal.ref, "lead", NOW)
        if lead is not None and made is not None and made <= NOW:
            won = max((f.at for f in own if f.kind == "deal.won"), default=None)
            lost = max((f.at for f in own if f.kind == "deal.lost"), default=None)
            is_won = won is not None and (lost is None or won >= lost)
            by_lead.setdefault(lead, []).append(is_won)
    return _count(by_lead, cohort)


def _count(by_lead: dict[int, list[Any]], cohort: Cohort) -> Counter[str]:
    world, leads = load("lead")
    found: Counter[str] = Counter()
    for lead in leads:
        own = [fact for fact in lead.facts if fact.refs.get("lead") == lead.ref and fact.at <= NOW]
        first = {kind: min(f.at for f in own if f.kind == kind) for kind in {f.kind for f in own}}
        created = first.get("lead.created") or world.exists_since(lead.ref)
        at = created if cohort is Cohort.CREATED else first.get("lead.qualified")
        if at is None or at > NOW:
            continue
        histories = (lead.ref, *world._histories.merged_into(lead.ref))
        called = any(
            str(value).strip().lower() == "qualified" and since <= NOW
            for ref in histories
            for version in world._histories._versions.get(ref, [])
            for since, value in [(version.since, version.fields.get("status"))]
        )
        deals = by_lead.get(lead.ref, [])
        reached = {
            "lead": True,
            "mql": "lead.qualified" in first,
            "sal": "lead.accepted" in first,
            "sql": "lead.converted" in first or called or bool(deals),
            "deal": bool(deals),
            "won": any(deals),
        }
        found.update(f"{at:%Y-%m} {stage}" for stage, there in reached.items() if there)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("cohort", Cohort)
@pytest.mark.parametrize("seed", range(6))
def test_the_table_says_what_the_facts_say_one_by_one(seed: int, cohort: Cohort) -> None:
    make_world(seed)

    rows = funnel(by=By.MONTH, cohort=cohort, as_of=NOW).rows

    stages = ("lead", "mql", "sal", "sql", "deal", "won")
    told = {
        f"{row.key} {stage}": count
        for row in rows
        for stage, count in zip(stages, row.counts, strict=True)
        if count
    }
    assert told == dict(oracle(cohort))
