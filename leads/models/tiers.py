"""Which buyer roles a company wants to know in its accounts."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.values import BUYER_ROLES


class TierRolesQuerySet(models.QuerySet):
    """Required buyer roles, asked by instant."""

    def at(self, instant: datetime) -> dict[int, tuple[str, ...]]:
        """Tier → the roles required at the instant; before a tier's earliest row that one's."""
        return self.over([instant])[instant]

    def over(self, instants: Iterable[datetime]) -> dict[datetime, dict[int, tuple[str, ...]]]:
        """The same at each of these instants; one statement."""
        found: dict[datetime, dict[int, tuple[str, ...]]] = {instant: {} for instant in instants}
        for tier, since, roles in self.order_by("tier", "since").values_list("tier", "since", "roles"):
            for instant, required in found.items():
                if tier not in required or since <= instant:
                    required[tier] = tuple(roles)
        return found


def known_roles(roles: list[str]) -> None:
    """Raises ValidationError for roles that are none, or said twice."""
    unknown = [role for role in roles if role not in BUYER_ROLES]
    if unknown:
        raise ValidationError(
            _("No such buyer role: %(roles)s. Choose from: %(known)s."),
            params={"roles": ", ".join(unknown), "known": ", ".join(BUYER_ROLES)},
        )
    if len(set(roles)) < len(roles):
        raise ValidationError(_("Each role is named once."))


class TierRoles(models.Model):
    """The buyer roles that each account of a tier should have a contact for, from an instant on.

    A change is another row: what was required in the past stays what it was. No roles: nothing is required.
    """

    tier = models.IntegerField(_("tier"))
    since = models.DateTimeField(_("since"))
    roles = ArrayField(
        models.CharField(max_length=64), blank=True, verbose_name=_("buyer roles"), validators=[known_roles]
    )

    objects = TierRolesQuerySet.as_manager()

    class Meta:
        verbose_name = _("required buyer roles of a tier")
        verbose_name_plural = _("required buyer roles by tier")
        ordering = ["tier", "-since"]
        constraints = [models.UniqueConstraint(fields=["tier", "since"], name="tier_roles_once_an_instant")]

    def __str__(self) -> str:
        return f"tier {self.tier} since {self.since:%Y-%m-%d}"
