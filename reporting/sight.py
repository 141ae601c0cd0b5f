"""Who may do something about a breach."""

from people.visibility import Sight
from reporting.members import members_of_users
from reporting.models import Breach


def may_act_on(breach: Breach, sight: Sight) -> bool:
    """Whoever owes it or has it assigned, their cover while they are away, managers of the team that owes it,
    administrators; no auditor."""
    if sight.changes_nothing:
        return False
    if sight.is_admin or breach.team_id in sight.managed_team_ids or breach.assignee_id in sight.acting_ids:
        return True
    members = members_of_users(sight.acting_ids)
    return any(breach.owner_id in owned for owned in members.values())
