"""Who: users, teams, who belonged to which team when, and the tokens by which programs come in."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.enums import MembershipOrigin, Role, Scope, Side
from people.managers import UserManager
from people.querysets import MembershipQuerySet, TeamQuerySet, TokenQuerySet
from people.zones import validate_timezone


def _choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]


def default_language() -> str:
    """The installation's language; a function, so that the setting does not end in a migration."""
    return settings.LANGUAGE_CODE


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an e-mail address; without a usable password they get mail but cannot sign in."""

    email = models.EmailField()
    name = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default=default_language)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_ignoring_case",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
            models.CheckConstraint(condition=~Q(email=""), name="user_has_an_email"),
        ]
        permissions = [("see_names", "Can see everybody's rows with names")]

    def __str__(self) -> str:
        return self.name or self.email


class Team(models.Model):
    """A team owes promises; teams nest, each has its zone and the local hour at which it reads its report."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    side = models.CharField(max_length=12, choices=_choices(Side), default=Side.OTHER.value)
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
    role = models.CharField(max_length=8, choices=_choices(Role), default=Role.REP.value)
    during = DateTimeRangeField()
    origin = models.CharField(
        max_length=4, choices=_choices(MembershipOrigin), default=MembershipOrigin.HAND.value
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


class ApiToken(models.Model):
    """A program's key: only its prefix and its SHA-256 are kept."""

    name = models.CharField(max_length=100)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="tokens")
    prefix = models.CharField(max_length=12, unique=True)
    sha256 = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=32, choices=_choices(Scope)))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=[scope.value for scope in Scope]),
                name="api_token_scopes_are_known",
            ),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_token_has_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
