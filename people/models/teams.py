"""Teams, and who belonged to them when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.enums import MembershipOrigin, Role, Side
from people.models.choices import choices_of
from people.models.users import User
from people.querysets import MembershipQuerySet, TeamQuerySet
from people.zones import validate_timezone


class Team(models.Model):
    """A team owes promises; teams nest, each has its zone and the local hour at which it reads its report."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    side = models.CharField(max_length=12, choices=choices_of(Side), default=Side.OTHER.value)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    report_hour = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(0), MaxValueValidator(23)]
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=Q(report_hour__lte=23), name="team_report_hour_within_a_day"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="team_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person belonged to a team during a half-open period.

    Rows of origin ``crm`` are a projection of the CRM's member records and replaced with them;
    rows of origin ``hand`` are kept by administrators. Both count.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, choices=choices_of(Role), default=Role.REP.value)
    during = DateTimeRangeField()
    origin = models.CharField(
        max_length=4, choices=choices_of(MembershipOrigin), default=MembershipOrigin.HAND.value
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    ("origin", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(during__isempty=False), name="membership_lasts_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
