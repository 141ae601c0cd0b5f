"""How a person gets a password: a link that works once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.users import User


class Invitation(models.Model):
    """Somebody was asked to come in; only the SHA-256 of the link's secret is kept. It works once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"invitation of {self.user}"
