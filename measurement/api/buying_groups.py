"""Buying groups through the API: the accounts of a promise × the buyer roles in them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from leads.models import Ref
from measurement.api.filters import Parameters, Single, wrong
from measurement.api.serializers import MappingField
from measurement.buying_groups import (
    GroupRow,
    HeatMap,
    KeptGroups,
    NoBuyingGroupsError,
    UnknownCommitmentError,
    buying_groups,
)
from people.api.permissions import scope

SHARE = "Required roles with a contact ÷ required roles; null where none is required."


class BuyingGroupParameters(Parameters):
    """Those of a page are read by the page."""

    commitment = Single()
    others = frozenset({"cursor", "page_size"})


class BuyingGroupSerializer(serializers.Serializer):
    """One account; people are counted, never named."""

    account = serializers.CharField(help_text="source:external_id")
    name = serializers.CharField(allow_null=True)
    tier = serializers.IntegerField(allow_null=True)
    required_roles = serializers.ListField(
        child=serializers.CharField(), help_text="The roles its tier requires."
    )
    missing_roles = serializers.ListField(child=serializers.CharField(), help_text="Those that nobody holds.")
    contacts = MappingField(help_text="Role → how many contacts hold it; only roles that are held.")
    people = serializers.IntegerField(help_text="Contacts of the account, with a role or without.")
    filled = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text=SHARE)


class BuyingGroupList(ListAPIView):
    """Which required buyer roles have a contact, by account, as of now; the total is of all accounts."""

    queryset = Ref.objects.none()
    serializer_class = BuyingGroupSerializer
    permission_classes = (scope("read"),)
    filter_backends = ()
    keyset = ("source", "external_id")

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "commitment", required=True, description="The key of a rate over contacts or accounts."
            )
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        groups = _groups(BuyingGroupParameters.of(request)["commitment"])
        page: list[Ref] = self.paginate_queryset(groups.refs()) or []
        rows = groups.among([ref.pk for ref in page])
        answer = self.get_paginated_response([_shown(ref, rows[ref.pk]) for ref in page])
        answer.data["roles"] = groups.roles
        answer.data["total"] = {
            "accounts": groups.accounts,
            "filled": groups.filled,
            "required": groups.required,
            "share": None if groups.share is None else float(groups.share),
        }
        return answer


def _groups(given: list[str]) -> HeatMap | KeptGroups:
    if not given:
        raise wrong("commitment", "is required")
    try:
        return buying_groups(given[0], as_of=timezone.now().replace(microsecond=0))
    except UnknownCommitmentError:
        raise NotFound(f"No signed agreement has a commitment {given[0]}.") from None
    except NoBuyingGroupsError as error:
        raise wrong("commitment", f"{error}; it has no buying groups") from None


def _shown(ref: Ref, row: GroupRow) -> dict[str, Any]:
    return {
        "account": str(ref),
        "name": row.name,
        "tier": row.tier,
        "required_roles": list(row.required),
        "missing_roles": [role for role in row.required if role not in row.contacts],
        "contacts": row.contacts,
        "people": row.people,
        "filled": row.filled,
        "share": None if row.share is None else float(row.share),
    }
