"""What was promised: calendars, agreements, their versions, the commitments in them, and who signed."""

from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.enums import Form, Kind, Standing, VersionState
from agreements.querysets import (
    AgreementQuerySet,
    AgreementVersionQuerySet,
    CalendarVersionQuerySet,
    CommitmentQuerySet,
    VersionCommentQuerySet,
)
from people.models import Team


def _choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]


class BusinessCalendar(models.Model):
    """A named calendar; what it says is in its versions."""

    key = models.SlugField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class CalendarVersion(models.Model):
    """What a calendar said at one time; never changed once a signed agreement uses it.

    ``definition`` is the calendar as written (CONTRACT §3); ``holiday_dates`` are the public holidays
    expanded from country and subdivision, frozen: {"2026-04-03": "Good Friday"}. They are known from
    ``first_year`` to ``last_year``, both included; outside these years no public holiday closes it.
    """

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    timezone = models.CharField(max_length=64)
    definition = models.JSONField()
    holiday_dates = models.JSONField(default=dict, blank=True)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)

    objects = CalendarVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering = ["calendar", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_number_once"),
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")), name="calendar_version_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"


class Agreement(models.Model):
    """The promises that teams make each other; its content is in its versions."""

    key = models.SlugField(max_length=64, unique=True)
    parties = models.ManyToManyField(Team, related_name="agreements")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class AgreementVersion(models.Model):
    """One wording of an agreement: written, looked at by both sides in review, signed by each party.

    A signed one never changes (a trigger refuses it); changing one in review makes it a draft again.

    ``document`` holds everything of the YAML but the commitments and calendars, as parsed JSON.
    ``starts_at`` is ``effective_from`` at midnight in the first calendar's zone. A version is in force
    until the next signed one starts; that end is derived, never stored. ``trial_since``: an unsigned one is
    measured from then on, without names and without mails.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=_choices(VersionState), default=VersionState.DRAFT.value)
    title = models.JSONField()
    form = models.CharField(max_length=5, choices=_choices(Form), default=Form.SHORT.value)
    document = models.JSONField(default=dict)
    effective_from = models.DateField()
    starts_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    trial_since = models.DateTimeField(null=True, blank=True)

    objects = AgreementVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement version")
        verbose_name_plural = _("agreement versions")
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_number_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=~Q(state="signed"), name="agreement_has_one_draft_at_most"
            ),
            models.UniqueConstraint(
                fields=["agreement", "starts_at"],
                condition=Q(state="signed"),
                name="agreement_signed_versions_start_apart",
            ),
            models.CheckConstraint(
                condition=Q(state="signed", signed_at__isnull=False)
                | Q(~Q(state="signed"), signed_at__isnull=True),
                name="agreement_version_signed_at_exactly_when_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} v{self.number}"

    @property
    def standing(self) -> str:
        """Its state as the outside knows it: an unsigned one that is measured is on ``trial``."""
        return Standing.TRIAL if self.is_on_trial else self.state

    @property
    def is_on_trial(self) -> bool:
        """Whether it is measured without being signed."""
        return self.trial_since is not None and self.state != VersionState.SIGNED


class CalendarUse(models.Model):
    """A version of an agreement defines this calendar; the one at position 0 is its default."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="calendar_uses")
    position = models.PositiveIntegerField()
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        verbose_name = _("use of a calendar")
        verbose_name_plural = _("uses of calendars")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="calendar_use_position_once"),
            models.UniqueConstraint(fields=["version", "calendar"], name="calendar_use_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} in {self.version}"


class Commitment(models.Model):
    """One promise. ``terms`` are as written in the YAML, without key, owner and kind, which are columns.

    ``calendar`` is the one that counts: named in the terms, else the version's first, else none (24 × 7 UTC).
    """

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="commitments")
    position = models.PositiveIntegerField()
    key = models.SlugField(max_length=64)
    kind = models.CharField(max_length=10, choices=_choices(Kind))
    owner = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="commitments")
    calendar = models.ForeignKey(
        CalendarVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments"
    )
    terms = models.JSONField()

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="commitment_key_once_per_version")
        ]

    def __str__(self) -> str:
        return self.key


class Signature(models.Model):
    """A party's signature on one version: who, when, from which address, on which words.

    ``sha256`` is the seal of all that the version said at that moment: every signature of a signed version
    has the version's own. ``in_stead``: an administrator or the operator signed for the party's managers.
    """

    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_as = models.CharField(max_length=200)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True, blank=True)
    in_stead = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [models.UniqueConstraint(fields=["version", "party"], name="signature_once_per_party")]

    def __str__(self) -> str:
        return f"{self.party} on {self.version}"


class VersionComment(models.Model):
    """What somebody of a party says about one part of a version before it is signed."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="comments")
    part = models.CharField(max_length=100)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(max_length=4000)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = VersionCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="version_comment_resolved_by_exactly_when_resolved",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="version_comment_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.version}"
