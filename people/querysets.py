"""The words by which people are asked for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from people.enums import MembershipOrigin, Role


class TeamQuerySet(models.QuerySet):
    """Teams."""

    def visible_to(self, user: Any) -> Self:
        """Teams and their results are for everybody who is signed in; persons are not (people.visibility)."""
        return self if user.is_authenticated else self.none()

    def sharing_agreements_with(self, team_ids: Iterable[int]) -> Self:
        """The parties of the agreements to which one of these teams is a party, themselves included."""
        # The relation is the agreements' own; by its name, since this room does not import theirs.
        return self.filter(agreements__parties__in=list(team_ids)).order_by().distinct()


class MembershipQuerySet(models.QuerySet):
    """Memberships over time."""

    def at(self, instant: datetime) -> Self:
        """Those in force at the instant (periods are half-open)."""
        return self.filter(during__contains=instant)

    def by_hand(self) -> Self:
        """Those that administrators keep; the others follow the CRM."""
        return self.filter(origin=MembershipOrigin.HAND)

    def managing(self) -> Self:
        """Those of managers."""
        return self.filter(role=Role.MANAGER)


class TokenQuerySet(models.QuerySet):
    """API tokens."""

    def usable(self, as_of: datetime) -> Self:
        """Neither revoked nor expired."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=as_of), revoked_at__isnull=True)
