"""Opposing promises: named by the agreement, or recognised by what they say."""

# ruff: noqa: E501 - a table is read best with one case a line

from datetime import UTC, datetime
from typing import Any

import pytest

from agreements.business_time import ALWAYS_OPEN
from agreements.document import read_yaml
from agreements.enums import Kind
from agreements.pairs import PRESENCE, QUANTITY, REFUSED, STATED, opposite_of, pairs
from agreements.terms import Promise, parse_terms

MARKETING, SALES = 1, 2
BAD_DATA = "kind: rate, of: {events: [lead.accepted, lead.rejected]}, having: {where: {data.bad_data: true}}, target: '< 10%'"
DECISION = "kind: response, start: {event: lead.qualified}, stop: [{event: lead.accepted}, {event: lead.rejected}], within: 1 day"
MQLS = "kind: volume, count: {event: lead.qualified}, target: '>= 120'"
MEETINGS = "kind: rate, of: {event: lead.qualified}, having: {event: meeting.held, within: 30 days}, target: '>= 20%'"
CONTACTS = "kind: volume, count: {event: contact.created, by: team}, target: '>= 5'"
ROLES = "kind: rate, of: contacts, having: {contact.buyer_role: present}, target: '> 75%'"
CHAT = "kind: coverage, presence: {online: chat.online, offline: chat.offline}, target: '>= 95%'"
CALLS = "kind: response, start: {event: call.received}, stop: {event: call.answered}, within: 2 minutes"
REQUESTS = "kind: response, start: {event: request.received}, stop: {event: call.made}, within: 2 hours"


def promise(key: str, text: str, *, team: int = SALES, agreement: str = "smarketing") -> Promise:
    terms: dict[str, Any] = dict(read_yaml(f"{{{text}}}").data)
    kind = Kind(terms.pop("kind"))
    return Promise(
        commitment_id=hash(key),
        key=key,
        version_number=1,
        agreement_key=agreement,
        kind=kind,
        team_id=team,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=None,
        terms=parse_terms(kind, terms),
        schedule=ALWAYS_OPEN,
        timezone="UTC",
    )


def found(*promises: Promise) -> list[tuple[str, str, dict[str, str]]]:
    return [(pair.a.key, pair.b.key, pair.why) for pair in pairs(promises)]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ((BAD_DATA, MARKETING), (DECISION, SALES), REFUSED),
        ((MQLS, MARKETING), (MEETINGS, MARKETING), QUANTITY),
        ((CONTACTS, SALES), (ROLES, SALES), QUANTITY),
        ((CHAT, SALES), (CALLS, SALES), PRESENCE),
    ],
)
def test_opposites_are_recognised_in_whichever_order_they_stand(
    one: tuple[str, int], other: tuple[str, int], why: dict[str, str]
) -> None:
    a, b = promise("a", one[0], team=one[1]), promise("b", other[0], team=other[1])

    assert found(a, b) == found(b, a) == [("a", "b", why)]
    assert why.keys() == {"en", "fr"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BAD_DATA, DECISION),  # one team judges its own work: nobody's cost but its own
        (CHAT, REQUESTS),
        (MQLS, ROLES),
        (MQLS, MEETINGS.replace(">=", "<")),
        (MQLS, DECISION),
        (CALLS, DECISION),
    ],
)
def test_what_does_not_oppose_is_no_pair(one: str, other: str) -> None:
    assert found(promise("a", one), promise("b", other)) == []


def test_promises_of_two_agreements_are_paired_only_by_name() -> None:
    mqls = promise("mqls", MQLS)
    assert found(mqls, promise("meetings", MEETINGS, agreement="other")) == []

    named = promise("meetings", f"{MEETINGS}, beside: mqls", agreement="other")
    assert found(mqls, named) == [("meetings", "mqls", STATED)]


def test_a_promise_that_names_its_opposite_is_left_to_that() -> None:
    mqls = promise("mqls", f"{MQLS}, beside: decision")

    listed = found(mqls, promise("meetings", MEETINGS), promise("decision", f"{DECISION}, beside: mqls"))

    assert listed == [("mqls", "decision", STATED)]


def test_a_name_that_nobody_has_changes_nothing() -> None:
    assert found(promise("a", f"{MQLS}, beside: gone"), promise("b", MEETINGS)) == [("a", "b", QUANTITY)]


def test_one_promise_may_stand_opposite_several() -> None:
    bad = promise("bad", BAD_DATA, team=MARKETING)
    listed = [bad, promise("decision-fr", DECISION), promise("decision-uk", DECISION)]

    assert [one.key for one in opposite_of(bad, pairs(listed))] == ["decision-fr", "decision-uk"]
