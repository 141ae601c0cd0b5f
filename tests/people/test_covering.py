"""Who stands in for whom, pure: away, left, and covers who are not there either."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.covering import Away, Covers, covered_by

ANN, BOB, CLEO, DAN, EVE = range(1, 6)


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


def away(user: int, cover: int | None, first: int = 1, last: int = 10) -> Away:
    return Away(user, cover, left=False, start=day(first), end=day(last))


def left(user: int, cover: int | None, first: int = 1) -> Away:
    return Away(user, cover, left=True, start=day(first), end=None)


@pytest.mark.parametrize(
    ("absences", "receiver", "stand_ins", "holder"),
    [
        ([], ANN, set(), ANN),
        ([away(ANN, BOB)], BOB, {BOB}, ANN),
        ([away(ANN, None)], None, set(), ANN),
        ([away(ANN, BOB), away(BOB, CLEO)], CLEO, {BOB, CLEO}, ANN),
        ([away(ANN, BOB), away(BOB, None)], None, {BOB}, ANN),
        ([away(ANN, BOB), away(BOB, CLEO), away(CLEO, DAN)], None, {BOB, CLEO}, ANN),  # no further
        ([away(ANN, BOB), away(BOB, ANN)], None, {BOB}, ANN),  # a ring
        ([left(ANN, BOB)], BOB, {BOB}, BOB),
        ([left(ANN, None)], None, set(), None),
        ([left(ANN, BOB), left(BOB, CLEO), left(CLEO, DAN)], DAN, {DAN}, DAN),  # as far as it takes
        ([left(ANN, BOB), left(BOB, ANN)], None, set(), None),
        ([left(ANN, BOB), away(BOB, CLEO)], CLEO, {BOB, CLEO}, BOB),
        ([away(ANN, BOB), left(BOB, CLEO)], CLEO, {CLEO}, ANN),
    ],
)
def test_who_receives_who_acts_and_whose_it_is(absences, receiver, stand_ins, holder) -> None:
    covers, at = Covers(absences), day(5)
    found = covers.receiver(ANN, at), covers.stand_ins(ANN, at), covers.holder(ANN, at)
    assert found == (receiver, stand_ins, holder)


def test_the_first_instant_counts_and_the_end_does_not() -> None:
    covers = Covers([away(ANN, BOB, 2, 4)])
    assert [covers.receiver(ANN, day(number)) for number in (1, 2, 3, 4)] == [ANN, BOB, BOB, ANN]


def test_the_records_change_hands_when_the_person_or_who_has_them_since_leaves() -> None:
    covers = Covers([left(ANN, BOB, 3), left(BOB, CLEO, 7), away(CLEO, DAN), left(EVE, ANN, 2)])
    assert covers.departures(ANN) == [day(3), day(7)]
    assert covers.departures(EVE) == [day(2), day(3), day(7)]
    assert covers.departures(DAN) == []


def test_a_change_about_somebody_concerns_everybody_whom_they_cover_through_others_too() -> None:
    whom = {BOB: [ANN], CLEO: [BOB], ANN: [CLEO]}
    assert covered_by([CLEO], whom) == {ANN, BOB, CLEO}
    assert covered_by([DAN], whom) == {DAN}


PEOPLE = st.integers(1, 5)


@given(
    st.lists(st.tuples(PEOPLE, st.none() | PEOPLE, st.booleans()), unique_by=lambda row: row[0], max_size=5)
)
def test_whoever_receives_is_there_and_the_holder_never_left(rows) -> None:
    covers = Covers(Away(user, cover, gone, day(1), day(9)) for user, cover, gone in rows if user != cover)
    at = day(5)
    for user in range(1, 6):
        receiver, holder = covers.receiver(user, at), covers.holder(user, at)
        if receiver is not None:
            assert covers.absence_of(receiver, at) is None
        if holder is not None:
            absence = covers.absence_of(holder, at)
            assert absence is None or not absence.left
        if holder != user:  # it passes on at instants that are known before
            assert day(1) in covers.departures(user)
