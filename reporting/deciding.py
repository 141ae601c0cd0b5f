"""Who decides whether a miss counts: a manager of another party of the agreement, never the owner's side."""

from collections.abc import Iterable
from datetime import datetime

from agreements.models import Agreement, Commitment
from people.memberships import team_tree, teams_under
from people.models import User
from people.visibility import Sight
from reporting.members import members_of_users
from reporting.models import Breach
from reporting.noticing.recipients import Recipients


def may_decide_on(breach: Breach, sight: Sight) -> bool:
    """Whether this person may waive the breach or refuse its dispute.

    A manager of another party, or who covers one. Nobody of the owner's own side: who owes it or has it
    assigned, who belongs to the team that owes or to one below it, who manages it as well. An
    administrator as such may not.
    """
    if sight.changes_nothing or sight.user.pk is None:
        return False
    if not sight.managed_team_ids & other_parties(breach):
        return False
    return not _is_on_the_owners_side(breach, sight)


def other_parties(breach: Breach) -> frozenset[int]:
    """The parties of the agreement that stand opposite the team that owes; none where only it is a party."""
    signed = Commitment.objects.signed().filter(
        key=breach.commitment_key, version__starts_at__lte=breach.missed_at
    )
    agreement = signed.order_by("-version__starts_at").values("version__agreement")[:1]
    tree = team_tree()
    own = tree.get(breach.team_id, frozenset()) | {breach.team_id}
    parties: Iterable[int] = Agreement.objects.filter(pk__in=agreement).values_list("parties", flat=True)
    return frozenset(
        party
        for party in parties
        if party is not None and party not in own and breach.team_id not in tree.get(party, frozenset())
    )


def deciders(breach: Breach, *, as_of: datetime) -> list[User]:
    """The managers of the other parties, or who stands in for the teams that have none."""
    recipients = Recipients([], as_of=as_of)
    found = {user.pk: user for team in other_parties(breach) for user in recipients.managers_of_team(team)}
    return list(found.values())


def _is_on_the_owners_side(breach: Breach, sight: Sight) -> bool:
    if breach.team_id in sight.managed_team_ids or breach.assignee_id == sight.user.pk:
        return True
    if sight.team_ids & teams_under(breach.team_id):
        return True
    return breach.owner_id in members_of_users([sight.user.pk])[sight.user.pk]
