"""``POST sync/{resource}/``: facts in."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.idempotency import answer_once
from core.problems import Problem
from leads.api.bodies import read_delivery
from leads.api.schemas import SUMMARY, SYNC_REQUEST
from leads.ingestion import ingest
from leads.ingestion.resources import RESOURCES
from people.api.permissions import scope

PARAMETERS = [
    OpenApiParameter("resource", OpenApiTypes.STR, OpenApiParameter.PATH, enum=RESOURCES),
    OpenApiParameter(
        "source", OpenApiTypes.STR, OpenApiParameter.QUERY, description="For NDJSON: whose ids these are."
    ),
    OpenApiParameter(
        "Idempotency-Key",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="The same key within 24 hours gets the answer that was given the first time.",
    ),
]


class Sync(APIView):
    """Creates or updates records, or adds events; the same again is `unchanged`.

    At most 10,000 rows and 20 MiB. Bad rows are refused one by one with their reasons, the others are stored.
    """

    permission_classes = (scope("facts:write"),)
    parser_classes = ()

    @extend_schema(
        operation_id="sync_facts",
        tags=["sync"],
        parameters=PARAMETERS,
        request=SYNC_REQUEST,
        responses={
            200: OpenApiResponse(SUMMARY, "Every row was stored."),
            207: OpenApiResponse(SUMMARY, "Some rows were refused; the others were stored."),
        },
    )
    def post(self, request: Request, resource: str) -> Response:
        if resource not in RESOURCES:
            detail = f"There is no resource {resource!r}; there are: {', '.join(RESOURCES)}."
            raise Problem(404, "Not Found", detail)
        delivery = read_delivery(request)
        now = timezone.now()

        def perform() -> Response:
            summary = ingest(
                resource=resource, source=delivery.source, rows=delivery.rows, channel="api", as_of=now
            )
            return Response(summary.as_dict(), status=207 if summary.rejected else 200)

        return answer_once(request, token_id=request.auth.pk, as_of=now, perform=perform)
