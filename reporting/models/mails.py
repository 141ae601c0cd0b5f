"""Mails caught by the built-in mailbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReceivedMail(models.Model):
    """A mail caught by the built-in mailbox, so that the demo's mails can be read in the browser."""

    id = models.BigAutoField(primary_key=True)
    received_at = models.DateTimeField(db_index=True)
    sender = models.CharField(max_length=254)
    recipients = models.JSONField()
    subject = models.CharField(max_length=998)
    raw = models.TextField()

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")

    def __str__(self) -> str:
        return self.subject
