"""Names of records, and everything that was ever said about them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from leads.enums import RecordType


class Ref(models.Model):
    """The one row that stands for a record of a source, made the first time any fact names it.

    ``placeholder`` until the record itself arrives. ``merged_into`` names the record that survived a merge,
    chains of merges already followed to their end. ``next_change_at``: the record has a version dated ahead,
    its current columns change at that instant.
    Facts point here by id without a foreign key: the check of a constraint would halve the rate of
    ingestion, and every id comes from this table in the same transaction.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=64)
    type = models.CharField(max_length=8, choices=[(t.value, t.value) for t in RecordType])
    external_id = models.CharField(max_length=255)
    placeholder = models.BooleanField(default=True)
    first_seen = models.DateTimeField()
    merged_into = models.BigIntegerField(null=True, blank=True)
    next_change_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "type", "external_id"], name="ref_once_per_source_and_type"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="ref_not_merged_into_itself",
            ),
        ]
        indexes = [
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="ref_merged_into"
            ),
            models.Index(
                fields=["next_change_at"], condition=Q(next_change_at__isnull=False), name="ref_ripening"
            ),
            # Few beside the records of facts, and asked for by every batch that is judged.
            models.Index(fields=["id"], condition=Q(type="member"), name="ref_member"),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class RecordVersion(models.Model):
    """What one update of a record said: only the fields it named, nulls included, valid from its instant.

    References inside ``fields`` are ref ids. Two updates at one instant are one row in which each field
    holds the greater canonical value, so that the order of arrival does not matter.
    """

    pk = models.CompositePrimaryKey("ref_id", "valid_from")
    ref_id = models.BigIntegerField()
    valid_from = models.DateTimeField()
    fields = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("record version")
        verbose_name_plural = _("record versions")

    def __str__(self) -> str:
        return f"{self.ref_id} from {self.valid_from}"


class Link(models.Model):
    """A record named another one in this field at some time; when exactly is in its versions."""

    pk = models.CompositePrimaryKey("ref_id", "field", "target_id")
    ref_id = models.BigIntegerField()
    field = models.CharField(max_length=16)
    target_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [models.Index(fields=["target_id", "field"], name="link_target")]

    def __str__(self) -> str:
        return f"{self.ref_id} {self.field} {self.target_id}"
