"""Absences in the admin: what is wrong is said, what changes is judged again."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from core.models import ChangeMark
from people.models import Absence
from tests.factories.people import LONG_AGO, AbsenceFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("slahub.urls")]


def saved(desk, **given: object):
    row = {
        "kind": "away",
        "during_0": "2026-03-02 09:00",
        "during_1": "2026-03-06 18:00",
        "cover": "",
        **given,
    }
    return desk.post(reverse("admin:people_absence_add"), row)


def test_one_that_is_added_marks_the_person_and_notes_who_added_it(desk) -> None:
    user, cover = UserFactory(), UserFactory()
    assert saved(desk, user=user.pk, cover=cover.pk).status_code == 302
    absence = Absence.objects.get()
    assert (absence.user, absence.cover, absence.created_by is not None) == (user, cover, True)
    assert set(ChangeMark.objects.values_list("kind", "ref_id")) == {("people", user.pk)}


def test_what_the_database_would_refuse_is_said_on_the_page(desk) -> None:
    user = UserFactory()
    AbsenceFactory(user=user, during=DateTimeTZRange(LONG_AGO, LONG_AGO.replace(year=2027)))
    for wrong, said in (
        ({}, "at a time that overlaps this one"),
        ({"during_0": "2028-01-01 09:00", "during_1": ""}, "say until when"),
        ({"during_0": ""}, "say from when"),
        ({"during_0": "2028-01-01 09:00", "during_1": "2028-01-02 09:00", "cover": user.pk}, "nobody covers"),
    ):
        answer = saved(desk, user=user.pk, **wrong)
        assert answer.status_code == 200
        assert said in answer.content.decode()
    assert Absence.objects.count() == 1


def test_one_that_is_deleted_marks_the_person(desk) -> None:
    absence = AbsenceFactory()
    desk.post(reverse("admin:people_absence_delete", args=[absence.pk]), {"post": "yes"})
    assert not Absence.objects.exists()
    assert ChangeMark.objects.get().ref_id == absence.user_id
