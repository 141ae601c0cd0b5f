"""What was corrected by hand in the histories of records."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """One field of one update is not as its source said it: whenever that update is sent again, ours holds.

    ``value`` is as in ``RecordVersion.fields`` (references as ref ids). What the source says later than the
    corrected updates is a new fact and is stored as said.
    """

    pk = models.CompositePrimaryKey("ref_id", "valid_from", "field")
    ref_id = models.BigIntegerField()
    valid_from = models.DateTimeField()
    field = models.CharField(max_length=64)
    value = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self) -> str:
        return f"{self.field} of {self.ref_id} from {self.valid_from}"
