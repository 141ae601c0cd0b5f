"""Which periods there are: of the fiscal year, of each version, and begun without anything happening."""

from typing import Any

import pytest

from agreements.promises import in_force_history
from measurement.judging import judge_all
from measurement.models import Reading
from measurement.readings import begin_periods
from tests.measurement.units_company import EXAMPLES, agree, judge, known_since, paris, people, read, told

pytestmark = pytest.mark.django_db


def volume(monkeypatch: pytest.MonkeyPatch, start: str, **terms: str) -> None:
    """Sign a volume of calls, from a day on."""
    said = "".join(f"\n    {name}: {value}" for name, value in terms.items())
    text = f"\n  - key: calls\n    owner: sales\n    kind: volume\n    count: {{event: call.made}}{said}\n"
    monkeypatch.setitem(EXAMPLES, "calls", text)
    agree("calls", start=start)


def calls(*days: str) -> None:
    people()
    known_since("contacts", "2025-01-01", external_id="c1", owner="rae")
    for number, day in enumerate(days):
        told(number, "call.made", f"{day} 10:00", contact="c1", actor="rae")


def test_quarters_begin_with_the_fiscal_year(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.FISCAL_YEAR_START = 2
    volume(monkeypatch, "2026-01-01", per="quarter", target='">= 2"')
    calls("2026-01-31", "2026-02-01", "2026-04-30", "2026-05-01")
    assert read("calls", judge("2026-05-02 08:00")) == [
        ("01-01", 1, None, 1, "kept"),  # 31 of the quarter's 92 days were in force
        ("02-01", 2, None, 2, "kept"),
        ("05-01", 1, None, 2, "on_pace"),
    ]


def test_a_week_in_which_another_version_begins_is_one_week_by_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    volume(monkeypatch, "2026-03-30", per="week", target='">= 2"')
    volume(monkeypatch, "2026-04-09", per="week", target='">= 3"')
    calls("2026-04-08", "2026-04-10", "2026-04-14")
    assert read("calls", judge("2026-04-20 08:00"))[1:3] == [
        ("04-06", 2, None, 2, "kept"),
        ("04-13", 1, None, 3, "missed"),
    ]


def test_where_a_version_counts_otherwise_one_period_ends_and_the_next_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls("2026-04-02", "2026-04-08", "2026-04-09")
    volume(monkeypatch, "2026-04-01", per="month", target='">= 2"')
    judge("2026-04-08 12:00")
    volume(monkeypatch, "2026-04-09", per="week", target='">= 1"')
    at = judge("2026-04-14 08:00")
    assert read("calls", at) == [
        ("04-01", 2, None, 1, "kept"),  # 8 of the month's 30 days
        ("04-09", 1, None, 1, "kept"),
        ("04-13", 0, None, 1, "on_pace"),
    ]
    before = list(Reading.objects.order_by("id").values())
    judge_all(as_of=at)
    assert list(Reading.objects.order_by("id").values()) == before


def test_periods_begin_by_themselves_and_cost_one_statement_when_none_does(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    volume(monkeypatch, "2026-03-30", per="week", target='">= 1"')
    judge("2026-04-01 08:00")
    promises = in_force_history()
    begin_periods(promises, as_of=paris("2026-04-20 00:00"))
    assert [row[0] for row in read("calls", paris("2026-04-20 00:00"))] == [
        "03-30",
        "04-06",
        "04-13",
        "04-20",
    ]
    with django_assert_num_queries(1):
        begin_periods(promises, as_of=paris("2026-04-26 23:59"))


def test_a_number_for_each_member_that_ends_when_accounts_are_full_follows_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    volume(monkeypatch, "2026-03-30", per="week", each="member", until="accounts_full", target='">= 2"')
    calls("2026-04-01")
    judge("2026-04-02 08:00")
    known_since("accounts", "2026-01-01", external_id="acme", name="Acme", contact_goal=1)
    assert read("calls", judge("2026-04-02 09:00")) == [
        ("03-30", 1, None, 1, "on_pace"),
        ("03-30", 0, None, 1, "on_pace"),
    ]


#: An instant, the calls by then, and (having one, qualified leads) by then.
AS_IT_STOOD = [
    ("2026-03-30 20:00", 0, (0, 0)),
    ("2026-04-01 20:00", 1, (0, 1)),
    ("2026-04-02 10:30", 2, (1, 1)),
    ("2026-04-03 08:00", 2, (1, 2)),
]


@pytest.mark.parametrize("each", ["team", "member"])
def test_a_period_is_told_as_it_stood_at_an_instant_that_is_over(
    monkeypatch: pytest.MonkeyPatch, each: str
) -> None:
    volume(monkeypatch, "2026-03-30", per="week", each=each, target='">= 2"')
    calls("2026-03-31")
    judge("2026-04-01 08:00")
    told("again", "call.made", "2026-04-02 10:00", contact="c1", actor="rae")
    judge("2026-04-03 08:00")
    for at, counted, _ in AS_IT_STOOD:
        assert max(row[1] for row in read("calls", paris(at))) == counted


def test_a_cohort_is_told_as_it_stood_at_an_instant_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    text = EXAMPLES["mql-to-meeting"].replace("{event: meeting.held, within: 30 days}", "{event: call.made}")
    monkeypatch.setitem(EXAMPLES, "mql-to-meeting", text.replace("per: month", "per: week"))
    agree("mql-to-meeting", start="2026-03-30")
    people()
    told("q1", "lead.qualified", "2026-03-31 11:00", lead="l1")
    told("c1", "call.made", "2026-04-02 10:00", lead="l1", actor="rae")
    told("q2", "lead.qualified", "2026-04-02 11:00", lead="l2")
    judge("2026-04-03 08:00")
    for at, _, counted in AS_IT_STOOD:
        assert [row[1:3] for row in read("mql-to-meeting", paris(at))] == [counted]
