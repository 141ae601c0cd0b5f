"""What was received, and the rows that were refused, kept readable until purged."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Batch(models.Model):
    """One delivery of facts: a request, a file, the demo."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=64)
    resource = models.CharField(max_length=16)
    channel = models.CharField(max_length=16)
    received_at = models.DateTimeField()
    received = models.PositiveIntegerField()
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes = [
            models.Index(fields=["source", "resource", "-received_at"], name="batch_feed"),
            models.Index(fields=["received_at"], name="batch_received"),
            models.Index(fields=["source", "resource"], condition=Q(rejected__gt=0), name="batch_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.resource} {self.received_at}"


class QuarantinedRow(models.Model):
    """One refused row with the reason; ``raw`` is the row as received."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="quarantined")
    index = models.PositiveIntegerField()
    external_id = models.CharField(max_length=255, null=True)
    field = models.CharField(max_length=100, null=True)
    code = models.CharField(max_length=32)
    message = models.TextField()
    raw = models.JSONField(null=True)
    purge_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("quarantined row")
        verbose_name_plural = _("quarantined rows")
        indexes = [
            # A record that arrives asks for its updates that came too early.
            models.Index(fields=["external_id"], condition=Q(code="required"), name="quarantine_early"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.external_id}"
