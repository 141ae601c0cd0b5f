from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from people.api.authentication import Program
from people.enums import Role
from people.models import Team
from people.visibility import Sight
from tests.factories.people import ApiTokenFactory, MembershipFactory, TeamFactory, UserFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def test_a_rep_sees_their_own_name_and_no_colleagues():
    ada, bob, sales = UserFactory(), UserFactory(), TeamFactory()
    MembershipFactory(user=ada, team=sales)
    sight = Sight(ada, as_of=NOW)

    assert sight.sees_name_of(ada.pk, sales) is True
    assert sight.sees_name_of(bob.pk, sales) is False
    assert sight.sees_name_of(None, sales) is False
    assert (sight.team_ids, sight.managed_team_ids) == ({sales.pk}, frozenset())


def test_a_manager_sees_the_names_of_the_team_and_of_those_below_it():
    sales = TeamFactory()
    field = TeamFactory(parent=TeamFactory(parent=sales))
    marketing = TeamFactory()
    boss = MembershipFactory(team=sales, role=Role.MANAGER).user
    sight = Sight(boss, as_of=NOW)

    assert (sight.sees_names_of(sales), sight.sees_names_of(field), sight.sees_names_of(marketing.pk)) == (
        True,
        True,
        False,
    )


def test_a_manager_below_does_not_see_above():
    sales = TeamFactory()
    boss = MembershipFactory(team=TeamFactory(parent=sales), role=Role.MANAGER).user

    assert Sight(boss, as_of=NOW).sees_names_of(sales) is False


def test_who_was_a_manager_until_yesterday_is_one_no_longer():
    membership = MembershipFactory(role=Role.MANAGER, during=DateTimeTZRange(NOW - DAY, NOW))

    assert Sight(membership.user, as_of=NOW - timedelta(seconds=1)).sees_names_of(membership.team) is True
    assert Sight(membership.user, as_of=NOW).sees_names_of(membership.team) is False


def test_administrators_and_auditors_see_every_name():
    sales = TeamFactory()
    auditor = UserFactory()
    auditor.user_permissions.add(Permission.objects.get(codename="see_names"))

    assert Sight(UserFactory(is_superuser=True), as_of=NOW).sees_names_of(sales) is True
    assert Sight(auditor, as_of=NOW).sees_names_of(sales) is True
    assert Sight(auditor, as_of=NOW).is_admin is False


@pytest.mark.parametrize("nobody", [AnonymousUser, lambda: Program(ApiTokenFactory())])
def test_who_is_no_person_belongs_nowhere_and_sees_no_names(nobody):
    sight = Sight(nobody(), as_of=NOW)

    assert (sight.team_ids, sight.managed_team_ids, sight.sees_names_of(1), sight.sees_name_of(None, 1)) == (
        frozenset(),
        frozenset(),
        False,
        False,
    )


def test_sight_costs_a_few_statements_however_much_is_asked(django_assert_num_queries):
    user = MembershipFactory(role=Role.MANAGER).user
    TeamFactory.create_batch(5)

    with django_assert_num_queries(6):  # three for the rights and the covers, two for teams, one for the rule
        sight = Sight(user, as_of=NOW)
        for team_id in range(20):
            sight.sees_names_of(team_id)


def test_teams_are_for_everybody_who_is_signed_in():
    team = TeamFactory()

    assert list(Team.objects.visible_to(UserFactory())) == [team]
    assert list(Team.objects.visible_to(AnonymousUser())) == []
