"""Facts that no system records, entered by hand with their evidence."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.enums import DeclarationState
from people.models import Team


class Declaration(models.Model):
    """Somebody says that something happened: the events of source ``declared`` that say so, and who agrees.

    ``event_ids`` are the events in the log (two for a staffed chat: online and offline). A refuted one's
    events are retracted. ``team`` is the declarer's, whose other side confirms or refutes.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=64)
    event_ids = ArrayField(models.BigIntegerField())
    subject_id = models.BigIntegerField(null=True, blank=True, help_text="ref id of the record it is about")
    occurred_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    link = models.URLField(max_length=2000, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="declarations"
    )
    declared_at = models.DateTimeField()
    state = models.CharField(
        max_length=9,
        choices=[(s.value, s.value) for s in DeclarationState],
        default=DeclarationState.PENDING.value,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(max_length=2000, blank=True)

    class Meta:
        verbose_name = _("declared fact")
        verbose_name_plural = _("declared facts")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="declaration_decided_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("occurred_at")),
                name="declaration_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["-declared_at", "-id"], name="declaration_newest"),
            models.Index(fields=["team"], condition=Q(state="pending"), name="declaration_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d}"
