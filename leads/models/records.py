"""The current state of the CRM's records: a projection of their versions, for lists and filters."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from leads.models.references import Ref


class Record(models.Model):
    """What every record has. Links to other records are ref ids (see Ref)."""

    ref = models.OneToOneField(Ref, on_delete=models.PROTECT, primary_key=True, related_name="%(class)s")
    attributes = models.JSONField(default=dict)
    updated_at = models.DateTimeField(
        help_text="The source's clock, or the receipt when the source sends none."
    )
    received_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.ref)


def _of_owner(model: str) -> models.Index:
    """What somebody owns, in the order of lists."""
    return models.Index(fields=["owner_id", "ref_id"], name=f"{model}_of_owner")


def _found_by(model: str, column: str) -> GinIndex:
    """Any part of a name is found without reading all of them."""
    return GinIndex(OpClass(Upper(column), name="gin_trgm_ops"), name=f"{model}_{column}_part")


class Member(Record):
    """A person of ours as the CRM knows them; tied to a user by e-mail, never a login by itself."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    # Known since the row that made the record, which may be dated ahead of an older one: null until then.
    email = models.CharField(max_length=254, null=True)
    name = models.CharField(max_length=255, null=True)
    team = models.CharField(max_length=64, null=True)
    active = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")


class Account(Record):
    name = models.CharField(max_length=255, null=True)
    domain = models.CharField(max_length=255, null=True)
    tier = models.IntegerField(null=True)
    named = models.BooleanField(null=True)
    industry = models.CharField(max_length=255, null=True)
    employees = models.BigIntegerField(null=True)
    country = models.CharField(max_length=64, null=True)
    owner_id = models.BigIntegerField(null=True)
    contact_goal = models.IntegerField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [_of_owner("account"), _found_by("account", "name"), _found_by("account", "domain")]


class Contact(Record):
    account_id = models.BigIntegerField(null=True, db_index=True)
    email = models.CharField(max_length=254, null=True)
    phone = models.CharField(max_length=64, null=True)
    name = models.CharField(max_length=255, null=True)
    job_title = models.CharField(max_length=255, null=True)
    buyer_role = ArrayField(models.CharField(max_length=64), null=True)
    persona = models.CharField(max_length=255, null=True)
    owner_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [_of_owner("contact"), _found_by("contact", "name"), _found_by("contact", "email")]


class Lead(Record):
    contact_id = models.BigIntegerField(null=True, db_index=True)
    account_id = models.BigIntegerField(null=True, db_index=True)
    origin = models.CharField(max_length=255, null=True)
    campaign_id = models.BigIntegerField(null=True, db_index=True)
    status = models.CharField(max_length=64, null=True)
    reason = models.CharField(max_length=255, null=True)
    score = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    owner_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [_of_owner("lead")]


class Deal(Record):
    account_id = models.BigIntegerField(null=True, db_index=True)
    lead_id = models.BigIntegerField(null=True, db_index=True)
    owner_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=255, null=True)
    stage = models.CharField(max_length=255, null=True)
    amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, null=True)
    outcome = models.CharField(max_length=16, null=True)
    reason = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        indexes = [_of_owner("deal"), _found_by("deal", "name")]


class Campaign(Record):
    name = models.CharField(max_length=255, null=True)
    type = models.CharField(max_length=64, null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    expected_leads = models.IntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [_of_owner("campaign"), _found_by("campaign", "name")]


class Content(Record):
    title = models.CharField(max_length=500, null=True)
    published_at = models.DateTimeField(null=True)
    important = models.BooleanField(null=True)
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        indexes = [_of_owner("content"), _found_by("content", "title")]
