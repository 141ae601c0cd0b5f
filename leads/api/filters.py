"""Filters of the lists of facts; records are named by their external ids."""

from django.db.models import QuerySet

from core.filters import FilterSet, Instants, Words
from leads.enums import RecordType
from leads.known_sources import known_sources
from leads.models import Account, Campaign, Contact, Content, Deal, Event, Lead, Member, Ref


class Linked(Words):
    """Rows that link to any of the records with these external ids."""

    def __init__(self, column: str, to: RecordType) -> None:
        super().__init__(column)
        self.to = to

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        named = Ref.objects.filter(source__in=known_sources(), type=self.to.value, external_id__in=value)
        # Asked by itself: the rows of one record are in the order of an index, those of whoever a
        # subquery finds are sorted first, all of them.
        return qs.filter(**{f"{self.field_name}__in": list(named.values_list("id", flat=True))})


class OfAnySource(Words):
    """By ids that are indexed by source: those of every source that is known."""

    def __init__(self, field_name: str, *, source: str, of: type[Ref] | type[Event] = Ref) -> None:
        super().__init__(field_name)
        self.source, self.of = source, of

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        found = super().filter(qs, value)
        return found.filter(**{f"{self.source}__in": known_sources(self.of)}) if value else found


class RecordFilters(FilterSet):
    source = Words("ref__source")
    external_id = OfAnySource("ref__external_id", source="ref__source")


class MemberFilters(RecordFilters):
    team = Words("team")

    class Meta:
        model = Member
        fields: list[str] = []


class OwnedFilters(RecordFilters):
    owner = Linked("owner_id", RecordType.MEMBER)


class AccountFilters(OwnedFilters):
    class Meta:
        model = Account
        fields: list[str] = []


class CampaignFilters(OwnedFilters):
    class Meta:
        model = Campaign
        fields: list[str] = []


class ContentFilters(OwnedFilters):
    class Meta:
        model = Content
        fields: list[str] = []


class ContactFilters(OwnedFilters):
    account = Linked("account_id", RecordType.ACCOUNT)

    class Meta:
        model = Contact
        fields: list[str] = []


class LeadFilters(OwnedFilters):
    contact = Linked("contact_id", RecordType.CONTACT)
    account = Linked("account_id", RecordType.ACCOUNT)
    campaign = Linked("campaign_id", RecordType.CAMPAIGN)

    class Meta:
        model = Lead
        fields: list[str] = []


class DealFilters(OwnedFilters):
    account = Linked("account_id", RecordType.ACCOUNT)
    lead = Linked("lead_id", RecordType.LEAD)

    class Meta:
        model = Deal
        fields: list[str] = []


class EventFilters(FilterSet):
    source = Words("source")
    external_id = OfAnySource("external_id", source="source", of=Event)
    kind = Words("kind")
    account = Linked("account_id", RecordType.ACCOUNT)
    contact = Linked("contact_id", RecordType.CONTACT)
    lead = Linked("lead_id", RecordType.LEAD)
    deal = Linked("deal_id", RecordType.DEAL)
    campaign = Linked("campaign_id", RecordType.CAMPAIGN)
    content = Linked("content_id", RecordType.CONTENT)
    call = Linked("call_id", RecordType.CALL)
    actor = Linked("actor_id", RecordType.MEMBER)
    occurred_after = Instants("occurred_at", "gte")
    occurred_before = Instants("occurred_at", "lt")

    class Meta:
        model = Event
        fields: list[str] = []
