"""What versions on trial came to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import AgreementVersion


class TrialResult(models.Model):
    """What one promise of an unsigned version on trial came to when it was last measured: figures, no names.

    ``figures`` as ``measurement.trials.Figures.as_json``; the whole time of the trial by today's wording.
    """

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="trial_results")
    commitment_key = models.CharField(max_length=64)
    figures = models.JSONField()
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("result of a trial")
        verbose_name_plural = _("results of a trial")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "commitment_key"], name="trial_result_once_per_promise"
            )
        ]

    def __str__(self) -> str:
        return f"trial of {self.commitment_key}"
