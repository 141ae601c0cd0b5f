"""The things that rates, volumes and coverage count."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from measurement.enums import UnitState
from measurement.querysets import UnitQuerySet


class Unit(models.Model):
    """One thing that a rate, a volume or coverage counts or leaves out (``measurement.units.UnitVerdict``).

    Stored is what waiting cannot change. A stretch lasts from ``at`` until ``until`` (null: still); anything
    else happened ``at`` that instant.
    """

    id = models.BigAutoField(primary_key=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="units")
    commitment_key = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    subject_type = models.CharField(max_length=8)
    unit_key = models.CharField(max_length=120)
    each = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    stretch = models.BooleanField()
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in UnitState])
    reason = models.CharField(max_length=200, blank=True)
    had_at = models.DateTimeField(null=True, blank=True)
    matures_at = models.DateTimeField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    origin = models.CharField(max_length=255, null=True, blank=True)
    evidence = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            # By the subject first: judging asks for all units of some.
            models.UniqueConstraint(
                fields=["subject_id", "commitment_key", "unit_key", "each"], name="unit_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(stretch=True), name="unit_only_a_stretch_ends"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("at")), name="unit_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["commitment_key", "at", "id"], name="unit_key_at"),
            models.Index(
                fields=["commitment_key", "until"], condition=Q(stretch=True), name="unit_stretch_until"
            ),
            models.Index(fields=["commitment_key", "state", "at", "id"], name="unit_key_state"),
            models.Index(fields=["owner_id", "commitment_key", "at"], name="unit_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.subject_id} {self.unit_key}"
