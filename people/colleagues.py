"""Who belongs together: the people of some teams, and in whose name somebody may enter an absence."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from people.models import Absence, Membership, User
from people.visibility import Sight


def teams_of(user_ids: Collection[int], at: datetime) -> dict[int, frozenset[int]]:
    """The teams of each person at the instant; of somebody who belongs to none any more, the last ones."""
    now: dict[int, set[int]] = {user: set() for user in user_ids}
    before: dict[int, list[tuple[datetime, int]]] = {user: [] for user in user_ids}
    rows = Membership.objects.filter(user_id__in=now).values_list("user_id", "team_id", "during")
    for user, team, during in rows:
        begun = during.lower is None or during.lower <= at
        if begun and (during.upper is None or at < during.upper):
            now[user].add(team)
        elif begun and during.upper is not None:
            before[user].append((during.upper, team))
    return {user: frozenset(now[user] or _last(before[user])) for user in now}


def people_of(team_ids: Collection[int], at: datetime) -> QuerySet[User]:
    """The active people who belong to any of these teams at the instant."""
    belonging = Membership.objects.filter(team_id__in=team_ids).at(at)
    return User.objects.filter(is_active=True, pk__in=belonging.values("user_id"))


def absences_visible_to(user: Any, *, as_of: datetime) -> QuerySet[Absence]:
    """Absences that the reader may look at: all for programs, administrators and auditors; for others their
    own, those that they cover, and those of whoever ever belonged to a team that they manage."""
    sight = Sight.of(user, as_of=as_of)
    rows = Absence.objects.select_related("user", "cover", "created_by")
    if user.pk is None or sight.is_admin or sight.is_auditor:
        return rows
    managed = Membership.objects.filter(team_id__in=sight.managed_team_ids)
    return rows.filter(Q(user_id=user.pk) | Q(cover_id=user.pk) | Q(user_id__in=managed.values("user_id")))


def may_enter_for(sight: Sight, user: User) -> bool:
    """Whether the reader may enter when the person is away and who covers them: for themselves, for the
    people of the teams that they manage (also who left those last), administrators for everybody."""
    if sight.changes_nothing:
        return False
    return user.pk == sight.user.pk or may_look_after(sight, user)


def may_look_after(sight: Sight, user: User) -> bool:
    """Whether the person is in the reader's care: in a team that they manage, or last in one."""
    if sight.is_admin:
        return True
    managed = sight.managed_team_ids
    return bool(managed) and bool(teams_of([user.pk], sight.as_of)[user.pk] & managed)


def _last(spells: list[tuple[datetime, int]]) -> set[int]:
    latest = max((ended for ended, _ in spells), default=None)
    return {team for ended, team in spells if ended == latest}
