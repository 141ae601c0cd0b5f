"""What happened, once: the append-only log, and what the history of records implies."""

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from leads.enums import RecordType

#: The columns of an event that name records, with the type of record each names.
DIMENSIONS = {
    "account_id": RecordType.ACCOUNT,
    "contact_id": RecordType.CONTACT,
    "lead_id": RecordType.LEAD,
    "deal_id": RecordType.DEAL,
    "campaign_id": RecordType.CAMPAIGN,
    "content_id": RecordType.CONTENT,
    "call_id": RecordType.CALL,
    "actor_id": RecordType.MEMBER,
}

#: Those that an event is about; the actor is a subject only of what names nobody else.
SUBJECTS = tuple(column for column in DIMENSIONS if column != "actor_id")


class EventKind(models.Model):
    """A kind of event that the company added to the standard ones."""

    name = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=8, choices=[(t.value, t.value) for t in RecordType])

    class Meta:
        verbose_name = _("event kind")
        verbose_name_plural = _("event kinds")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RejectionReason(models.Model):
    """A rejection reason that the company added to the standard ones, with its flag."""

    name = models.CharField(max_length=64, unique=True)
    bad_data = models.BooleanField(
        default=False, help_text="The lead was rejected because its data was wrong."
    )

    class Meta:
        verbose_name = _("rejection reason")
        verbose_name_plural = _("rejection reasons")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One fact of the log: append-only, unique by source and external id.

    The columns ``*_id`` are ref ids without foreign keys (see Ref). ``retracted_by`` is the id of the
    ``event.retracted`` that withdrew it. ``fingerprint``: 64 bits of the row that it came in, by which the
    same row is recognised when it comes again; none where the data was changed since, or nobody knows.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=64)
    external_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    lead_id = models.BigIntegerField(null=True)
    deal_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    content_id = models.BigIntegerField(null=True)
    call_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    retracted_by = models.BigIntegerField(null=True)
    fingerprint = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="event_once_per_source"),
        ]
        indexes = [
            models.Index(
                fields=[column, "occurred_at"],
                condition=Q(**{f"{column}__isnull": False}),
                name=f"event_{column[:-3]}",
            )
            for column in SUBJECTS
        ] + [
            # By kind: presence is a small part of what somebody does.
            models.Index(
                fields=["actor_id", "kind", "occurred_at"],
                condition=Q(actor_id__isnull=False),
                name="event_actor",
            ),
            # What somebody did, in the order of lists.
            models.Index(
                fields=["actor_id", "occurred_at", "id"],
                condition=Q(actor_id__isnull=False),
                name="event_newest_of_actor",
            ),
            models.Index(
                fields=["actor_id", "occurred_at"],
                condition=Q(actor_id__isnull=False, **{f"{column}__isnull": True for column in SUBJECTS}),
                name="event_of_nobody_else",
            ),
            models.Index(F("occurred_at").desc(), F("id").desc(), name="event_newest"),
            models.Index(fields=["kind", "occurred_at", "id"], name="event_kind"),
            # An event asks on arrival whether its retraction was here first.
            models.Index(
                F("source"), KT("data__event"), condition=Q(kind="event.retracted"), name="event_retraction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}:{self.external_id}"


class ImpliedEvent(models.Model):
    """What a record's history says happened; replaced with the history.

    An explicit event of the same kind about the same record inside (``after``, ``before``), the instants
    of the neighbouring changes (null: unbounded), tells the same thing: then this one does not count.
    ``first_seen``: the record was already so when first seen, the instant is the latest possible one.
    """

    pk = models.CompositePrimaryKey("ref_id", "kind", "occurred_at")
    ref_id = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    after = models.DateTimeField(null=True)
    before = models.DateTimeField(null=True)
    first_seen = models.BooleanField(default=False)
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("implied event")
        verbose_name_plural = _("implied events")

    def __str__(self) -> str:
        return f"{self.kind} of {self.ref_id}"
