"""What versions on trial came to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import AgreementVersion


class TrialDay(models.Model):
    """What an unsigned version on trial came to as of one day, promise by promise: figures, no names."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="trial_days")
    commitment_key = models.CharField(max_length=64)
    day = models.DateField()
    figures = models.JSONField()
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day of a trial")
        verbose_name_plural = _("days of a trial")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "commitment_key", "day"], name="trial_day_once_per_promise"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.day}"
