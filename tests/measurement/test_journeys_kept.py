"""What is kept of journeys against the live statements: exactly the same, however the facts came."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.ingestion import project_ripe
from measurement import feedback, funnel, kept, priorities, quota_history
from measurement.fates import largest_first
from measurement.journeys import parameters
from measurement.judging import judge_pending
from measurement.kept import fates, funnels, keeping, serving
from measurement.kept.fates import Asked as AskedFates
from measurement.kept.funnels import Asked
from measurement.models import (
    Journey,
    JourneyDeal,
    JourneyMark,
    JourneyState,
    JourneyTally,
    MoneyTally,
    WinTally,
)
from measurement.scored_leads import KEPT as SCORED_KEPT
from measurement.scored_leads import LIVE as SCORED_LIVE
from tests.factories.leads import event, send

START = datetime(2026, 1, 10, tzinfo=UTC)
NOW = datetime(2026, 5, 20, 12, 0, 30, tzinfo=UTC)
FACTS = 100
EVENTS = ("lead.qualified", "lead.accepted", "lead.rejected", "lead.recycled", "lead.converted")
ACTS = ("call.made", "email.sent", "meeting.held")
STATUSES = ("inquiry", "mql", "MQL ", "accepted", "qualified", "disqualified", "recycle")
TABLES = (Journey, JourneyDeal, JourneyTally, MoneyTally, WinTally)

pytestmark = pytest.mark.django_db


def about_lead(dice: Random, number: int, at: str) -> tuple[str, dict[str, Any]]:
    lead = f"L{dice.randrange(10)}"
    named = {"external_id": lead, "updated_at": at}
    match dice.randrange(7):
        case 0 | 1 | 2:
            return "leads", {**named, "status": dice.choice(STATUSES), "score": dice.choice([5, 7.5, None])}
        case 3:
            links = {"contact": f"C{dice.randrange(5)}", "campaign": f"K{dice.randrange(3)}"}
            return "leads", {**named, **links, "owner": f"m{dice.randrange(3)}"}
        case 4:
            return "leads", {**named, "origin": dice.choice(["web", "fair", "", "none"]), "created_at": at}
        case _:
            data = {"reason": dice.choice(["No_Budget", "test", "", None])} if dice.random() < 0.7 else {}
            return "events", event(number, dice.choice(EVENTS), at, lead=lead, data=data)


def about_deal(dice: Random, number: int, at: str) -> tuple[str, dict[str, Any]]:
    deal = f"D{dice.randrange(6)}"
    match dice.randrange(3):
        case 0:
            return "events", event(
                number, dice.choice(["deal.won", "deal.lost", "deal.created"]), at, deal=deal
            )
        case 1:
            money = {"amount": dice.choice([10, 99.5, None]), "currency": dice.choice(["EUR", "usd", None])}
            lead = f"L{dice.randrange(10)}"
            return "deals", {"external_id": deal, "lead": lead, "created_at": at, "updated_at": at, **money}
        case _:
            outcome = {"outcome": dice.choice(["won", "lost"]), "closed_at": at}
            return "deals", {"external_id": deal, "updated_at": at, **outcome}


def act(dice: Random, number: int, at: str) -> tuple[str, dict[str, Any]]:
    of = dice.choice([("lead", "L", 10), ("deal", "D", 6), ("contact", "C", 5)])
    named = {of[0]: f"{of[1]}{dice.randrange(of[2])}"}
    data = {"automatic": True} if dice.random() < 0.2 else {}
    return "events", event(number, dice.choice(ACTS), at, data=data, **named)


def ending(dice: Random, number: int, at: str) -> tuple[str, dict[str, Any]]:
    if dice.random() < 0.6:
        resource, name = dice.choice([("leads", "L"), ("deals", "D")])
        fate = {"deleted_at": dice.choice([at, None])}
        return resource, {"external_id": f"{name}{dice.randrange(6)}", "updated_at": at, **fate}
    names = [("leads", "L"), ("deals", "D"), ("contacts", "C"), ("campaigns", "K"), ("members", "m")]
    resource, name = dice.choice(names)
    return resource, {"external_id": f"{name}2", "merged_into": f"{name}0", "updated_at": at}


def some_fact(dice: Random, number: int) -> tuple[str, dict[str, Any]]:
    """A row about one of a few leads, deals, contacts, campaigns or members; some are dated ahead."""
    at = (START + timedelta(minutes=dice.randrange(60 * 24 * 140))).isoformat()
    kind = dice.choices([about_lead, about_deal, act, ending], [8, 3, 2, 1])[0]
    return kind(dice, number, at)


def live_through(seed: int) -> None:
    """Facts in any order, now and then judged and kept, at instants that go on; some withdrawn at the end."""
    dice = Random(seed)
    at = START
    for number in range(FACTS):
        at = max(at, NOW - timedelta(days=FACTS - number))
        resource, row = some_fact(dice, number)
        send(resource, row, as_of=at)
        if dice.random() < 0.1:
            bring_up_to(at)
    for number in dice.sample(range(FACTS), 10):
        when = (START + timedelta(days=dice.randrange(140))).isoformat()
        send("events", event(f"r{number}", "event.retracted", when, data={"event": f"x{number}"}), as_of=at)
    bring_up_to(NOW)


def bring_up_to(at: datetime) -> None:
    """What the worker does, again and again."""
    project_ripe(as_of=at)
    judge_pending(as_of=at)
    kept.keep(as_of=at)


def rows() -> list[list[tuple[Any, ...]]]:
    """All that is kept."""
    with connection.cursor() as cursor:
        found = []
        for table in TABLES:
            columns = ", ".join(f.column for f in table._meta.concrete_fields if f.column != "id")
            cursor.execute(f"SELECT {columns} FROM {table._meta.db_table}")
            found.append(sorted(cursor.fetchall(), key=repr))
        return found


def windows() -> Iterator[tuple[datetime | None, datetime | None]]:
    ends = (None, datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 9, 7, 30, 1, tzinfo=UTC), NOW)
    for since, until in product(ends, ends):
        if since is None or until is None or since < until:
            yield since, until


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_says_what_the_facts_say(seed: int) -> None:
    live_through(seed)

    assert serving.zone_kept(as_of=NOW) == "UTC"
    asks = list(product(windows(), funnel.By, funnel.Cohort, (None, "web", "")))
    for (since, until), by, cohort, origin in Random(seed).sample(asks, 25):
        asked = Asked(by, cohort, since, until, "UTC", origin, NOW)
        assert funnels.funnel(asked) == funnel.live_funnel(asked), asked
    since = NOW - timedelta(days=40, hours=3)
    assert quota_history.closings(since=since, as_of=NOW) == quota_history.live_closings(
        since=since, as_of=NOW
    )
    scored = {**parameters(NOW), "since": since, "limit": 5}
    with connection.cursor() as cursor:
        cursor.execute(SCORED_KEPT, scored)
        by_index = cursor.fetchall()
        cursor.execute(SCORED_LIVE, scored)
        assert by_index == cursor.fetchall()


@pytest.mark.parametrize("seed", range(6))
def test_what_became_of_leads_is_kept_as_the_facts_say_it(seed: int) -> None:
    live_through(seed)
    campaigns = [str(ref) for ref in Journey.objects.values_list("campaign_id", flat=True) if ref]

    dice = Random(seed)
    asks = list(product(windows(), (None, "web", "none"), (None, "none", *campaigns[:2])))
    for (since, until), origin, campaign in dice.sample(asks, 10):
        asked = AskedFates(since, until, origin, campaign)
        for by in feedback.By:
            found = largest_first(fates.outcomes(by, asked, zone="UTC"))
            assert found == largest_first(feedback.live_outcomes(by, asked, as_of=NOW)), asked
    outcomes, reasons = (None, "waiting", "rejected"), (None, "none", "no_budget")
    reached = (None, "meeting", "deal", "won", "bad_data")
    for outcome, reason, having in dice.sample(list(product(outcomes, reasons, reached)), 15):
        asked = AskedFates(None, None, None, None)
        more: dict[str, Any] = {"outcome": outcome, "reason": reason, "reached": having}
        more |= {"limit": 3, "offset": dice.choice([0, 1])}
        assert fates.fates(asked, **more, zone="UTC") == feedback.live_fates(asked, **more, as_of=NOW), more


@pytest.mark.parametrize("seed", range(4))
def test_who_was_contacted_when_is_kept_as_the_facts_say_it(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_through(seed)
    owners = set(Journey.objects.exclude(owner_id=None).values_list("owner_id", flat=True))

    asked: list[dict[str, Any]] = [
        {},
        {"until": NOW - timedelta(days=20)},
        {"origin": "web"},
        {"owners": owners},
    ]
    by_index = [priorities.contacts(since=START, promises=(), as_of=NOW, **more) for more in asked]
    monkeypatch.setattr(priorities, "zone_kept", lambda **_: None)
    assert by_index == [priorities.contacts(since=START, promises=(), as_of=NOW, **more) for more in asked]


@pytest.mark.parametrize("seed", range(6))
def test_kept_by_change_and_made_afresh_are_the_same_rows(seed: int) -> None:
    live_through(seed)
    by_change = rows()

    assert kept.differing(as_of=NOW) == []
    kept.rebuild(as_of=NOW)
    assert rows() == by_change


def test_what_is_kept_wrongly_is_told_and_what_waits_is_not() -> None:
    live_through(1)
    first = Journey.objects.order_by("lead_id").first()
    assert first is not None
    Journey.objects.filter(pk=first.pk).update(score=1234)
    JourneyTally.objects.filter(pk=JourneyTally.objects.latest("pk").pk).update(leads=77)

    found = kept.differing(as_of=NOW)
    assert f"journey of lead {first.pk}" in found
    assert any(text.startswith("journeytally") for text in found)
    JourneyMark.objects.create(ref_id=first.pk)
    assert not any(text.startswith("journey of") for text in kept.differing(as_of=NOW))


def test_a_comparison_that_runs_out_of_time_goes_on_where_it_left_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live_through(1)
    monkeypatch.setattr(keeping, "BATCH", 4)
    last = Journey.objects.latest("lead_id")
    Journey.objects.filter(pk=last.pk).update(score=1234)

    nights = [kept.differing(as_of=NOW, seconds=0) for _ in range(20)]
    assert nights[0] == []
    assert any(f"journey of lead {last.pk}" in night for night in nights)


def test_few_leads_are_counted_live_while_something_waits_and_many_as_of_the_last_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send("leads", {"external_id": "L1", "created_at": START.isoformat(), "updated_at": START.isoformat()})
    assert serving.zone_kept(as_of=NOW) is None
    bring_up_to(NOW)
    assert serving.zone_kept(as_of=NOW) == "UTC"
    assert serving.zone_kept(as_of=NOW, zone="Asia/Tokyo") is None
    assert serving.zone_kept(as_of=NOW - timedelta(days=1)) is None

    send("leads", {"external_id": "L2", "created_at": START.isoformat(), "updated_at": START.isoformat()})
    assert serving.zone_kept(as_of=NOW) is None
    assert funnel.funnel(by=funnel.By.MONTH, as_of=NOW).total.counts[0] == 2
    monkeypatch.setattr(serving, "FEW", 0)
    assert funnel.funnel(by=funnel.By.MONTH, as_of=NOW).total.counts[0] == 1


def test_another_zone_of_the_company_moves_leads_to_their_other_days(monkeypatch: pytest.MonkeyPatch) -> None:
    late = "2026-01-31T23:30:00+00:00"
    send("leads", {"external_id": "L1", "created_at": late, "updated_at": late})
    bring_up_to(NOW)
    monkeypatch.setattr(keeping, "zone_of_company", lambda **_: "Europe/Paris")
    kept.keep(as_of=NOW)

    assert JourneyState.objects.get().zone == "Europe/Paris"
    found = funnel.funnel(by=funnel.By.MONTH, zone="Europe/Paris", as_of=NOW)
    assert [row.key for row in found.rows] == ["2026-02"]


def test_keeping_takes_the_same_statements_for_one_lead_and_for_many() -> None:
    bring_up_to(NOW)
    counts = []
    for names in (("L1",), ("L2", "L3", "L4", "L5")):
        at = START.isoformat()
        send("leads", *({"external_id": name, "created_at": at, "updated_at": at} for name in names))
        judge_pending(as_of=NOW)
        with CaptureQueriesContext(connection) as asked:
            kept.keep(as_of=NOW)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_finds_another_one_at_work_leaves_it_to_that_one() -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [keeping._LOCK])
            assert kept.keep(as_of=NOW, wait=False) == kept.Kept(0, complete=False)
    finally:
        other.close()
