"""Misses that do not count because both teams agree."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Exclusion(models.Model):
    """A miss that the other team agreed not to count: a waiver, respected however often it is judged again.

    Of one clock (``subject_id``, ``start_key``) or of one period (``period_start``, ``each``), by natural key
    because verdict rows may be rebuilt. ``until``: it holds for good where what was owed is done by then;
    what is still not done then counts again. ``ended_at``: taken back by a person.
    """

    id = models.BigAutoField(primary_key=True)
    commitment_key = models.CharField(max_length=64)
    subject_id = models.BigIntegerField(null=True, blank=True)
    start_key = models.CharField(max_length=120, blank=True)
    period_start = models.DateTimeField(null=True, blank=True)
    each = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField()
    why = models.TextField(max_length=2000)
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "subject_id", "start_key", "period_start", "each"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="exclusion_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(subject_id__isnull=False, period_start__isnull=True) & ~Q(start_key=""))
                | Q(subject_id__isnull=True, period_start__isnull=False, start_key=""),
                name="exclusion_of_a_clock_or_a_period",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("at")), name="exclusion_lasts_some_time"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="exclusion_says_why"),
        ]
        indexes = [
            models.Index(
                fields=["subject_id"],
                condition=Q(ended_at__isnull=True, subject_id__isnull=False),
                name="exclusion_of_subject",
            )
        ]

    def __str__(self) -> str:
        return f"exclusion from {self.commitment_key}"
