"""Who may do what with an agreement: its teams read, managers of its parties write, comment and sign."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from agreements.models import Agreement
from people.models import Team
from people.visibility import Sight

WRITES = "agreements.change_agreementversion"
"""The permission of whoever keeps the agreements for the company (revenue operations)."""


def may_write(agreement: Agreement, user: Any, *, as_of: datetime) -> bool:
    """Whether the person edits, comments and amends: a manager of a party of its newest version or of the one
    that binds, whoever keeps agreements in the admin, an administrator."""
    newest = agreement.versions.order_by("-number").first()
    slugs = set(newest.document.get("parties", ())) if newest else set()
    parties = set(Team.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    return may_write_for(parties | set(agreement.parties.values_list("pk", flat=True)), user, as_of=as_of)


def may_write_for(teams: Iterable[int], user: Any, *, as_of: datetime) -> bool:
    """Whether the person may write an agreement between these parties (ids of teams)."""
    sight = Sight.of(user, as_of=as_of)
    if sight.changes_nothing:
        return False
    return sight.is_admin or user.has_perm(WRITES) or bool(sight.managed_team_ids & set(teams))


def may_write_any(user: Any, *, as_of: datetime) -> bool:
    """Whether the person may write some agreement: they manage a team, or keep agreements."""
    sight = Sight.of(user, as_of=as_of)
    if sight.changes_nothing:
        return False
    return sight.is_admin or user.has_perm(WRITES) or bool(sight.managed_team_ids)
