"""Who acts for whom: the cover of an absent owner, and who has the records of somebody who left."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leads.models import Ref
from measurement.judging import judge_pending
from measurement.measures.response import measure
from measurement.models import Clock, Unit
from measurement.shadow import compare
from people.absences import change, end, hand_over, take
from people.covering import Away
from people.enums import AbsenceKind
from people.memberships import ensure_users
from people.models import User
from tests.factories.agreements import signed
from tests.factories.leads import event, send
from tests.measurement.builders import (
    ACCOUNT,
    CONTACT,
    MIA,
    RAE,
    SAM,
    KnownWorld,
    at,
    call,
    promise,
    request,
    selector,
    subject,
)
from tests.measurement.requests_and_calls import NOW

OWNED = promise(stop=(selector("call.made", by="owner"),))


def away(user: int, cover: int | None, since: str = "08:00", until: str | None = "18:00") -> Away:
    return Away(user, cover, False, at(since), None if until is None else at(until))


def left(user: int, cover: int | None, since: str = "08:00") -> Away:
    return Away(user, cover, True, at(since), None)


def only(*facts, covers, terms=OWNED, as_of="16:00", **fields):
    world = KnownWorld({(CONTACT, "owner"): RAE, **fields}, covers=covers)
    (clock,) = measure([terms], subject(*facts), world, as_of=at(as_of))
    return clock


def spans(clock) -> list[tuple[int | None, str]]:
    return [(span["member"], span["from"][11:16]) for span in clock.owners]


@pytest.mark.parametrize(
    ("actor", "covers", "state"),
    [
        (SAM, [], "running"),
        (SAM, [away(RAE, SAM)], "met"),
        (SAM, [away(RAE, SAM, until="09:45")], "running"),  # Rae was back
        (SAM, [away(RAE, SAM, since="10:30")], "running"),  # not away yet
        (MIA, [away(RAE, SAM), away(SAM, MIA)], "met"),  # the cover's cover
        (MIA, [away(RAE, SAM)], "running"),
        (RAE, [away(RAE, SAM)], "met"),  # Rae's own act still is
        (SAM, [left(RAE, SAM)], "met"),
        (RAE, [left(RAE, SAM)], "met"),  # the record still names Rae, and is done
        (SAM, [left(RAE, None)], "running"),
        (MIA, [left(RAE, SAM), away(SAM, MIA)], "met"),
    ],
)
def test_whose_act_counts_as_the_owner_s(actor, covers, state) -> None:
    clock = only(request("09:00"), call("10:00", actor=actor), covers=covers, as_of="10:30")
    assert clock.state == state


def test_who_is_away_still_owns_it_who_left_does_not() -> None:
    assert spans(only(request("09:00"), covers=[away(RAE, SAM, "10:00")])) == [(RAE, "09:00")]
    clock = only(request("09:00"), call("12:00", actor=SAM), covers=[left(RAE, SAM, "10:00")])
    assert (spans(clock), clock.owner_id, clock.unassigned_seconds) == (
        [(RAE, "09:00"), (SAM, "10:00")],
        SAM,
        0,
    )


def test_what_somebody_left_without_a_cover_is_nobody_s_and_counts_as_unassigned() -> None:
    clock = only(request("09:00"), call("12:00", actor=RAE), covers=[left(RAE, None, "10:00")])
    assert (spans(clock), clock.unassigned_seconds) == ([(RAE, "09:00"), (None, "10:00")], 7_200)


def test_it_does_not_fall_to_the_owner_of_the_account() -> None:
    world = KnownWorld(
        {(CONTACT, "owner"): RAE, (CONTACT, "account"): ACCOUNT, (ACCOUNT, "owner"): SAM},
        covers=[left(RAE, None)],
    )
    (clock,) = measure([OWNED], subject(request("09:00")), world, as_of=at("16:00"))
    assert clock.owner_id is None


def test_the_next_owner_that_the_record_names_is_the_owner() -> None:
    fields: Any = {(CONTACT, "owner"): [(at("08:00"), RAE), (at("11:00"), MIA)]}
    world = KnownWorld(fields, covers=[left(RAE, SAM, "10:00")])
    (clock,) = measure([OWNED], subject(request("09:00")), world, as_of=at("16:00"))
    assert spans(clock) == [(RAE, "09:00"), (SAM, "10:00"), (MIA, "11:00")]


def test_who_left_later_does_not_own_less_before() -> None:
    clock = only(request("09:00"), covers=[left(RAE, SAM, "15:00")], as_of="14:00")
    assert spans(clock) == [(RAE, "09:00")]


AGREEMENT = """
agreement: covers
title: Covers
parties: [marketing, sales]
effective_from: 2026-01-01
commitments:
  - {key: answer, owner: sales, kind: response, start: {event: request.received}, stop: {event: call.made, by: owner}, within: 9 days}
  - {key: calls, owner: sales, kind: volume, count: {event: meeting.held, by: anyone}, each: member, per: week, target: ">= 1"}
"""  # noqa: E501 - as people write it

MORNING = datetime(2026, 4, 7, 6, tzinfo=UTC)


@pytest.fixture
def answered(db) -> None:
    """A request to Rae; Sam called."""
    signed(AGREEMENT)
    people = (
        {"external_id": name, "email": f"{name}@example.com", "team": "sales"} for name in ("rae", "sam")
    )
    send("members", *people)
    send("contacts", {"external_id": "p1", "owner": "rae", "updated_at": "2026-04-01T08:00:00Z"})
    send(
        "events",
        event("asked", "request.received", "2026-04-07T08:00:00Z", contact="p1"),
        event("called", "call.made", "2026-04-07T10:00:00Z", contact="p1", actor="sam"),
        event("met", "meeting.held", "2026-04-08T10:00:00Z", contact="p1"),
    )
    judge_pending(as_of=NOW)


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@example.com")


def absent(name: str, cover: str | None, *, days: int | None = 3, as_of: datetime = NOW):
    return take(
        person(name),
        during=(MORNING, None if days is None else MORNING + timedelta(days=days)),
        cover=person(cover) if cover else None,
        kind=AbsenceKind.AWAY if days else AbsenceKind.LEFT,
        by="test",
        as_of=as_of,
    )


def named(ref: int | None) -> str | None:
    return None if ref is None else Ref.objects.get(pk=ref).external_id


def stands() -> tuple[str, str | None]:
    judge_pending(as_of=NOW)
    clock = Clock.objects.get(commitment_key="answer")
    compared = compare(as_of=NOW)
    assert (compared.different, compared.periods) == ([], [])
    return clock.state, named(clock.owner_id)


def test_an_absence_entered_days_late_is_judged_as_if_it_had_been_known(answered) -> None:
    assert stands() == ("running", "rae")
    absence = absent("rae", "sam")
    assert stands() == ("met", "rae")
    change(absence, during=(MORNING, MORNING + timedelta(hours=3)), cover=None, by="test", as_of=NOW)
    assert stands() == ("running", "rae")


def test_an_absence_that_is_taken_back_is_judged_as_if_it_had_never_been(answered) -> None:
    absence = absent("rae", "sam")
    assert stands() == ("met", "rae")
    ahead = (NOW + timedelta(days=1), NOW + timedelta(days=2))
    moved = change(absence, during=ahead, cover=absence.cover, by="test", as_of=NOW)
    end(moved, by="test", as_of=NOW)
    assert stands() == ("running", "rae")


def test_what_a_leaver_owned_and_did_not_do_counts_for_who_took_over(answered) -> None:
    absent("rae", "sam", days=None)
    assert stands() == ("met", "sam")
    assert named(Unit.objects.get(commitment_key="calls").owner_id) == "sam"


def test_a_cover_whom_the_crm_names_only_later_owns_it_from_the_day_on_that_they_took_over(answered) -> None:
    users = User.objects.in_bulk(ensure_users([("zoe@example.com", "Zoe")]).values())
    take(
        person("rae"),
        during=(MORNING, None),
        cover=next(iter(users.values())),
        kind=AbsenceKind.LEFT,
        by="test",
        as_of=NOW,
    )
    assert stands() == ("running", None)
    send("members", {"external_id": "zoe", "email": "zoe@example.com"})
    assert stands() == ("running", "zoe")


def test_handing_over_leaves_until_now_with_whom_it_was(answered) -> None:
    hand_over(person("rae"), to=person("sam"), by="test", as_of=NOW - timedelta(hours=1))
    assert stands() == ("running", "sam")
    clock = Clock.objects.get(commitment_key="answer")
    assert [named(span["member"]) for span in clock.owners] == ["rae", "sam"]


def test_who_is_merged_into_a_member_whom_nobody_knows_yet_left_all_the_same(answered) -> None:
    absent("rae", "sam", days=None)
    row = {"external_id": "rae", "email": "rae@example.com", "merged_into": "r9"}
    send("members", {**row, "updated_at": "2026-04-08T08:00:00Z"})
    assert stands() == ("met", "sam")
