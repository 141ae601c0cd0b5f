"""Files uploaded on the page: mapped, looked at, then imported in the background."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.enums import ImportState


class ImportJob(models.Model):
    """One uploaded file with its map and how far it is; ``content`` is emptied after the retention time.

    ``counts`` are those of the summary (received, created, updated, unchanged, rejected), ``done`` of
    ``total`` rows have been read. ``mapping`` is a map as `import_facts --map` reads it, as JSON.
    ``refused``: [row from 0, field, code, message] of the first refused rows, for the file of them.
    """

    id = models.BigAutoField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    resource = models.CharField(max_length=16)
    source = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    mapping = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in ImportState], default=ImportState.UPLOADED.value
    )
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    refused = models.JSONField(default=list)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["-created_at", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.file_name
