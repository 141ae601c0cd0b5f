"""The first person of an empty installation: let in by the code, once."""

from datetime import UTC, datetime

import pytest

from core.models import AuditEntry
from people.first_administrator import (
    NotAwaitedError,
    WrongCodeError,
    awaited,
    code,
    is_code,
    make_first_administrator,
)
from people.models import User
from tests.factories.people import UserFactory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def make(**given: str) -> User:
    fields = {"given_code": code(), "email": "ada@example.com", "password": "a-long-password"}
    rest = {"name": "Ada", "language": "fr", "timezone": "Europe/Paris"}
    return make_first_administrator(**{**fields, **rest, **given}, as_of=NOW)


def test_whoever_shows_the_code_is_an_administrator_with_their_preferences() -> None:
    user = make()

    assert (user.is_superuser, user.is_staff, user.language, user.timezone) == (
        True,
        True,
        "fr",
        "Europe/Paris",
    )
    assert user.check_password("a-long-password")
    assert AuditEntry.objects.get().verb == "setup.first_administrator"


def test_without_the_code_nobody_comes_in() -> None:
    with pytest.raises(WrongCodeError):
        make(given_code="AAAAA-AAAAA-AAAAA-AAAAA")

    assert not User.objects.exists()


def test_the_code_works_once_even_if_all_administrators_are_gone() -> None:
    make()
    User.objects.update(is_superuser=False)

    assert not awaited()
    with pytest.raises(NotAwaitedError):
        make(email="eve@example.com")


def test_members_that_a_crm_told_of_do_not_count_and_one_of_them_may_be_the_first() -> None:
    known = UserFactory(email="Ada@example.com")

    assert awaited()
    assert make().pk == known.pk


def test_an_administrator_made_otherwise_needs_no_code() -> None:
    UserFactory(is_superuser=True)

    assert not awaited()


@pytest.mark.parametrize("typed", [str.lower, lambda text: text.replace("-", ""), lambda text: f" {text} "])
def test_the_code_may_be_typed_as_people_type(typed) -> None:
    assert is_code(typed(code()))


def test_the_code_is_the_same_in_every_process_and_another_with_another_key(settings) -> None:
    first = code()
    settings.SECRET_KEY = "y" * 50

    assert (len(first), first == code()) == (23, False)
