"""Absences through the API, as an HR system sends them: once, again, changed, taken back, refused."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from people.absences import receivers
from people.enums import Scope
from people.models import Absence
from people.tokens import create_token
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/absences/"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ROW = {
    "person": "ann@example.com",
    "from": "2026-03-10T00:00:00+01:00",
    "until": "2026-03-14T00:00:00+01:00",
    "cover": "bob@example.com",
}


@pytest.fixture(autouse=True)
def _people() -> None:
    for name in ("ann", "bob", "cleo"):
        UserFactory(email=f"{name}@example.com", name=name.title())


def key(*scopes: Scope) -> dict[str, str]:
    _row, text = create_token(name="hr", scopes=[str(scope) for scope in scopes], as_of=NOW)
    return {"Authorization": f"Bearer {text}"}


def send(row: dict[str, object], **headers: str):
    return Client().post(
        ADDRESS, row, content_type="application/json", headers=key(Scope.DEFINITIONS_WRITE) | headers
    )


def test_an_absence_is_entered_and_answered_as_it_was_sent() -> None:
    answer = send(ROW)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": Absence.objects.get().pk,
        "person": "ann@example.com",
        "kind": "away",
        "from": "2026-03-09T23:00:00Z",
        "until": "2026-03-13T23:00:00Z",
        "cover": "bob@example.com",
    }
    ann = Absence.objects.get().user
    assert receivers([ann], NOW)[ann.pk].email == "bob@example.com"


def test_the_same_person_and_start_again_changes_the_end_and_the_cover() -> None:
    send(ROW)
    answer = send({**ROW, "until": "2026-03-12T00:00:00+01:00", "cover": "cleo@example.com"})
    assert (answer.status_code, answer.json()["cover"]) == (200, "cleo@example.com")
    assert Absence.objects.get().during.upper == datetime(2026, 3, 11, 23, tzinfo=UTC)


def test_somebody_leaves_without_an_end() -> None:
    answer = send({"person": "ann@example.com", "from": "2026-03-10T00:00:00Z", "kind": "left"})
    assert (answer.status_code, answer.json()["until"], answer.json()["cover"]) == (201, None, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"person": "zoe@example.com"}, "person"),
        ({"cover": "zoe@example.com"}, "cover"),
        ({"cover": "ann@example.com"}, "cover"),
        ({"until": "2026-03-09T00:00:00Z"}, "until"),
        ({"until": None}, "until"),
        ({"from": "soon"}, "from"),
        ({"kind": "ill"}, "kind"),
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, object], field: str) -> None:
    answer = send({**ROW, **wrong})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Absence.objects.exists()


def test_one_that_overlaps_another_is_refused() -> None:
    send(ROW)
    answer = send({**ROW, "from": "2026-03-11T00:00:00Z"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "from")


def test_the_same_key_enters_it_once() -> None:
    token = key(Scope.DEFINITIONS_WRITE) | {"Idempotency-Key": "one"}
    answers = [Client().post(ADDRESS, ROW, content_type="application/json", headers=token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Absence.objects.count() == 1


def test_it_is_taken_back_as_if_it_had_never_been() -> None:
    send(ROW)
    address = f"{ADDRESS}{Absence.objects.get().pk}/"
    token = key(Scope.DEFINITIONS_WRITE)
    assert Client().delete(address, headers=token).status_code == 204
    assert Client().delete(address, headers=token).status_code == 404


def test_names_are_for_people_read_only() -> None:
    send(ROW)
    (hidden,) = Client().get(ADDRESS, headers=key(Scope.READ)).json()["results"]
    (shown,) = Client().get(ADDRESS, headers=key(Scope.READ, Scope.PEOPLE_READ)).json()["results"]
    assert (hidden["person"], hidden["cover"]) == (None, None)
    assert (shown["person"], shown["cover"]) == ("ann@example.com", "bob@example.com")
    asked = f"{ADDRESS}?person=ann@example.com"
    assert Client().get(asked, headers=key(Scope.READ)).status_code == 403
    assert len(Client().get(asked, headers=key(Scope.READ, Scope.PEOPLE_READ)).json()["results"]) == 1


@pytest.mark.parametrize("scope", [Scope.READ, Scope.FACTS_WRITE, Scope.BREACHES_WRITE])
def test_writing_needs_its_scope(scope: Scope) -> None:
    answer = Client().post(ADDRESS, ROW, content_type="application/json", headers=key(scope))
    assert answer.status_code == 403
    assert Client().post(ADDRESS, ROW, content_type="application/json").status_code == 401


def test_a_signed_in_person_reads_what_concerns_them_only() -> None:
    send(ROW)
    for name, rows in (("ann", 1), ("bob", 1), ("cleo", 0)):
        client = Client()
        client.force_login(
            Absence._meta.get_field("user").related_model.objects.get(email=f"{name}@example.com")
        )
        assert len(client.get(ADDRESS).json()["results"]) == rows
        assert client.post(ADDRESS, ROW, content_type="application/json").status_code == 403
