"""Who sees a declared fact: whoever declared it, their managers, and the other teams of their agreements.

The other team decides on it; never the team that gains by it, nor an administrator who is of neither.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from agreements.models import Agreement
from leads.enums import DeclarationState
from leads.models import Declaration
from people.memberships import team_tree
from people.visibility import Sight


def visible_declarations(sight: Sight) -> QuerySet[Declaration]:
    """The declarations that the person may see, the newest first."""
    every = Declaration.objects.select_related("team", "declared_by", "decided_by").order_by(
        "-declared_at", "-pk"
    )
    if sight.is_admin or sight.is_auditor or sight.user.pk is None:  # a program's scopes were asked for
        return every
    teams = sight.managed_team_ids | other_teams(sight)
    return every.filter(Q(declared_by_id=sight.user.pk) | Q(team_id__in=teams))


def to_decide(sight: Sight) -> QuerySet[Declaration]:
    """Those that wait for the person's word."""
    if sight.changes_nothing:
        return Declaration.objects.none()
    waiting = visible_declarations(sight).filter(state=DeclarationState.PENDING)
    return waiting.filter(team_id__in=other_teams(sight)).exclude(declared_by_id=sight.user.pk)


def may_decide(declaration: Declaration, sight: Sight) -> bool:
    """Whether the person is of the other team, and the declaration undecided."""
    is_pending = declaration.state == DeclarationState.PENDING and not sight.changes_nothing
    is_own = declaration.declared_by_id == sight.user.pk
    return is_pending and not is_own and declaration.team_id in other_teams(sight)


def may_take_back(declaration: Declaration, sight: Sight) -> bool:
    """Whether it is the person's own, and undecided."""
    is_pending = declaration.state == DeclarationState.PENDING and not sight.changes_nothing
    return is_pending and declaration.declared_by_id == sight.user.pk


def other_teams(sight: Sight) -> frozenset[int]:
    """The teams on the other sides of the agreements of the person's teams, with the teams below these."""
    if "other teams" not in sight.looked_up:  # each row of a list asks
        opposite = facing(sight.team_ids | sight.managed_team_ids)
        found = frozenset(team for team, line in team_tree().items() if line & opposite)
        sight.looked_up["other teams"] = found
    known: frozenset[int] = sight.looked_up["other teams"]
    return known


def facing(teams: Iterable[int]) -> frozenset[int]:
    """The parties on the other sides of the agreements of these teams and of the teams above them."""
    tree = team_tree()
    lines = {above for team in teams for above in tree[team]}
    return frozenset(party for parties in _parties() if parties & lines for party in parties - lines)


def _parties() -> list[set[int]]:
    found: dict[int, set[int]] = {}
    for agreement, team in Agreement.objects.values_list("pk", "parties"):
        if team is not None:
            found.setdefault(agreement, set()).add(team)
    return list(found.values())
