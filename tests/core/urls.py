"""A small API over the audit rows, to see pages, filters, problems and idempotency from outside."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework import exceptions, generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import Choices, FilterSet, Flags, Instants, Numbers, Words
from core.idempotency import answer_once
from core.models import AuditEntry
from core.problems import Problem
from tests.factories.core import AuditEntryFactory

ERRORS = {
    "problem": lambda: Problem(
        409, "Taken", "Choose another.", errors=[{"field": "key"}], type="/problems/taken"
    ),
    "missing": Http404,
    "forbidden": lambda: PermissionDenied("Ask an administrator."),
    "suspicious": lambda: SuspiciousOperation("/etc/passwd"),
    "invalid": lambda: exceptions.ValidationError(
        {"note": ["Too long."], "rows": [{}, {"at": ["No date."]}]}
    ),
    "model": lambda: ValidationError({"slug": ["Not a slug."]}),
    "throttled": lambda: exceptions.Throttled(wait=2.1),
    "crash": lambda: RuntimeError("secret of the database"),
}


class EntryFilters(FilterSet):
    verb = Choices(among=["sign", "load"])
    object_id = Words()
    actor = Numbers("actor_id")
    is_system = Flags("actor", lookup_expr="isnull")
    after = Instants("at", lookup_expr="gte")

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ()


class EntrySerializer(serializers.ModelSerializer):
    class Meta:
        model = AuditEntry
        fields = ("id", "at", "verb", "object_id")


class Entries(generics.ListAPIView):
    permission_classes = (AllowAny,)
    queryset = AuditEntry.objects.all()
    serializer_class = EntrySerializer
    filterset_class = EntryFilters
    keyset = ("-at", "-id")


class Unfiltered(Entries):
    filterset_class = None
    keyset = ("object_id", "id")


class Errors(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request, kind: str) -> Response:
        error = ERRORS[kind]()
        raise error

    def post(self, request: Request, kind: str) -> Response:
        return Response(request.data)


class Private(APIView):
    def get(self, request: Request) -> Response:
        return Response({"user": str(request.user)})


class Once(APIView):
    permission_classes = (AllowAny,)

    def post(self, request: Request, token_id: int) -> Response:
        def perform() -> Response:
            if request.data.get("fail"):
                raise Problem(422, "Unprocessable Content", "Leave out fail.")
            entry = AuditEntryFactory(object_id=request.data["name"])
            return Response({"id": entry.pk, "at": entry.at}, status=207)

        as_of = datetime.fromisoformat(request.headers.get("X-As-Of", "2026-04-03T16:00:00+00:00"))
        return answer_once(request, token_id=token_id, as_of=as_of, perform=perform)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page")


urlpatterns = [
    path("api/v1/entries/", Entries.as_view()),
    path("api/v1/unfiltered/", Unfiltered.as_view()),
    path("api/v1/errors/<str:kind>/", Errors.as_view()),
    path("api/v1/private/", Private.as_view()),
    path("api/v1/once/<int:token_id>/", Once.as_view()),
    path("page/", page),
    path("", include("slahub.urls")),  # the pages that an error page leads to
]
