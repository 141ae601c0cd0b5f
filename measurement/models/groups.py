"""The buying groups of promises about contacts or accounts, kept account by account, and their totals.

Written only by ``measurement.kept``; all of it could be made afresh at any time.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class BuyingGroup(models.Model):
    """One account (ref id) of a commitment as ``measurement.buying_groups`` counts it."""

    id = models.BigAutoField(primary_key=True)
    commitment_key = models.CharField(max_length=64)
    account_id = models.BigIntegerField()
    name = models.CharField(max_length=255, null=True, db_collation="C")
    tier = models.IntegerField(null=True)
    required = ArrayField(models.CharField(max_length=64))
    contacts = models.JSONField(help_text="Role → how many contacts hold it.")
    people = models.IntegerField()
    filled = models.IntegerField()

    class Meta:
        verbose_name = _("buying group")
        verbose_name_plural = _("buying groups")
        constraints = [
            models.UniqueConstraint(fields=["commitment_key", "account_id"], name="buying_group_once")
        ]
        indexes = [
            models.Index(
                "commitment_key", Coalesce("name", Value("")), "account_id", name="buying_group_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.account_id}"


class BuyingGroups(models.Model):
    """What the groups of a commitment add up to. ``roles``: role → in how many of them it is required, plus
    in how many somebody holds it. ``by``: the version and the required roles that they were counted by."""

    commitment_key = models.CharField(max_length=64, primary_key=True)
    by = models.JSONField()
    accounts = models.IntegerField(default=0)
    filled = models.BigIntegerField(default=0)
    required = models.BigIntegerField(default=0)
    roles = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("buying groups of a commitment")
        verbose_name_plural = _("buying groups of commitments")

    def __str__(self) -> str:
        return self.commitment_key
