"""Which owners of records a reader may see by name, whatever team they are in."""

from collections import defaultdict
from collections.abc import Iterable

from leads.models import Member
from people.models import Membership
from people.visibility import Sight
from reporting.labels import Label, labels_of


class OwnerNames:
    """Names of members for one reader: their own, those of the teams that they manage, all for whoever may
    see all. Asks a constant number of statements, whatever the number of members."""

    def __init__(self, members: Iterable[int | None], sight: Sight) -> None:
        wanted = {member for member in members if member is not None}
        self._sight = sight
        self._managed = sight.managed_team_ids
        self._users = dict(
            Member.objects.filter(ref_id__in=wanted, user__isnull=False).values_list("ref_id", "user_id")
        )
        self._teams = self._teams_of(set(self._users.values()))
        self._labels: dict[int, Label] = labels_of(member for member in wanted if self.may_name(member))

    def may_name(self, member: int) -> bool:
        """Whether the reader may see who this member is."""
        user = self._users.get(member)
        if self._sight.is_admin or self._sight.is_auditor:
            return True
        return user is not None and (user == self._sight.user.pk or bool(self._teams[user] & self._managed))

    def name(self, member: int | None) -> str | None:
        """What the member is called, None where the reader may not see it (or there is nobody)."""
        label = self._labels.get(member) if member is not None else None
        return str(label) if label else None

    def _teams_of(self, users: set[int]) -> dict[int, set[int]]:
        teams: dict[int, set[int]] = defaultdict(set)
        memberships = Membership.objects.filter(user_id__in=users).at(self._sight.as_of)
        for user, team in memberships.values_list("user_id", "team_id"):
            teams[user].add(team)
        return teams
