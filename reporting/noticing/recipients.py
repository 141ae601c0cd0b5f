"""Whom a promise's news concerns: its owner, their managers, a team; in a handful of statements for many."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from leads.models import Member
from people.absences import receivers
from people.enums import Role
from people.memberships import team_tree
from people.models import Membership, Team, User


class Recipients:
    """The people behind some members and their teams at one instant.

    Whoever is away is replaced by their cover. What would reach nobody goes to the managers: nothing is
    nobody's. A team without a manager has those of the nearest team above, else the administrators.
    """

    def __init__(self, members: Iterable[int | None], *, as_of: datetime) -> None:
        self._as_of = as_of
        wanted = {member for member in members if member is not None}
        rows = Member.objects.filter(ref_id__in=wanted, user__isnull=False).select_related("user")
        self._users = {row.ref_id: row.user for row in rows if row.user}
        self._receiving = receivers(self._users.values(), as_of) if self._users else {}

    def of_owner(self, member: int | None, team_id: int) -> tuple[User, ...]:
        """Who receives for the owner, else the managers of the team that owes."""
        user = self._users.get(member) if member is not None else None
        receiver = self._receiving.get(user.pk) if user else None
        return (receiver,) if receiver else self.managers_of_team(team_id)

    def in_role(self, role: str, owner: int | None, team_id: int) -> tuple[User, ...]:
        """Whom a step of an escalation tells: the owner or their cover, the managers, the whole team, or the
        managers of a party by its slug."""
        match role:
            case "owner" | "cover":
                return self.of_owner(owner, team_id)
            case "manager":
                return self.managers_of(owner, team_id)
            case "team":
                return self.members_of_team(team_id)
        return self.of_party(role)

    def of_person(self, user: User | None, team_id: int) -> tuple[User, ...]:
        """Who receives for somebody whom it was given to, else the managers of the team that owes."""
        receiver = receivers([user], self._as_of).get(user.pk) if user else None
        return (receiver,) if receiver else self.managers_of_team(team_id)

    def managers_of(self, member: int | None, team_id: int) -> tuple[User, ...]:
        """The managers of the owner's own team where it is below the one that owes, else of that one."""
        user = self._users.get(member) if member is not None else None
        below = {team for team in self._teams[user.pk] if team_id in self._tree[team]} if user else set()
        found = {one.pk: one for team in below - {team_id} for one in self._managers[team]}
        return tuple(found.values()) or self.managers_of_team(team_id)

    def managers_of_team(self, team_id: int) -> tuple[User, ...]:
        """The managers of the team, else of the nearest team above that has some, else the administrators."""
        above: int | None = team_id
        seen: set[int] = set()
        while above is not None and above not in seen:
            if managers := self._managers[above]:
                return tuple(managers)
            seen.add(above)
            above = self._parents.get(above)
        return self._administrators

    def members_of_team(self, team_id: int) -> tuple[User, ...]:
        """Everybody in the team and the teams below it."""
        found = {user_id: user for user_id, user in self._people.items() if self._belongs(user_id, team_id)}
        return tuple(found.values()) or self.managers_of_team(team_id)

    def of_party(self, slug: str) -> tuple[User, ...]:
        """The managers of a team by its slug; nobody where there is no such team."""
        team_id = self._slugs.get(slug)
        return self.managers_of_team(team_id) if team_id is not None else ()

    def _belongs(self, user_id: int, team_id: int) -> bool:
        return any(team_id in self._tree[team] for team in self._teams[user_id])

    @cached_property
    def _memberships(self) -> list[Membership]:
        rows = Membership.objects.at(self._as_of).filter(user__is_active=True)
        return list(rows.select_related("user").order_by("user_id", "team_id"))

    @cached_property
    def _people(self) -> Mapping[int, User]:
        return {row.user_id: row.user for row in self._memberships}

    @cached_property
    def _teams(self) -> Mapping[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for row in self._memberships:
            found[row.user_id].add(row.team_id)
        return found

    @cached_property
    def _managers(self) -> Mapping[int, list[User]]:
        found: dict[int, list[User]] = defaultdict(list)
        for row in self._memberships:
            if row.role == Role.MANAGER:
                found[row.team_id].append(row.user)
        return found

    @cached_property
    def _tree(self) -> Mapping[int, frozenset[int]]:
        return team_tree()

    @cached_property
    def _parents(self) -> Mapping[int, int | None]:
        return {pk: parent for pk, parent, _slug in self._all_teams}

    @cached_property
    def _slugs(self) -> Mapping[str, int]:
        return {slug: pk for pk, _parent, slug in self._all_teams}

    @cached_property
    def _all_teams(self) -> list[tuple[int, int | None, str]]:
        return list(Team.objects.order_by().values_list("id", "parent_id", "slug"))

    @cached_property
    def _administrators(self) -> tuple[User, ...]:
        return tuple(User.objects.filter(is_superuser=True, is_active=True).order_by("id"))
