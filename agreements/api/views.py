"""Agreements with their versions, and the commitments in them."""

from django.db.models import Prefetch
from rest_framework.generics import ListAPIView, RetrieveAPIView

from agreements.api.filters import AgreementFilters, CommitmentFilters
from agreements.api.serializers import AgreementDetailSerializer, AgreementSerializer, CommitmentSerializer
from agreements.models import Agreement, AgreementVersion, Commitment
from people.api.permissions import scope

VERSIONS = AgreementVersion.objects.with_end().order_by("-number").prefetch_related("signatures__party")
AGREEMENTS = Agreement.objects.prefetch_related(Prefetch("versions", VERSIONS))


class AgreementList(ListAPIView):
    """Every agreement with its versions, drafts included."""

    queryset = AGREEMENTS
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilters
    permission_classes = (scope("read"),)


class AgreementDetail(RetrieveAPIView):
    """One agreement, with the document of its newest version."""

    queryset = AGREEMENTS
    serializer_class = AgreementDetailSerializer
    permission_classes = (scope("read"),)
    lookup_field = "key"


class CommitmentList(ListAPIView):
    """Every commitment of every version: `?state=signed` are those that bind, one row a version."""

    queryset = Commitment.objects.with_end().select_related("owner", "version__agreement")
    serializer_class = CommitmentSerializer
    filterset_class = CommitmentFilters
    permission_classes = (scope("read"),)
