"""Invitations: a link that works once, until it is too old or replaced."""

from datetime import UTC, datetime, timedelta

import pytest

from core.models import AuditEntry
from people.invitations import VALID_FOR, NotInvitableError, accept, invite, opened
from people.models import Invitation, User
from tests.factories.people import UserFactory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def marie() -> User:
    user = UserFactory(email="marie@example.com")
    user.set_unusable_password()
    user.save()
    return user


def link_of(user: User, *, as_of: datetime = NOW) -> str:
    secrets: list[str] = []
    invite(user, by=None, post=lambda invitation, secret: secrets.append(secret), as_of=as_of)
    return secrets[0]


def come_in(secret: str, *, as_of: datetime = NOW) -> User | None:
    preferences = {"name": "Marie", "language": "fr", "timezone": "Europe/Paris"}
    return accept(secret, password="a-long-password", as_of=as_of, **preferences)


def test_the_link_sets_password_name_language_and_zone(marie: User) -> None:
    user = come_in(link_of(marie))

    assert user is not None
    marie.refresh_from_db()
    assert (marie.name, marie.language, marie.timezone) == ("Marie", "fr", "Europe/Paris")
    assert marie.check_password("a-long-password")
    verbs = list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["invite", "invitation.accepted"]


def test_only_the_hash_of_the_secret_is_kept(marie: User) -> None:
    secret = link_of(marie)

    assert secret not in str(Invitation.objects.values().get())


@pytest.mark.parametrize(
    ("what", "works"),
    [
        (lambda user, secret: None, True),
        (lambda user, secret: come_in(secret), False),
        (lambda user, secret: link_of(user, as_of=NOW + timedelta(hours=1)), False),
        (lambda user, secret: User.objects.filter(pk=user.pk).update(is_active=False), False),
    ],
    ids=["untouched", "used", "replaced", "person no longer active"],
)
def test_a_link_works_until_it_was_used_or_replaced_or_the_person_went(marie: User, what, works) -> None:
    secret = link_of(marie)
    what(marie, secret)

    later = NOW + timedelta(hours=2)
    assert (opened(secret, as_of=later) is not None) is works
    assert (come_in(secret, as_of=later) is not None) is works


def test_a_link_is_over_at_the_end_of_its_time(marie: User) -> None:
    secret = link_of(marie)

    assert opened(secret, as_of=NOW + VALID_FOR - timedelta(seconds=1))
    assert opened(secret, as_of=NOW + VALID_FOR) is None
    assert opened("no such secret", as_of=NOW) is None


def test_whoever_has_a_password_or_is_inactive_is_not_invited(marie: User) -> None:
    for broken in ({"is_active": False}, {"password": "md5$x$y"}):
        user = UserFactory(**broken)
        with pytest.raises(NotInvitableError):
            link_of(user)

    assert not Invitation.objects.exists()
