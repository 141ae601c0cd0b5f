"""Teams and memberships kept on the pages: audited, and judged again where they change."""

from datetime import UTC, datetime, timedelta

import pytest

from core.enums import MarkKind
from core.models import AuditEntry, ChangeMark
from people.enums import Role
from people.models import Membership, Team
from people.teams import AlreadyMemberError, change_team, join, leave, make_team
from tests.factories.people import TeamFactory, UserFactory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def marked() -> list[int]:
    return list(ChangeMark.objects.filter(kind=MarkKind.PEOPLE).values_list("ref_id", flat=True))


def test_a_team_is_made_and_changed_with_a_trace() -> None:
    ada = UserFactory()
    fields = {"name": "Sales", "side": "sales", "timezone": "Europe/Paris", "report_hour": 8, "parent": None}
    team = make_team(slug="sales", by=ada, as_of=NOW, **fields)
    change_team(team, changes=fields | {"name": "Vente"}, by=ada, as_of=NOW)
    change_team(team, changes=fields | {"name": "Vente"}, by=ada, as_of=NOW)

    assert Team.objects.get().name == "Vente"
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == ["add", "change"]
    assert marked() == []


def test_another_team_above_has_everybody_judged_again() -> None:
    team, above = TeamFactory(), TeamFactory()
    change_team(team, changes={"parent": above}, by=UserFactory(), as_of=NOW)

    assert marked() == [0]


def test_who_joins_belongs_from_that_day_on_and_is_judged_again() -> None:
    user, team, ada = UserFactory(), TeamFactory(), UserFactory()
    since = NOW - timedelta(days=30)
    join(user, team, role=Role.REP, since=since, by=ada, as_of=NOW)

    assert Membership.objects.at(since).filter(user=user, team=team).exists()
    assert not Membership.objects.at(since - timedelta(seconds=1)).exists()
    assert marked() == [user.pk]


def test_another_role_ends_the_one_before_and_the_same_is_refused() -> None:
    user, team, ada = UserFactory(), TeamFactory(), UserFactory()
    join(user, team, role=Role.REP, since=NOW - timedelta(days=30), by=ada, as_of=NOW)
    join(user, team, role=Role.MANAGER, since=NOW, by=ada, as_of=NOW)

    roles = Membership.objects.filter(user=user)
    assert roles.at(NOW - timedelta(days=1)).get().role == Role.REP
    assert roles.at(NOW).get().role == Role.MANAGER
    with pytest.raises(AlreadyMemberError):
        join(user, team, role=Role.MANAGER, since=NOW, by=ada, as_of=NOW)


def test_a_role_from_before_the_one_there_is_replaces_it() -> None:
    user, team, ada = UserFactory(), TeamFactory(), UserFactory()
    join(user, team, role=Role.REP, since=NOW, by=ada, as_of=NOW)
    join(user, team, role=Role.MANAGER, since=NOW - timedelta(days=9), by=ada, as_of=NOW)

    assert Membership.objects.get(user=user).role == Role.MANAGER


def test_who_leaves_belonged_until_now() -> None:
    user, team, ada = UserFactory(), TeamFactory(), UserFactory()
    membership = join(user, team, role=Role.REP, since=NOW - timedelta(days=30), by=ada, as_of=NOW)
    leave(membership, by=ada, as_of=NOW)

    assert Membership.objects.at(NOW - timedelta(seconds=1)).exists()
    assert not Membership.objects.at(NOW).exists()
