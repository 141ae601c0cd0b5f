"""What clocks and units add up to by day and owner, origin or reason: so that no page counts history."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from measurement.enums import Tallied, TallyBy


class DayTally(models.Model):
    """How many clocks or units of a commitment a day holds that have one owner (origin, reason) and state.

    ``key``: the owner's ref id, the origin, or why a unit is left out; empty for nobody and for unknown.
    Of clocks that run without a deadline the state is ``undated``.
    """

    id = models.BigAutoField(primary_key=True)
    counts = models.CharField(max_length=8, choices=[(t.value, t.value) for t in Tallied])
    commitment_key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    by = models.CharField(max_length=6, choices=[(b.value, b.value) for b in TallyBy])
    key = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=12)
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("tally of a day")
        verbose_name_plural = _("tallies of days")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "counts", "by", "starts_at", "key", "state"],
                include=["number"],
                name="day_tally_once",
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="day_tally_counts_something"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.starts_at:%Y-%m-%d} {self.key} {self.state}"


class KeptDay(models.Model):
    """A day that is over and whose tallies are kept; they hold unless a stale day lies in it.

    Days are those of ``zone``, that of the commitment's calendar. ``matures_last``: the last instant at which
    a unit of it is mature, null where none waits.
    """

    id = models.BigAutoField(primary_key=True)
    counts = models.CharField(max_length=8, choices=[(t.value, t.value) for t in Tallied])
    commitment_key = models.CharField(max_length=64)
    zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    matures_last = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kept day")
        verbose_name_plural = _("kept days")
        constraints = [
            models.UniqueConstraint(fields=["commitment_key", "counts", "starts_at"], name="kept_day_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="kept_day_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.starts_at:%Y-%m-%d}"


class StaleDay(models.Model):
    """Something changed in a day of UTC: what is kept of it is counted afresh; until then pages count it
    live. Insert-only; triggers of the database write it with whatever changes a clock or a unit."""

    id = models.BigAutoField(primary_key=True)
    counts = models.CharField(max_length=8, choices=[(t.value, t.value) for t in Tallied])
    commitment_key = models.CharField(max_length=64)
    day = models.DateField()

    class Meta:
        verbose_name = _("stale day")
        verbose_name_plural = _("stale days")
        indexes = [models.Index(fields=["commitment_key", "counts", "day"], name="stale_day_of")]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.day}"
