"""What a version on trial came to, through the API: figures, nobody's name."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agreements.models import AgreementVersion
from people.api.permissions import scope


class TrialResultSerializer(serializers.Serializer):
    commitment = serializers.CharField(source="commitment_key")
    measured_at = serializers.DateTimeField()
    figures = serializers.DictField(
        help_text="clocks by state, weeks, periods, what signing would have meant, what binds meanwhile."
    )


class TrialSerializer(serializers.Serializer):
    agreement = serializers.CharField()
    version = serializers.IntegerField()
    since = serializers.DateTimeField()
    commitments = TrialResultSerializer(many=True)


class Trial(APIView):
    """One version on trial."""

    permission_classes = (scope("read"),)

    @extend_schema(
        responses=TrialSerializer, parameters=[OpenApiParameter("number", int, OpenApiParameter.PATH)]
    )
    def get(self, request: Request, key: str, number: int) -> Response:
        """What each promise came to when it was last measured; 404 where no trial runs or ran."""
        version = AgreementVersion.objects.filter(
            agreement__key=key, number=number, trial_since__isnull=False
        ).first()
        if version is None:
            raise Http404
        row = {
            "agreement": key,
            "version": number,
            "since": version.trial_since,
            "commitments": version.trial_results.order_by("commitment_key"),
        }
        return Response(TrialSerializer(row).data)
