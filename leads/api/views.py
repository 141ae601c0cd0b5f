"""Facts out: every list newest first, a page in three statements."""

from typing import Any

from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from leads.api import filters, serializers
from leads.models import Account, Campaign, Contact, Content, Deal, Event, Lead, Member
from people.api.permissions import SeesEverybody, may_see_names, scope


class FactList(ListAPIView):
    permission_classes = (scope("read"), SeesEverybody)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        serializer_class: Any = self.get_serializer_class()
        refs = serializers.external_ids(page, serializer_class.links)
        context = {**self.get_serializer_context(), "refs": refs, "names": may_see_names(request)}
        return self.get_paginated_response(serializer_class(page, many=True, context=context).data)


class RecordList(FactList):
    """The current state of the records, those that were deleted or merged away included."""

    keyset = ("-ref_id",)


class Members(RecordList):
    """People of ours as the CRM knows them."""

    queryset = Member.objects.select_related("ref")
    serializer_class = serializers.MemberSerializer
    filterset_class = filters.MemberFilters


class Accounts(RecordList):
    queryset = Account.objects.select_related("ref")
    serializer_class = serializers.AccountSerializer
    filterset_class = filters.AccountFilters


class Contacts(RecordList):
    queryset = Contact.objects.select_related("ref")
    serializer_class = serializers.ContactSerializer
    filterset_class = filters.ContactFilters


class Leads(RecordList):
    queryset = Lead.objects.select_related("ref")
    serializer_class = serializers.LeadSerializer
    filterset_class = filters.LeadFilters


class Deals(RecordList):
    queryset = Deal.objects.select_related("ref")
    serializer_class = serializers.DealSerializer
    filterset_class = filters.DealFilters


class Campaigns(RecordList):
    queryset = Campaign.objects.select_related("ref")
    serializer_class = serializers.CampaignSerializer
    filterset_class = filters.CampaignFilters


class Contents(RecordList):
    queryset = Content.objects.select_related("ref")
    serializer_class = serializers.ContentSerializer
    filterset_class = filters.ContentFilters


class Events(FactList):
    """The log of what happened, as it was sent; retracted events are shown and flagged."""

    queryset = Event.objects.all()
    serializer_class = serializers.EventSerializer
    filterset_class = filters.EventFilters
    keyset = ("-occurred_at", "-id")
