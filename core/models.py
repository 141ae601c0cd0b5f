"""What every room stands on: messages to send, marks of change, idempotency keys, audit rows, heartbeats."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.enums import MarkKind, OutboxState


class ChangeMark(models.Model):
    """Something changed and must be looked at again; insert-only, drained in batches and deleted.

    A mark with ``ready_at`` in the future belongs to a fact dated ahead: it is drained from that instant on.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in MarkKind])
    ref_id = models.BigIntegerField()
    from_instant = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField()

    class Meta:
        verbose_name = _("change mark")
        verbose_name_plural = _("change marks")
        indexes = [models.Index(fields=["kind", "ready_at", "id"], name="change_mark_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref_id}"


class OutboxMessage(models.Model):
    """One message that must leave the house exactly once (mail) or at least once (webhook).

    ``next_at``: while ready, when it may be tried; while sending, when its sender is taken for dead.
    ``payload`` is emptied after the retention time; the row stays, so that its key is never sent again.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=16)
    payload = models.JSONField()
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in OutboxState], default=OutboxState.READY.value
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=["ready", "sending"]), name="outbox_under_way"
            ),
            models.Index(fields=["created_at"], condition=~Q(payload={}), name="outbox_with_a_body"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_sent_at_exactly_when_sent",
            )
        ]

    def __str__(self) -> str:
        return self.key


class IdempotencyKey(models.Model):
    """The answer already given to a request, kept for 24 hours per token."""

    id = models.BigAutoField(primary_key=True)
    token_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    body_sha256 = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    response = models.TextField(help_text="JSON as it was sent; as jsonb its keys would change their order.")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["token_id", "key"], name="idempotency_key_once_per_token")
        ]

    def __str__(self) -> str:
        return self.key


class AuditEntry(models.Model):
    """Who did what to what, with the values before and after; never changed."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_label = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=200)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["verb", "id"], name="audit_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class Heartbeat(models.Model):
    """The last sign of life of a process or a feed."""

    name = models.CharField(max_length=100, primary_key=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class SenderAddress(models.Model):
    """Who mails are from, where it was chosen on a page (row 1; none means DEFAULT_FROM_EMAIL)."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=100, blank=True)
    address = models.EmailField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sender of mails")
        verbose_name_plural = _("senders of mails")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sender_address_only_one")]

    def __str__(self) -> str:
        return self.address
