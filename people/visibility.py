"""Whose names a person sees: their own rows, a manager their teams', everybody else only teams.

Who covers somebody sees and manages for as long what they do, with their names. Where the company's rule
names individuals (people.naming), the teams of an agreement see each other's, for what happened since
everybody was informed. Names of rows older than the rule keeps are the person's alone.
"""

from datetime import datetime
from functools import cached_property
from typing import Any

from people.absences import covered_ids
from people.enums import Role
from people.memberships import team_tree
from people.models import Membership, Team
from people.naming import current_policy, named_since, names_individuals_since, saw_name_in


class Sight:
    """What one person may see at one instant; a few statements, when first asked."""

    def __init__(self, user: Any, *, as_of: datetime) -> None:
        self.user = user
        self.as_of = as_of
        self.is_admin: bool = bool(user.is_authenticated and user.is_superuser)
        self.is_auditor: bool = bool(
            user.is_authenticated and (user.is_auditor or user.has_perm("people.see_names"))
        )
        #: Auditors look, and change nothing: every question whether somebody may act asks this first.
        self.changes_nothing: bool = not user.is_authenticated or bool(user.is_auditor)
        #: What the rooms above looked up for this sight, by name: asked once.
        self.looked_up: dict[str, Any] = {}

    @classmethod
    def of(cls, user: Any, *, as_of: datetime) -> "Sight":
        """The sight of this user object at the instant: asked again for the same, as one page does from
        several places, it is the same and asks the database nothing more."""
        known: Sight | None = getattr(user, "_sight", None)
        if known is None or known.as_of != as_of:
            known = cls(user, as_of=as_of)
            user._sight = known
        return known

    @cached_property
    def team_ids(self) -> frozenset[int]:
        """The teams that the person belongs to."""
        return frozenset(team for user, team, _ in self._roles if user == self.user.pk)

    @cached_property
    def managed_team_ids(self) -> frozenset[int]:
        """The teams that the person manages, for whom they cover too, and every team below those."""
        managed = {team for _, team, role in self._roles if role == Role.MANAGER}
        if not managed:
            return frozenset()
        return frozenset(team for team, line in self._tree.items() if line & managed)

    @cached_property
    def acting_ids(self) -> frozenset[int]:
        """The person and whom they stand in for now, by user id: they receive and act for them."""
        if self.user.pk is None:
            return frozenset()
        return frozenset({self.user.pk, *covered_ids(self.user.pk, self.as_of)})

    @cached_property
    def partner_team_ids(self) -> frozenset[int]:
        """The parties of the agreements of the person's teams and of the teams above those, with every team
        below these parties; their own included."""
        own = {above for team in self.team_ids for above in self._tree[team]} | self.managed_team_ids
        if not own:
            return frozenset()
        parties = set(Team.objects.sharing_agreements_with(own).values_list("pk", flat=True))
        return frozenset(team for team, line in self._tree.items() if line & parties)

    @cached_property
    def named_team_ids(self) -> frozenset[int]:
        """The teams whose members the person may see by name for what happens now; all teams for
        administrators and auditors (``sees_names_of``) are not listed here."""
        return self.managed_team_ids | (self.partner_team_ids if self._named_to_partners else frozenset())

    def sees_names_of(self, team: Team | int, at: datetime | None = None) -> bool:
        """Whether the rows of this team's members show who they are; `at`: when what the row tells happened.

        False for everybody, administrators too, for what is older than the company's rule keeps names.
        """
        team_id = team.pk if isinstance(team, Team) else team
        if self.is_admin or self.is_auditor or team_id in self.managed_team_ids:
            return self._keeps(at)
        if not self._named_to_partners or team_id not in self.partner_team_ids:
            return False
        return self._keeps(at) and (at is None or at >= self._named_to_partners)

    def sees_name_of(self, user_id: int | None, team: Team | int, at: datetime | None = None) -> bool:
        """Whether this person's own row in the team shows who it is: theirs always does to themselves."""
        if user_id is not None and user_id == self.user.pk:
            return True
        seen = self.sees_names_of(team, at) or (user_id is not None and user_id in self.acting_ids)
        if seen and user_id is not None:
            self.names(team.pk if isinstance(team, Team) else team)
        return seen

    def sees_names_of_nobodys_team(self, at: datetime | None = None) -> bool:
        """Whether rows show who somebody is that belongs to no team: to administrators and auditors only."""
        return (self.is_admin or self.is_auditor) and self._keeps(at)

    def names(self, team_id: int | None) -> None:
        """Note for the access log: the reader is shown the name of somebody else, of this team or of none."""
        saw_name_in(team_id)

    def _keeps(self, at: datetime | None) -> bool:
        return at is None or self._since is None or at >= self._since

    @cached_property
    def _policy(self) -> Any:
        return current_policy()

    @cached_property
    def _since(self) -> datetime | None:
        return named_since(self._policy, as_of=self.as_of)

    @cached_property
    def _named_to_partners(self) -> datetime | None:
        if self.user.pk is None:
            return None
        since = names_individuals_since(self._policy)
        return since if since is not None and since <= self.as_of else None

    @cached_property
    def _tree(self) -> dict[int, frozenset[int]]:
        return team_tree()

    @cached_property
    def _roles(self) -> list[tuple[int, int, str]]:
        if self.user.pk is None:  # a program behind a token belongs nowhere
            return []
        memberships = Membership.objects.filter(user_id__in=self.acting_ids).at(self.as_of)
        return list(memberships.values_list("user_id", "team_id", "role"))
