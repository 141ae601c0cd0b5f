"""The conversion table by hand on small worlds, and against an oracle in plain Python over the facts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from measurement.funnel import STAGES, By, Cohort, Money, Stage, funnel
from tests.factories.leads import event, send

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def lead(number: object, at: str = "2026-03-05T09:00:00Z", **more: Any) -> dict[str, Any]:
    """A lead that was created at the instant."""
    return {
        "external_id": f"L{number}",
        "status": "inquiry",
        "created_at": at,
        "updated_at": at,
        **more,
    }


def status(name: str, value: str) -> dict[str, Any]:
    """An update of a lead's status."""
    return {"external_id": name, "status": value, "updated_at": "2026-04-01T09:00:00Z"}


def turns(number: object, status: str, at: str, **more: Any) -> None:
    """The lead's status changes."""
    send("leads", {"external_id": f"L{number}", "status": status, "updated_at": at, **more})


def deal(number: object, of: object, at: str = "2026-04-01T09:00:00Z", **more: Any) -> dict[str, Any]:
    """A deal of a lead."""
    row = {"external_id": f"D{number}", "lead": f"L{of}", "created_at": at, "updated_at": at}
    return row | {"amount": 1000, "currency": "EUR"} | more


def table(by: By = By.MONTH, **asked: Any) -> dict[str | None, tuple[int, ...]]:
    """Counts of the stages by key."""
    found = funnel(by=by, **{"as_of": NOW, **asked})
    assert tuple(map(sum, zip(*(row.counts for row in found.rows), strict=True))) == found.total.counts or (
        not found.rows
    )
    return {row.key: row.counts for row in found.rows}


def test_a_hand_made_quarter_is_counted_by_month_of_creation() -> None:
    send("leads", lead(1), lead(2), lead(3, "2026-04-02T09:00:00Z"), lead(4, "2026-04-30T23:30:00Z"))
    for number in (1, 2, 3):
        turns(number, "mql", "2026-04-10T09:00:00Z")
    for number in (1, 3):
        turns(number, "accepted", "2026-04-11T09:00:00Z")
    turns(2, "disqualified", "2026-04-11T09:00:00Z", reason="no_budget")
    send("deals", deal(1, of=1, outcome="won", closed_at="2026-05-01T09:00:00Z"))

    assert table() == {"2026-03": (2, 2, 1, 1, 1, 1), "2026-04": (2, 1, 1, 0, 0, 0)}
    assert table(zone="Europe/Paris") == {
        "2026-03": (2, 2, 1, 1, 1, 1),
        "2026-04": (1, 1, 1, 0, 0, 0),
        "2026-05": (1, 0, 0, 0, 0, 0),
    }
    assert table(cohort=Cohort.QUALIFIED) == {"2026-04": (3, 3, 2, 1, 1, 1)}


def test_rates_are_shares_of_the_counts_beside_them_and_totals_are_weighted() -> None:
    send("leads", *(lead(n) for n in range(4)), lead(9, "2026-04-02T09:00:00Z"))
    for number in (0, 1, 9):
        turns(number, "mql", "2026-04-10T09:00:00Z")
    send("deals", deal(1, of=3))  # a deal that was never handed over as an MQL

    total = funnel(by=By.MONTH, as_of=NOW).total

    assert total.rate(Stage.MQL) == Fraction(3, 5)
    assert total.rate(Stage.SAL) == Fraction(0)
    assert total.rate(Stage.SQL) is None
    assert total.count(Stage.SQL) == 1
    assert total.rate(Stage.DEAL) == Fraction(1)
    assert total.overall(Stage.DEAL) == Fraction(1, 5)


@pytest.mark.parametrize(
    ("facts", "is_sql"),
    [
        ([("events", event(1, "lead.converted", "2026-04-01T09:00:00Z", lead="L1"))], True),
        ([("leads", status("L1", " Qualified "))], True),
        ([("leads", status("L1", "disqualified"))], False),
        ([("deals", deal(1, of=1))], True),
        ([("deals", deal(1, of=1, deleted_at="2026-04-02T09:00:00Z"))], False),
    ],
)  # fmt: skip
def test_a_lead_is_sql_when_converted_called_qualified_or_named_by_a_deal(facts, is_sql: bool) -> None:
    send("leads", lead(1))
    for resource, row in facts:
        send(resource, row)

    assert table()["2026-03"][STAGES.index(Stage.SQL)] == is_sql


def test_what_once_was_qualified_stays_so_when_the_status_moves_on() -> None:
    send("leads", lead(1))
    turns(1, "qualified", "2026-04-01T09:00:00Z")
    turns(1, "recycle", "2026-04-05T09:00:00Z")

    assert table()["2026-03"][3] == 1


@pytest.mark.parametrize(
    ("explicit", "month"),
    [
        ("2026-04-30T09:00:00Z", "2026-04"),  # tells the same handoff as the status: it counts, alone
        ("2026-05-02T09:00:00Z", "2026-05"),
        (None, "2026-05"),
    ],
)
def test_an_event_and_the_status_that_tells_the_same_are_one_handoff(
    explicit: str | None, month: str
) -> None:
    send("leads", lead(1))
    turns(1, "mql", "2026-05-01T09:00:00Z")
    if explicit:
        send("events", event(1, "lead.qualified", explicit, lead="L1"))

    assert table(cohort=Cohort.QUALIFIED) == {month: (1, 1, 0, 0, 0, 0)}


def test_withdrawn_events_merged_and_deleted_leads_do_not_count() -> None:
    send("leads", lead(1), lead(2), lead(3), lead(4))
    send("events", event(1, "lead.qualified", "2026-04-01T09:00:00Z", lead="L1"))
    send("events", event(2, "lead.qualified", "2026-04-01T09:00:00Z", lead="L2"))
    send("events", event(3, "event.retracted", "2026-04-02T09:00:00Z", data={"event": "x1"}))
    send("leads", {"external_id": "L3", "merged_into": "L1", "updated_at": "2026-04-03T09:00:00Z"})
    send("leads", {"external_id": "L4", "deleted_at": "2026-04-03T09:00:00Z", "updated_at": "2026-04-03T09:00:00Z"})  # noqa: E501 # fmt: skip

    assert table() == {"2026-03": (2, 1, 0, 0, 0, 0)}


def test_a_merged_lead_brings_its_history_to_the_survivor() -> None:
    send("leads", lead(1), lead(2))
    turns(2, "mql", "2026-04-01T09:00:00Z")
    send("deals", deal(1, of=2))
    send("leads", {"external_id": "L2", "merged_into": "L1", "updated_at": "2026-04-03T09:00:00Z"})

    assert table() == {"2026-03": (1, 1, 0, 1, 1, 0)}


def test_a_lead_that_only_events_name_was_born_with_the_first_of_them() -> None:
    send("events", event(1, "call.made", "2026-02-27T09:00:00Z", lead="ghost"))
    send("events", event(2, "lead.qualified", "2026-03-01T09:00:00Z", lead="ghost"))

    assert table() == {"2026-02": (1, 1, 0, 0, 0, 0)}


def test_facts_after_the_instant_are_not_looked_at() -> None:
    send("leads", lead(1))
    turns(1, "mql", "2026-04-10T09:00:00Z")

    before, at = datetime(2026, 4, 10, 8, 59, 59, tzinfo=UTC), datetime(2026, 4, 10, 9, tzinfo=UTC)
    assert table(as_of=before) == {"2026-03": (1, 0, 0, 0, 0, 0)}
    assert table(as_of=at) == {"2026-03": (1, 1, 0, 0, 0, 0)}


def test_amounts_stand_by_currency_and_are_never_added_across() -> None:
    send("leads", lead(1), lead(2, origin="fair"))
    send(
        "deals",
        deal(1, of=1, amount="100.50", outcome="won", closed_at="2026-05-01T09:00:00Z"),
        deal(2, of=1, amount=200, currency="usd", outcome="lost", closed_at="2026-05-01T09:00:00Z"),
        deal(3, of=2, amount=50),
        deal(4, of=2, amount=None, currency=None),
    )

    total = funnel(by=By.MONTH, as_of=NOW).total

    assert total.money == (
        Money("EUR", 2, 1, 0, 0, Decimal("150.5"), Decimal("100.5")),
        Money("USD", 1, 0, 1, 0, Decimal(200), Decimal(0)),
        Money(None, 1, 0, 0, 1, Decimal(0), Decimal(0)),
    )
    assert total.close_rate == Fraction(1, 2)
    by_origin = funnel(by=By.ORIGIN, as_of=NOW)
    assert [row.key for row in by_origin.rows] == ["fair", None]
    assert by_origin.total.money == total.money


def test_a_deal_that_was_lost_and_then_won_after_all_is_won() -> None:
    send("leads", lead(1))
    send("deals", deal(1, of=1))
    send("events", event(1, "deal.lost", "2026-04-20T09:00:00Z", deal="D1"))
    send("events", event(2, "deal.won", "2026-05-20T09:00:00Z", deal="D1"))

    total = funnel(by=By.MONTH, as_of=NOW).total
    assert (total.deals_won, total.deals_closed) == (1, 1)


def test_rows_by_owner_are_the_people_who_have_the_leads_now() -> None:
    send("members", *({"external_id": name, "email": f"{name}@example.com"} for name in ("ann", "bob")))
    send("leads", lead(1, owner="ann"), lead(2, owner="bob"), lead(3, owner="bob"), lead(4))
    send("members", {"external_id": "ann", "merged_into": "bob", "updated_at": "2026-04-01T09:00:00Z"})

    assert sorted(counts[0] for counts in table(By.OWNER).values()) == [1, 3]


def test_a_window_is_half_open_and_filters_narrow() -> None:
    send("leads", lead(1, origin="fair"), lead(2, "2026-04-01T00:00:00Z", origin="web"))
    april = datetime(2026, 4, 1, tzinfo=UTC)

    assert table(since=april) == {"2026-04": (1, 0, 0, 0, 0, 0)}
    assert table(until=april) == {"2026-03": (1, 0, 0, 0, 0, 0)}
    assert table(origin="web") == {"2026-04": (1, 0, 0, 0, 0, 0)}


def test_young_leads_are_maturing_until_the_time_to_a_win_is_up() -> None:
    send(
        "leads",
        *(lead(n) for n in range(11)),
        lead(20, "2026-04-20T09:00:00Z"),
        lead(21, "2026-06-01T09:00:00Z"),
    )
    few = funnel(by=By.MONTH, as_of=NOW)
    assert (few.maturity_days, few.wins) == (90, 0)
    assert {row.key: row.maturing for row in few.rows} == {"2026-03": 0, "2026-04": 1, "2026-06": 1}

    for n in range(11):  # ten are won 20 days after their creation, one after 40
        closed = datetime(2026, 3, 5, 9, tzinfo=UTC) + timedelta(days=20 if n else 40)
        send("deals", deal(n, of=n, at="2026-03-10T09:00:00Z", outcome="won", closed_at=closed.isoformat()))
    many = funnel(by=By.MONTH, as_of=NOW)
    assert (many.maturity_days, many.wins) == (20, 11)
    assert {row.key: row.maturing for row in many.rows} == {"2026-03": 0, "2026-04": 0, "2026-06": 0}
    assert funnel(by=By.MONTH, as_of=NOW - timedelta(days=10)).total.maturing == 1


def test_an_empty_company_has_an_empty_table() -> None:
    found = funnel(by=By.MONTH, as_of=NOW)

    assert (found.rows, found.total.counts) == ((), (0,) * 6)
