"""The quota: by hand, as properties, from history, and into the agreement."""

from datetime import UTC, datetime
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.loading import load
from agreements.models import Agreement
from measurement.quota import Assumptions, work_out
from measurement.quota_agreement import put_into, volume_of
from measurement.quota_history import Sample, history
from tests.factories.leads import send
from tests.factories.people import UserFactory

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)

BASE: dict[str, Any] = {
    "goal": Fraction(600_000),
    "months": 6,
    "average_deal": Fraction(20_000),
    "close_rate": Fraction(1, 4),
    "sql_to_deal": Fraction(1, 2),
    "sal_to_sql": Fraction(2, 5),
    "mql_to_sal": Fraction(3, 4),
    "touches": Fraction(6),
    "minutes": Fraction(15),
    "hours": Fraction(60),
    "people": 4,
}


def test_a_goal_of_600_000_in_half_a_year_asks_for_134_leads_a_month() -> None:
    quota = work_out(Assumptions(**BASE))

    # 600,000 ÷ 20,000 = 30 won; ÷ 25 % = 120 deals; ÷ 50 % = 240 SQL; ÷ 40 % = 600 SAL; ÷ 75 % = 800 MQL
    assert (quota.won, quota.deals, quota.sql, quota.sal, quota.mql) == (30, 120, 240, 600, 800)
    assert quota.mql_a_month == 134  # 133.33 rounded up
    assert quota.hours == 201  # 134 leads of 1.5 h
    assert quota.people_needed == 4
    assert (quota.leads_a_person, quota.capacity, quota.fits) == (40, 160, True)


@pytest.mark.parametrize(
    ("change", "a_month", "people", "fits"),
    [
        ({"months": 1}, 800, 20, False),
        ({"goal": Fraction(20_000), "months": 12}, 3, 1, True),
        ({"minutes": Fraction(0)}, 134, 0, True),
        ({"people": 3}, 134, 4, False),
        ({"close_rate": Fraction(1)}, 34, 1, True),
    ],
)
def test_what_changes_moves_the_result(change, a_month, people, fits) -> None:
    quota = work_out(Assumptions(**{**BASE, **change}))

    assert (quota.mql_a_month, quota.people_needed, quota.fits) == (a_month, people, fits)


@pytest.mark.parametrize(
    "change",
    [
        *({name: Fraction(0)} for name in ("goal", "average_deal", "close_rate", "mql_to_sal", "hours")),
        {"months": 0},
        {"sal_to_sql": Fraction(3, 2)},
        {"touches": Fraction(-1)},
        {"people": -1},
    ],
)
def test_what_cannot_be_is_refused(change) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        work_out(Assumptions(**{**BASE, **change}))


RATE = st.fractions(min_value=Fraction(1, 1000), max_value=1)


@given(st.integers(1, 10**9), st.integers(1, 24), RATE, RATE, RATE, RATE)
def test_so_many_leads_reach_the_goal_and_one_less_does_not(goal, months, close, sql, sal, mql) -> None:
    rates = {"close_rate": close, "sql_to_deal": sql, "sal_to_sql": sal, "mql_to_sal": mql}
    given_ = Assumptions(**{**BASE, **rates, "goal": Fraction(goal), "months": months})
    each = given_.average_deal * close * sql * sal * mql * months

    quota = work_out(given_)

    assert quota.mql_a_month * each >= goal
    assert (quota.mql_a_month - 1) * each < goal
    assert quota.mql_a_month == ceil(Fraction(goal) / each)


@pytest.mark.django_db
def test_history_reads_each_rate_from_mature_leads_and_the_average_from_deals_that_were_won() -> None:
    for number in range(4):
        row = {"external_id": f"L{number}", "created_at": "2026-02-01T09:00:00Z"}
        send("leads", {**row, "status": "inquiry", "updated_at": "2026-02-01T09:00:00Z"})
        send("leads", {"external_id": f"L{number}", "status": "mql", "updated_at": "2026-02-02T09:00:00Z"})
    for number in range(3):
        send(
            "leads", {"external_id": f"L{number}", "status": "accepted", "updated_at": "2026-02-03T09:00:00Z"}
        )
    send("leads", {"external_id": "young", "status": "mql", "updated_at": "2026-06-10T09:00:00Z"})
    closed = {"created_at": "2026-02-10T09:00:00Z", "closed_at": "2026-04-01T09:00:00Z"}
    send(
        "deals",
        {"external_id": "D1", "lead": "L0", "amount": 100, "currency": "EUR", "outcome": "won", **closed},
        {"external_id": "D2", "amount": 300, "currency": "EUR", "outcome": "won", **closed},
        {"external_id": "D3", "amount": 900, "currency": "EUR", "outcome": "lost", **closed},
        {"external_id": "D4", "amount": 50, "currency": "USD", "outcome": "won", **closed},
        {"external_id": "D5", "amount": 7, "currency": "EUR", "outcome": "won", **closed}
        | {"closed_at": "2025-01-01T09:00:00Z"},
    )

    found = history(as_of=NOW)

    assert found.mql_to_sal == Sample(Fraction(3, 4), 4, 3)
    assert found.sal_to_sql == Sample(Fraction(1, 3), 3, 1)
    assert found.sql_to_deal == Sample(Fraction(1), 1, 1)
    assert found.close_rate == Sample(Fraction(3, 4), 4, 3)
    assert found.average_deal == {"EUR": Sample(Fraction(200), 2), "USD": Sample(Fraction(50), 1)}
    assert found.currencies == ("EUR", "USD")
    assert found.close_rate.too_few


@pytest.mark.django_db
def test_without_history_there_is_no_figure() -> None:
    found = history(as_of=NOW)

    assert (found.close_rate, found.mql_to_sal, found.currencies) == (
        Sample(None, 0, 0),
        Sample(None, 0, 0),
        (),
    )


AGREEMENT = """
agreement: a
parties: [marketing, sales]
effective_from: 2026-01-01
commitments:
  - {{key: {key}, owner: marketing, kind: volume, count: {{event: {kind}}}, per: {per}, target: ">= 5"}}
"""


@pytest.mark.django_db
@pytest.mark.parametrize(("per", "target"), [("month", ">= 134"), ("quarter", ">= 402"), ("week", ">= 31")])
def test_it_becomes_the_target_of_a_new_draft(per: str, target: str) -> None:
    text = AGREEMENT.format(key="leads", kind="lead.qualified", per=per)
    signed = load(text, by="test", as_of=NOW, sign=True).version

    put = put_into(signed.agreement, 134, by=UserFactory(), as_of=NOW)

    assert (put.version.number, put.version.state, put.version.effective_from.isoformat()) == (
        2,
        "draft",
        "2026-07-01",
    )
    assert volume_of(put.version).terms["target"] == target
    assert volume_of(signed).terms["target"] == ">= 5"
    assert f'target: "{target}"' in put.yaml or f"target: '{target}'" in put.yaml
    assert ">= 5" in put.before


@pytest.mark.django_db
def test_a_draft_is_changed_in_place_and_one_without_such_a_promise_gets_it() -> None:
    text = AGREEMENT.format(key="listening", kind="meeting.held", per="week")
    draft = load(text, by="test", as_of=NOW).version
    draft.agreement.parties.filter(slug="marketing").update(side="marketing")

    first = put_into(draft.agreement, 100, by=UserFactory(), as_of=NOW)
    second = put_into(draft.agreement, 120, by=UserFactory(), as_of=NOW)

    assert first.version.pk == second.version.pk == draft.pk
    assert first.before == ""
    assert [c.key for c in draft.commitments.order_by("position")] == ["listening", "mql-volume"]
    assert draft.commitments.get(key="mql-volume").terms["target"] == ">= 120"
    assert Agreement.objects.get().versions.count() == 1
