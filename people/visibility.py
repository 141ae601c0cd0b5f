"""Whose names a person sees: their own rows, a manager their teams', everybody else only teams."""

from datetime import datetime
from functools import cached_property
from typing import Any

from people.enums import Role
from people.memberships import team_tree
from people.models import Membership, Team


class Sight:
    """What one person may see at one instant; two statements, when first asked."""

    def __init__(self, user: Any, *, as_of: datetime) -> None:
        self.user = user
        self.as_of = as_of
        self.is_admin: bool = bool(user.is_authenticated and user.is_superuser)
        self.is_auditor: bool = bool(
            user.is_authenticated and (user.is_auditor or user.has_perm("people.see_names"))
        )

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """The teams that the person belongs to."""
        return frozenset(team for team, _ in self._roles)

    @cached_property
    def managed_team_ids(self) -> frozenset[int]:
        """The teams that the person manages, and every team below those."""
        managed = {team for team, role in self._roles if role == Role.MANAGER}
        if not managed:
            return frozenset()
        return frozenset(team for team, line in team_tree().items() if line & managed)

    def sees_names_of(self, team: Team | int) -> bool:
        """Whether the rows of this team's members show who they are."""
        team_id = team.pk if isinstance(team, Team) else team
        return self.is_admin or self.is_auditor or team_id in self.managed_team_ids

    def sees_name_of(self, user_id: int | None, team: Team | int) -> bool:
        """Whether this person's own row in the team shows who it is: theirs always does to themselves."""
        is_own = user_id is not None and user_id == self.user.pk
        return is_own or self.sees_names_of(team)

    @cached_property
    def _roles(self) -> list[tuple[int, str]]:
        if self.user.pk is None:  # a program behind a token belongs nowhere
            return []
        memberships = Membership.objects.filter(user_id=self.user.pk).at(self.as_of)
        return list(memberships.values_list("team_id", "role"))
