"""Facts in, units out: rates, volumes and presence are judged by the same marks as clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.enums import MarkKind
from core.marks import mark
from leads.models import Ref
from measurement import storing_units
from measurement.enums import UnitState
from measurement.judging import judge_all, judge_pending, judgements_afresh
from measurement.models import Reading, Unit
from measurement.shadow import compare
from measurement.units import UnitVerdict
from people.models import Membership
from tests.factories.agreements import CommitmentFactory, signed
from tests.factories.leads import event, send

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
AGREEMENT = """
agreement: counts
title: Counts
parties: [marketing, sales]
effective_from: {start}
calendars:
  london: {{timezone: Europe/London, week: {{mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"]}}}}
commitments:
  - {{key: roles, owner: sales, kind: rate, of: contacts, where: {{account.tier: 1}}, having: {{contact.buyer_role: present}}, target: "> 75%"}}
  - {{key: chat, owner: sales, kind: coverage, presence: {{online: chat.online, offline: chat.offline}}, per: week, target: ">= 95%"}}
  - {{key: calls, owner: sales, kind: volume, count: {{event: call.made, by: team}}, per: week, target: ">= 1"}}
"""  # noqa: E501 - as people write it

pytestmark = pytest.mark.django_db


def agree(start: str = "2026-04-01") -> None:
    signed(AGREEMENT.format(start=start), as_of=NOW)


def member(**more: Any) -> None:
    send("members", {"external_id": "r1", "email": "r1@example.com", "team": "sales", **more})


def account(tier: int, at: str = "2026-04-01T00:00:00Z") -> None:
    send("accounts", {"external_id": "b1", "name": "One", "tier": tier, "updated_at": at})


def judged(key: str, as_of: datetime = NOW) -> list[tuple[str, str, datetime, datetime | None]]:
    judge_pending(as_of=as_of)
    names = dict(Ref.objects.values_list("id", "external_id"))
    units = Unit.objects.filter(commitment_key=key).order_by("at", "subject_id")
    return [(names[unit.subject_id], unit.state, unit.at, unit.until) for unit in units]


def april(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=UTC)


@pytest.mark.parametrize("named", [{}, {"contact": "p1"}])
def test_presence_is_told_on_the_timeline_of_who_is_present_whatever_it_names(named: dict[str, str]) -> None:
    agree()
    member()
    send("events", event(1, "chat.online", "2026-04-07T09:00:00Z", actor="r1", **named))
    send("events", event(2, "chat.offline", "2026-04-07T11:00:00Z", actor="r1"))
    assert judged("chat") == [("r1", "having", april(7, 9), april(7, 11))]


def test_who_joins_the_team_by_hand_was_present_from_then_on() -> None:
    agree()
    member()
    send("events", event(1, "chat.online", "2026-04-07T09:00:00Z", actor="r1"))
    send("events", event(2, "chat.offline", "2026-04-07T11:00:00Z", actor="r1"))
    membership = Membership.objects.get()
    Membership.objects.all().delete()
    mark(MarkKind.PEOPLE, [membership.user_id], as_of=NOW)
    assert [state for _, state, *_ in judged("chat")] in ([], ["left_out"])
    membership.save(force_insert=True)
    mark(MarkKind.PEOPLE, [membership.user_id], as_of=NOW)
    assert [state for _, state, *_ in judged("chat")] == ["having"]


def test_a_call_that_names_nobody_counts_for_who_made_it_and_once() -> None:
    agree()
    member()
    send("contacts", {"external_id": "p1"})
    send("leads", {"external_id": "l1", "contact": "p1"})
    send("events", event(1, "call.made", "2026-04-07T09:00:00Z", actor="r1"))
    send("events", event(2, "call.made", "2026-04-08T09:00:00Z", actor="r1", contact="p1", lead="l1"))
    assert judged("calls") == [("r1", "having", april(7, 9), None), ("l1", "having", april(8, 9), None)]
    assert Reading.objects.get(commitment_key="calls", period_start=april(5, 23)).numerator == 2
    send("events", event(3, "event.retracted", "2026-04-09T09:00:00Z", data={"event": "x1"}))
    assert judged("calls") == [("l1", "having", april(8, 9), None)]
    assert Reading.objects.get(commitment_key="calls", period_start=april(5, 23)).numerator == 1


def test_an_accounts_tier_moves_its_contacts_into_the_rate_and_out_of_it() -> None:
    agree()
    account(1)
    created = {"created_at": "2026-04-02T00:00:00Z", "updated_at": "2026-04-02T00:00:00Z"}
    send("contacts", *[{"external_id": name, "account": "b1", **created} for name in ("p1", "p2")])
    assert judged("roles") == [(name, "lacking", april(2), None) for name in ("p1", "p2")]
    account(2, "2026-04-04T00:00:00Z")
    assert judged("roles") == [(name, "lacking", april(2), april(4)) for name in ("p1", "p2")]
    days = Reading.objects.filter(commitment_key="roles").order_by("period_start")
    assert [day.denominator for day in days] == [0, 2, 2, *[0] * 7]


def test_a_contact_that_comes_to_have_a_role_changes_the_days_from_then_on_alone() -> None:
    agree()
    account(1)
    at = {"created_at": "2026-04-02T00:00:00Z", "updated_at": "2026-04-02T00:00:00Z"}
    send("contacts", {"external_id": "p1", "account": "b1", **at})
    judge_pending(as_of=NOW)
    later = NOW + timedelta(minutes=1)
    send(
        "contacts",
        {"external_id": "p1", "buyer_role": "champion", "updated_at": "2026-04-09T08:00:00Z"},
        as_of=later,
    )
    judge_pending(as_of=later)
    changed = Reading.objects.filter(commitment_key="roles", changed_at=later).order_by("period_start")
    assert [day.period_start for day in changed] == [april(8, 23), april(9, 23)]
    assert judge_all(as_of=later).written == 0


def test_an_agreement_signed_last_finds_records_about_which_nothing_was_told() -> None:
    account(1)
    send("contacts", {"external_id": "p1", "account": "b1", "created_at": "2026-04-02T00:00:00Z"})
    judge_pending(as_of=NOW)
    agree()
    assert judged("roles") == [("p1", "lacking", april(2), None)]


def test_another_version_takes_its_stretches_from_where_it_begins() -> None:
    agree()
    account(1)
    send("contacts", {"external_id": "p1", "account": "b1", "created_at": "2026-04-02T00:00:00Z"})
    judge_pending(as_of=NOW)
    agree(start="2026-04-08")
    assert judged("roles") == [
        ("p1", "lacking", april(2), april(7, 23)),
        ("p1", "lacking", april(7, 23), None),
    ]


def test_a_period_in_which_nothing_happened_is_there_as_soon_as_it_begins() -> None:
    agree()
    judge_pending(as_of=NOW)
    weeks = Reading.objects.filter(commitment_key="calls")
    assert weeks.count() == 2
    judge_pending(as_of=april(12, 22))
    assert weeks.count() == 2
    judge_pending(as_of=april(12, 23))
    assert weeks.count() == 3


def test_as_of_an_earlier_instant_units_know_no_later_facts_and_nothing_is_stored() -> None:
    agree()
    member()
    send("events", event(1, "call.made", "2026-04-07T09:00:00Z", actor="r1"))
    assert [one.units for one in judgements_afresh(as_of=april(7, 8))] == [[]]
    (found,) = judgements_afresh(as_of=april(7, 9))
    assert [unit.at for unit in found.units] == [april(7, 9)]
    assert not Unit.objects.exists()


def test_the_shadow_pass_finds_other_units_and_other_readings_and_changes_neither() -> None:
    agree()
    member()
    send("events", event(1, "call.made", "2026-04-07T09:00:00Z", actor="r1"))
    judge_pending(as_of=NOW)
    Unit.objects.update(state="lacking")
    Reading.objects.filter(commitment_key="chat").update(numerator=7)
    compared = compare(as_of=NOW)
    assert compared.different == [Unit.objects.get().subject_id]
    assert {period.split()[0] for period in compared.periods} == {"calls", "chat"}
    assert compared.as_detail()["mismatches"] == 1 + len(compared.periods)
    assert Unit.objects.get().state == "lacking"
    judge_all(as_of=NOW)
    compared = compare(as_of=NOW)
    assert (compared.different, compared.periods) == ([], [])


def test_a_batch_takes_the_same_statements_for_the_units_of_one_record_and_of_many() -> None:
    agree()
    member()
    account(1)
    judge_pending(as_of=NOW)

    def statements(numbers: range) -> int:
        at = {"created_at": "2026-04-09T00:00:00Z", "account": "b1"}
        send("contacts", *[{"external_id": f"q{number}", **at} for number in numbers])
        with CaptureQueriesContext(connection) as captured:
            judge_pending(as_of=NOW)
        return len(captured)

    assert statements(range(1)) == statements(range(10, 40))


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        ([], [{}], [(1, None)]),
        ([{}], [], [(1, None)]),
        ([{}], [{}], []),
        ([{}], [{"until": 5}], [(5, None)]),
        ([{"until": 3}], [{"until": 5}], [(3, 5)]),
        ([{}], [{"state": UnitState.LACKING}], [(1, None)]),
        ([{"until": 4}], [{"until": 4, "state": UnitState.LACKING}], [(1, 4)]),
        ([{}], [{"owner_id": 7}], []),
        ([{"stretch": False}], [{"stretch": False, "at": 6}], [(1, 6)]),
        ([{"stretch": False, "each": "3"}], [{"stretch": False, "each": "4"}], [(1, 1)]),
    ],
)
def test_what_is_touched_is_the_time_in_which_units_count_otherwise(
    before: list[dict[str, Any]], after: list[dict[str, Any]], touched: list[tuple[int, int | None]]
) -> None:
    commitment = CommitmentFactory()

    def unit(at: int = 1, until: int | None = None, **more: Any) -> UnitVerdict:
        said = {"each": "team", "stretch": True, "state": UnitState.HAVING, **more}
        return UnitVerdict(
            commitment_id=commitment.pk,
            commitment_key="k",
            subject_id=1,
            subject_type="contact",
            unit_key="s:1",
            at=april(at),
            until=None if until is None else april(until),
            **said,
        )

    storing_units.store([unit(**one) for one in before], subjects=[1], as_of=NOW)
    stored = storing_units.store([unit(**one) for one in after], subjects=[1], as_of=NOW)
    assert stored.touched == {
        ("k", april(start), None if end is None else april(end)) for start, end in touched
    }
    assert storing_units.differing([unit(**one) for one in after], subjects=[1]) == set()
