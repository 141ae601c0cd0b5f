"""Until when the past is sealed, and what is still judged by all of it (docs/adr/0015)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Horizon(models.Model):
    """The instant before which no fact is taken in and no verdict changes; one row, or none: nothing sealed.

    ``kept_from``: facts from here on are all kept, and what was told before counts only for records that are
    kept whole. ``emptied_until``: older events have been looked at since the horizon moved, null: none yet.
    ``trimmed``: so have been the updates of the records.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    sealed_before = models.DateTimeField()
    kept_from = models.DateTimeField()
    moved_at = models.DateTimeField()
    emptied_until = models.DateTimeField(null=True)
    trimmed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("horizon")
        verbose_name_plural = _("horizons")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="horizon_is_one"),
            models.CheckConstraint(
                condition=Q(kept_from__lte=F("sealed_before")), name="horizon_keeps_facts_behind_it"
            ),
        ]

    def __str__(self) -> str:
        return f"sealed before {self.sealed_before:%Y-%m-%d}"


class KeptWhole(models.Model):
    """A record about which something was open when the horizon moved: what was told about it since ``since``
    (null: ever) still counts, and is kept."""

    ref_id = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("record that is kept whole")
        verbose_name_plural = _("records that are kept whole")

    def __str__(self) -> str:
        return str(self.ref_id)
