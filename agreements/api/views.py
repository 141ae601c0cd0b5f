"""Agreements with their versions, and the commitments in them."""

from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from agreements.api.bodies import YAML, WholeBody, draft_from
from agreements.api.filters import AgreementFilters, CommitmentFilters
from agreements.api.serializers import (
    AgreementDetailSerializer,
    AgreementSerializer,
    CommitmentSerializer,
    LoadedSerializer,
)
from agreements.models import Agreement, AgreementVersion, Commitment
from people.api.permissions import scope

VERSIONS = AgreementVersion.objects.with_end().order_by("-number").prefetch_related("signatures__party")
AGREEMENTS = Agreement.objects.prefetch_related(Prefetch("versions", VERSIONS))


class AgreementList(ListAPIView):
    """Every agreement with its versions, drafts included; POST brings one as YAML."""

    queryset = AGREEMENTS
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilters
    parser_classes = (WholeBody,)

    def get_permissions(self) -> list[Any]:
        """Reading and writing are different scopes."""
        return [scope("definitions:write" if self.request.method == "POST" else "read")()]

    @extend_schema(
        operation_id="load_agreement",
        request={YAML: {"type": "object", "additionalProperties": {}}},
        responses={
            200: OpenApiResponse(LoadedSerializer, "It says what is stored already."),
            201: OpenApiResponse(LoadedSerializer, "A draft was made, or the one that was there rewritten."),
        },
    )
    def post(self, request: Request) -> Response:
        """Create or amend an agreement from its YAML: always a draft, which people sign on its page."""
        loaded = draft_from(request, as_of=timezone.now())
        return Response(LoadedSerializer(loaded).data, status=201 if loaded.changed else 200)


class AgreementDetail(RetrieveAPIView):
    """One agreement, with the document of its newest version."""

    queryset = AGREEMENTS
    serializer_class = AgreementDetailSerializer
    permission_classes = (scope("read"),)
    lookup_field = "key"


class CommitmentList(ListAPIView):
    """Every commitment of every version: `?state=signed` are those that bind, one row a version."""

    queryset = Commitment.objects.with_end().with_standing().select_related("owner", "version__agreement")
    serializer_class = CommitmentSerializer
    filterset_class = CommitmentFilters
    permission_classes = (scope("read"),)
