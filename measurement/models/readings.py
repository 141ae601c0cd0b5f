"""Values of periods, and the baselines they are held against."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from measurement.enums import Verdict
from measurement.querysets import BaselineQuerySet


class Baseline(models.Model):
    """What a rate was in its baseline window when its version was signed, and what was pinned by hand.

    The baseline that counts is a function of the facts known now, until somebody pins it: then ``pinned_*``
    count for this version. ``numerator`` and ``denominator`` are those of the signing, shown beside it.
    """

    commitment = models.OneToOneField(
        Commitment, on_delete=models.PROTECT, primary_key=True, related_name="baseline"
    )
    signed_at = models.DateTimeField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pinned_numerator = models.BigIntegerField(null=True, blank=True)
    pinned_denominator = models.BigIntegerField(null=True, blank=True)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    pinned_at__isnull=True, pinned_numerator__isnull=True, pinned_denominator__isnull=True
                )
                | Q(
                    pinned_at__isnull=False,
                    pinned_numerator__isnull=False,
                    pinned_denominator__isnull=False,
                ),
                name="baseline_pinned_wholly_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"baseline of {self.commitment}"


class Reading(models.Model):
    """The value of a commitment for one half-open period in the calendar's zone.

    Where a version begins that counts by other periods, or in another zone, one period ends and the next
    begins: every clock stands in exactly one.

    Stored is what the period comes to when nothing more happens: ``denominator`` counts the met, the missed
    and the ``running`` clocks due in it, since each of those is missed once its deadline has passed. What is
    known earlier is derived on reading (measurement.readings).

    Of a volume ``numerator`` is the count and ``denominator`` null; of coverage both are open seconds.
    ``expected`` is the number that the target came to in this period (a share, or a count), null without one;
    ``detail`` says how: the baseline, the steps of the ramp, the room left, the open days.
    ``final_at``: from when the stored verdict holds: the period's end, later while a cohort matures.
    """

    id = models.BigAutoField(primary_key=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="readings")
    commitment_key = models.CharField(max_length=64)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    each = models.CharField(max_length=100, default="team")
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)
    running = models.BigIntegerField(default=0)
    left_out = models.BigIntegerField(default=0)
    target = models.CharField(max_length=64)
    expected = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    detail = models.JSONField(default=dict)
    final_at = models.DateTimeField()
    verdict = models.CharField(max_length=12, choices=[(v.value, v.value) for v in Verdict])
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "period_start", "each"],
                name="reading_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")),
                name="reading_period_is_not_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["-period_start", "-id"], name="reading_newest"),
            models.Index(fields=["final_at"], name="reading_final"),
            models.Index(fields=["changed_at"], name="reading_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.period_start:%Y-%m-%d}"
