"""Records and events as they are stored; what names a person is null without people:read."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from leads.models import Account, Campaign, Contact, Content, Deal, Event, Lead, Member, Ref
from leads.personal import IMPERSONAL_DATA, is_plain

RECORD = ("id", "source", "external_id")
COMMON = ("attributes", "updated_at", "received_at", "deleted_at", "merged_into")


@extend_schema_field(OpenApiTypes.STR)
class LinkField(serializers.Field):
    """A reference, shown as the external id of the record that it names."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: int) -> str | None:
        return self.context["refs"].get(value)


class FactSerializer(serializers.ModelSerializer):
    """``links`` are the columns that hold ref ids, ``personal`` the fields that may name a person."""

    links: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["names"]:
            shown |= dict.fromkeys(self.personal)
        return shown


class RecordSerializer(FactSerializer):
    """``id`` stays the same for ever; ``external_id`` is unique in its source and resource."""

    id = serializers.IntegerField(source="ref_id")
    source = serializers.CharField(source="ref.source")  # type: ignore[assignment]  # the field of that name
    external_id = serializers.CharField(source="ref.external_id")
    merged_into = LinkField(allow_null=True)

    links: tuple[str, ...] = ("merged_into",)
    # Attributes are whatever the source sent, of any record.
    personal: tuple[str, ...] = ("attributes",)


class MemberSerializer(RecordSerializer):
    personal = ("email", "name", "attributes")

    class Meta:
        model = Member
        fields = (*RECORD, "email", "name", "team", "active", *COMMON)


class AccountSerializer(RecordSerializer):
    owner = LinkField(source="owner_id", allow_null=True)
    links = ("owner_id", "merged_into")

    class Meta:
        model = Account
        fields = (
            *RECORD,
            *("name", "domain", "tier", "named", "industry", "employees", "country", "owner", "contact_goal"),
            "created_at",
            *COMMON,
        )


class ContactSerializer(RecordSerializer):
    account = LinkField(source="account_id", allow_null=True)
    owner = LinkField(source="owner_id", allow_null=True)
    links = ("account_id", "owner_id", "merged_into")
    personal = ("email", "phone", "name", "attributes")

    class Meta:
        model = Contact
        fields = (
            *RECORD,
            *(
                "account",
                "email",
                "phone",
                "name",
                "job_title",
                "buyer_role",
                "persona",
                "owner",
                "created_at",
            ),
            *COMMON,
        )


class LeadSerializer(RecordSerializer):
    contact = LinkField(source="contact_id", allow_null=True)
    account = LinkField(source="account_id", allow_null=True)
    campaign = LinkField(source="campaign_id", allow_null=True)
    owner = LinkField(source="owner_id", allow_null=True)
    links = ("contact_id", "account_id", "campaign_id", "owner_id", "merged_into")

    class Meta:
        model = Lead
        fields = (
            *RECORD,
            *("contact", "account", "origin", "campaign", "status", "reason", "score", "owner", "created_at"),
            *COMMON,
        )


class DealSerializer(RecordSerializer):
    account = LinkField(source="account_id", allow_null=True)
    lead = LinkField(source="lead_id", allow_null=True)
    owner = LinkField(source="owner_id", allow_null=True)
    links = ("account_id", "lead_id", "owner_id", "merged_into")

    class Meta:
        model = Deal
        fields = (
            *RECORD,
            *("account", "lead", "owner", "name", "stage", "amount", "currency", "outcome", "reason"),
            *("created_at", "closed_at"),
            *COMMON,
        )


class CampaignSerializer(RecordSerializer):
    owner = LinkField(source="owner_id", allow_null=True)
    links = ("owner_id", "merged_into")

    class Meta:
        model = Campaign
        fields = (*RECORD, "name", "type", "starts_at", "ends_at", "expected_leads", "owner", *COMMON)


class ContentSerializer(RecordSerializer):
    owner = LinkField(source="owner_id", allow_null=True)
    links = ("owner_id", "merged_into")

    class Meta:
        model = Content
        fields = (*RECORD, "title", "published_at", "important", "owner", *COMMON)


class EventSerializer(FactSerializer):
    """``retracted``: an ``event.retracted`` withdrew it."""

    account = LinkField(source="account_id", allow_null=True)
    contact = LinkField(source="contact_id", allow_null=True)
    lead = LinkField(source="lead_id", allow_null=True)
    deal = LinkField(source="deal_id", allow_null=True)
    campaign = LinkField(source="campaign_id", allow_null=True)
    content = LinkField(source="content_id", allow_null=True)
    call = LinkField(source="call_id", allow_null=True)
    actor = LinkField(source="actor_id", allow_null=True)
    retracted = serializers.SerializerMethodField()
    links = (
        *("account_id", "contact_id", "lead_id", "deal_id", "campaign_id", "content_id", "call_id"),
        "actor_id",
    )

    class Meta:
        model = Event
        fields = (
            *("id", "source", "external_id", "kind", "occurred_at", "recorded_at", "received_at"),
            *("account", "contact", "lead", "deal", "campaign", "content", "call", "actor"),
            *("data", "retracted"),
        )

    def get_retracted(self, event: Event) -> bool:
        return event.retracted_by is not None

    def to_representation(self, instance: Event) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["names"]:
            shown["data"] = impersonal(shown["data"])
        return shown


def impersonal(data: dict[str, Any]) -> dict[str, Any]:
    """What of an event's data names nobody: the contract's keys, with plain values or lists of them."""
    return {key: value for key, value in data.items() if key in IMPERSONAL_DATA and is_plain(value)}


def external_ids(rows: Iterable[Any], columns: Iterable[str]) -> dict[int, str]:
    """The external ids of everything that these rows link to, in one statement."""
    ids = {getattr(row, column) for row in rows for column in columns} - {None}
    return dict(Ref.objects.filter(id__in=ids).values_list("id", "external_id"))
