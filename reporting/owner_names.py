"""Which owners of records a reader may see by name, whatever team they are in."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from leads.models import Member
from people.models import Membership
from people.visibility import Sight
from reporting.labels import Label, labels_of


class OwnerNames:
    """Names of members for one reader: their own, those of the teams whose names they see, all for whoever
    may see all. Asks a constant number of statements, whatever the number of members."""

    def __init__(self, members: Iterable[int | None], sight: Sight) -> None:
        wanted = {member for member in members if member is not None}
        self._sight = sight
        self._users = dict(
            Member.objects.filter(ref_id__in=wanted, user__isnull=False).values_list("ref_id", "user_id")
        )
        self._teams = self._teams_of(set(self._users.values()))
        self._labels: dict[int, Label] = labels_of(wanted if self._names_anybody() else self._own(wanted))

    def may_name(self, member: int, at: datetime | None = None) -> bool:
        """Whether the reader may see who this member is; `at`: when what is told of them happened."""
        return self._team_naming(member, at) is not None or self._is_own(member)

    def name(self, member: int | None, at: datetime | None = None) -> str | None:
        """What the member is called, None where the reader may not see it (or there is nobody)."""
        if member is None:
            return None
        if not self._is_own(member):
            naming = self._team_naming(member, at)
            if naming is None:
                return None
            self._sight.names(naming[0])
        label = self._labels.get(member)
        return str(label) if label else None

    def _team_naming(self, member: int, at: datetime | None) -> tuple[int | None] | None:
        """The team of the member by which the reader may name them; of no team where they need none."""
        teams = sorted(self._teams.get(self._users.get(member, 0), ()))
        if not teams and self._sight.sees_names_of_nobodys_team(at):
            return (None,)
        return next(((team,) for team in teams if self._sight.sees_names_of(team, at)), None)

    def _is_own(self, member: int) -> bool:
        user = self._users.get(member)
        return user is not None and user == self._sight.user.pk

    def _names_anybody(self) -> bool:
        return self._sight.is_admin or self._sight.is_auditor or bool(self._sight.named_team_ids)

    def _own(self, members: set[int]) -> set[int]:
        return {member for member in members if self._is_own(member)}

    def _teams_of(self, users: set[int]) -> dict[int, set[int]]:
        teams: dict[int, set[int]] = defaultdict(set)
        memberships = Membership.objects.filter(user_id__in=users).at(self._sight.as_of)
        for user, team in memberships.values_list("user_id", "team_id"):
            teams[user].add(team)
        return teams
