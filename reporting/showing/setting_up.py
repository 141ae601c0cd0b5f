"""Teams and people as the pages of setting up show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from people.enums import Role, Side
from people.models import Invitation, Membership, Team, User
from reporting.setting_up import SIDE_NAMES


@dataclass(frozen=True, slots=True)
class ShownTeam:
    """A team with how many people it has, and who manages it."""

    team: Team
    side: str
    people: int
    managers: list[str]


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A person with their teams; ``invited_until`` only where they were asked and have not come yet."""

    user: User
    teams: list[tuple[str, str, bool]]
    can_sign_in: bool
    invited_until: datetime | None
    may_invite: bool


def shown_teams(*, as_of: datetime) -> list[ShownTeam]:
    """All teams, by name; two statements."""
    now = Q(memberships__during__contains=as_of, memberships__user__is_active=True)
    teams = Team.objects.select_related("parent").order_by("name")
    counted = teams.annotate(people=Count("memberships__user", filter=now, distinct=True))
    managing = Membership.objects.at(as_of).managing().filter(user__is_active=True).select_related("user")
    managers: dict[int, list[str]] = {}
    for one in managing.order_by("user__name"):
        managers.setdefault(one.team_id, []).append(str(one.user))
    return [
        ShownTeam(team, str(SIDE_NAMES[Side(team.side)]), team.people, managers.get(team.pk, []))
        for team in counted
    ]


def shown_people(users: Sequence[User], *, as_of: datetime) -> list[ShownPerson]:
    """These people; two statements."""
    teams: dict[int, dict[str, tuple[str, str, bool]]] = {}
    for one in _memberships(users, as_of):
        of_user = teams.setdefault(one.user_id, {})
        is_manager = one.role == Role.MANAGER or of_user.get(one.team.slug, ("", "", False))[2]
        of_user[one.team.slug] = (one.team.slug, one.team.name, is_manager)
    asked = Invitation.objects.filter(user__in=users, accepted_at=None, expires_at__gt=as_of)
    until = dict(asked.values_list("user_id", "expires_at"))
    return [
        ShownPerson(
            user,
            list(teams.get(user.pk, {}).values()),
            user.is_active and user.has_usable_password(),
            until.get(user.pk),
            user.is_active and not user.has_usable_password(),
        )
        for user in users
    ]


def _memberships(users: Iterable[User], as_of: datetime) -> Iterable[Membership]:
    return (
        Membership.objects.at(as_of)
        .filter(user__in=users)
        .select_related("team")
        .order_by("team__name", "pk")
    )
