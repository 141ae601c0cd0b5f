"""What the database itself refuses."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from people.enums import MembershipOrigin
from people.models import Membership, Team, User
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

D1, D2, D3 = (datetime(2026, 4, day, tzinfo=UTC) for day in (1, 2, 3))

pytestmark = pytest.mark.django_db


def test_an_address_belongs_to_one_user_whatever_its_case():
    UserFactory(email="ada@example.com")

    with pytest.raises(IntegrityError, match="user_email_once_ignoring_case"):
        UserFactory(email="ADA@example.com")


def test_a_user_has_an_address():
    with pytest.raises(IntegrityError, match="user_has_an_email"):
        UserFactory(email="")
    with pytest.raises(ValueError, match="e-mail address is required"):
        User.objects.create_user("")


def test_nobody_is_twice_in_a_team_at_one_time():
    first = MembershipFactory(during=DateTimeTZRange(D1, D3))

    with pytest.raises(IntegrityError, match="membership_once_at_a_time"):
        MembershipFactory(user=first.user, team=first.team, during=DateTimeTZRange(D2, None))


def test_periods_that_touch_and_memberships_of_another_origin_stand_side_by_side():
    first = MembershipFactory(during=DateTimeTZRange(D1, D2))
    MembershipFactory(user=first.user, team=first.team, during=DateTimeTZRange(D2, D3))
    MembershipFactory(
        user=first.user, team=first.team, during=DateTimeTZRange(D1, D3), origin=MembershipOrigin.CRM
    )

    assert Membership.objects.at(D2).count() == 2


def test_a_membership_lasts_some_time():
    with pytest.raises(IntegrityError, match="membership_lasts_some_time"):
        MembershipFactory(during=DateTimeTZRange(D1, D1))


def test_a_report_hour_is_an_hour_of_the_day():
    with pytest.raises(IntegrityError, match="team_report_hour_within_a_day"):
        TeamFactory(report_hour=24)


def test_a_team_is_not_its_own_parent():
    team = TeamFactory()

    with pytest.raises(IntegrityError, match="team_not_its_own_parent"):
        Team.objects.filter(pk=team.pk).update(parent=team)


@pytest.mark.parametrize("zone", ["Paris", "", "Europe/Pariss", "../etc/passwd"])
def test_a_zone_has_a_name_that_the_world_knows(zone):
    with pytest.raises(ValidationError) as refusal:
        Team(slug="a", name="A", timezone=zone).full_clean()

    assert list(refusal.value.message_dict) == ["timezone"]


def test_people_are_found_by_their_address_whatever_its_case():
    ada = User.objects.create_user("Ada@Example.com", "correct horse", name="Ada")

    assert User.objects.get_by_natural_key("ADA@example.com") == ada
    assert ada.check_password("correct horse")
    assert (str(ada), str(UserFactory(email="bob@example.com"))) == ("Ada", "bob@example.com")


def test_an_administrator_may_do_everything():
    boss = User.objects.create_superuser("boss@example.com", "correct horse")

    assert (boss.is_staff, boss.is_superuser) == (True, True)
