"""Contacts whose personal data was erased."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """A record whose personal data was erased; what its source sends about it afterwards is stored without.

    ``digest`` is the keyed hash of the id that the source called it by; ``ref_id`` the row that stays, under
    another name, so that clocks and statistics stay true.
    """

    ref_id = models.BigIntegerField(primary_key=True)
    source = models.CharField(max_length=64)
    type = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    kept = ArrayField(
        models.CharField(max_length=120),
        default=list,
        help_text="Free fields that promises compare values of, as attributes.segment: they stay.",
    )

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.UniqueConstraint(fields=["source", "type", "digest"], name="erasure_once_per_record")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.ref_id}"
