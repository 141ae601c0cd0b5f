"""Who may do something about a breach."""

from people.visibility import Sight
from reporting.members import members_of_users
from reporting.models import Breach


def may_act_on(breach: Breach, sight: Sight) -> bool:
    """Whoever owes it or has it assigned, managers of the team that owes it, administrators; no auditor."""
    if sight.changes_nothing:
        return False
    if sight.is_admin or breach.assignee_id == sight.user.pk or breach.team_id in sight.managed_team_ids:
        return True
    return breach.owner_id in members_of_users([sight.user.pk])[sight.user.pk]
