"""What clocks and units add up to, by stretches of time: kept as they change, so that nobody recounts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from measurement.enums import Counts


class Bucket(models.Model):
    """The clocks, or the units, of a commitment that count within a quarter of an hour or a day of UTC.

    Triggers of the database keep it (migration ``0008_buckets``): whoever writes a clock or a unit, its
    bucket follows in the same statement. ``counts``: clocks where they are due (begun, without a deadline);
    units that happened, by ``each``; or changes of how many units last, where those begin (added) and end
    (taken away). Of units ``met`` are those that have it and ``missed`` those that lack it; of clocks
    ``running`` are those that run towards a deadline, ``undated`` without one. Every period of a zone's
    calendar is a sum of these rows but for what lies within a quarter of an hour.

    ``matures_last`` is the latest instant of those counted; ``matures_first`` and ``had_last`` are bounds:
    none is earlier, none is later, of one that never waits the first is 1970.
    """

    id = models.BigAutoField(primary_key=True)
    commitment_key = models.CharField(max_length=64)
    counts = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Counts])
    minutes = models.SmallIntegerField()
    at = models.DateTimeField()
    each = models.CharField(max_length=100, blank=True)
    met = models.BigIntegerField(default=0)
    missed = models.BigIntegerField(default=0)
    running = models.BigIntegerField(default=0)
    undated = models.BigIntegerField(default=0)
    paused = models.BigIntegerField(default=0)
    left_out = models.BigIntegerField(default=0)
    matures_first = models.DateTimeField(null=True, blank=True)
    matures_last = models.DateTimeField(null=True, blank=True)
    had_last = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("bucket")
        verbose_name_plural = _("buckets")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "counts", "minutes", "at", "each"], name="bucket_once"
            ),
            models.CheckConstraint(condition=Q(minutes__in=[15, 1440]), name="bucket_quarter_or_day"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.counts} {self.at:%Y-%m-%d %H:%M}"
