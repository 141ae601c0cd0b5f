"""Entering absences, ending them, handing over; and who receives meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry, ChangeMark
from core.problems import Problem
from people.absences import absences_at, change, covered_now, end, hand_over, receivers, take
from people.enums import AbsenceKind
from people.models import Absence
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ann():
    return UserFactory(email="ann@example.com", name="Ann")


@pytest.fixture
def bob():
    return UserFactory(email="bob@example.com", name="Bob")


@pytest.fixture
def cleo():
    return UserFactory(email="cleo@example.com", name="Cleo")


def enter(user, cover=None, *, first=-1, last: int | None = 1, kind=AbsenceKind.AWAY, as_of=NOW) -> Absence:
    until = None if last is None else NOW + last * DAY
    return take(user, during=(NOW + first * DAY, until), cover=cover, kind=kind, by=user, as_of=as_of)


def marked() -> set[tuple[int, datetime]]:
    return set(ChangeMark.objects.filter(kind="people").values_list("ref_id", "ready_at"))


def test_the_cover_receives_for_whoever_is_away_and_everybody_else_for_themselves(ann, bob, cleo) -> None:
    enter(ann, bob)
    assert receivers([ann, bob, cleo], NOW) == {ann.pk: bob, bob.pk: bob, cleo.pk: cleo}
    assert receivers([ann], NOW + 2 * DAY) == {ann.pk: ann}
    assert absences_at([ann.pk, bob.pk], NOW)[ann.pk].cover == bob
    assert covered_now(bob, NOW) == [ann]


def test_nobody_receives_for_who_is_away_without_a_cover_or_whose_cover_is_not_active(ann, bob) -> None:
    enter(ann, bob)
    bob.is_active = False
    bob.save()
    assert receivers([ann, bob], NOW) == {}
    assert receivers([UserFactory(is_active=False)], NOW) == {}


def test_receivers_take_as_many_statements_for_many_as_for_one(ann, bob, cleo) -> None:
    enter(ann, bob)
    with CaptureQueriesContext(connection) as one:
        receivers([ann], NOW)
    enter(cleo, bob)
    others = UserFactory.create_batch(3)
    with CaptureQueriesContext(connection) as many:
        receivers([ann, cleo, *others], NOW)
    assert len(one) == len(many) == 2


@pytest.mark.parametrize(
    ("field", "row"),
    [
        ("until", {"last": None}),
        ("until", {"first": 2, "last": 1}),
        ("until", {"first": 1, "last": 1}),
        ("cover", {"cover": "ann"}),
        ("cover", {"cover": "gone"}),
        ("from", {"first": 0, "last": 5}),
    ],
)
def test_what_cannot_be_so_is_refused_by_the_name_of_its_field(ann, field, row) -> None:
    enter(ann, first=3, last=4)
    covers = {"ann": ann, "gone": UserFactory(is_active=False), None: None}
    with pytest.raises(Problem) as refused:
        enter(ann, covers[row.pop("cover", None)], **row)
    assert (refused.value.status_code, refused.value.errors[0]["field"]) == (422, field)
    assert Absence.objects.count() == 1


def test_the_database_refuses_two_at_once_a_cover_of_oneself_and_an_endless_absence(ann) -> None:
    row = {"user": ann, "during": (NOW, NOW + DAY), "created_at": NOW}
    Absence.objects.create(**row)
    for wrong in (
        {},
        {"cover": ann, "during": (NOW + 2 * DAY, NOW + 3 * DAY)},
        {"during": (NOW + 4 * DAY, None)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(**{**row, **wrong})


def test_everybody_concerned_is_judged_again_whom_the_person_covers_too(ann, bob, cleo) -> None:
    enter(ann, bob)
    enter(bob, cleo)
    ChangeMark.objects.all().delete()
    enter(cleo)
    assert marked() == {(user.pk, NOW) for user in (ann, bob, cleo)}


def test_somebody_who_leaves_later_is_judged_again_when_they_do(ann, bob) -> None:
    enter(ann, bob, first=5, last=None, kind=AbsenceKind.LEFT)
    assert marked() == {(ann.pk, NOW), (ann.pk, NOW + 5 * DAY)}


def test_back_early_ends_it_now_and_one_ahead_is_taken_away(ann, bob) -> None:
    under_way = enter(ann, bob)
    ahead = enter(ann, bob, first=3, last=4)
    ended = end(under_way, by=ann, as_of=NOW)
    assert ended is not None
    assert ended.during.upper == NOW
    assert end(ahead, by=ann, as_of=NOW) is None
    assert receivers([ann], NOW) == {ann.pk: ann}
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["absence.taken", "absence.taken", "absence.ended", "absence.taken_back"]


def test_one_that_is_over_stays_as_it_was(ann) -> None:
    over = enter(ann, first=-5, last=-4)
    end(over, by=ann, as_of=NOW)
    over.refresh_from_db()
    assert over.during.upper == NOW - 4 * DAY


def test_another_cover_leaves_before_and_after_in_the_audit_trail(ann, bob, cleo) -> None:
    absence = enter(ann, bob)
    change(absence, during=(absence.during.lower, absence.during.upper), cover=cleo, by=ann, as_of=NOW)
    entry = AuditEntry.objects.latest("id")
    assert (entry.before["cover"], entry.after["cover"]) == ("bob@example.com", "cleo@example.com")
    assert receivers([ann], NOW) == {ann.pk: cleo}


def test_handing_over_ends_what_was_entered_and_lasts_until_handed_on(ann, bob, cleo) -> None:
    enter(ann, bob, first=-1, last=2)
    enter(ann, bob, first=4, last=5)
    hand_over(ann, to=bob, by=cleo, as_of=NOW)
    assert receivers([ann], NOW + 30 * DAY) == {ann.pk: bob}
    hand_over(ann, to=cleo, by=cleo, as_of=NOW + 7 * DAY)
    assert receivers([ann], NOW + 6 * DAY) == {ann.pk: bob}
    assert receivers([ann], NOW + 30 * DAY) == {ann.pk: cleo}


def test_handing_over_to_nobody_is_possible_and_nobody_receives(ann, bob) -> None:
    hand_over(ann, to=None, by=bob, as_of=NOW)
    assert receivers([ann], NOW) == {}
