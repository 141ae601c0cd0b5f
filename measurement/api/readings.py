"""Readings through the API: listed, shown, explained; and the baselines that rates are held against."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from agreements.models import Commitment
from core.filters import Numbers
from core.problems import Problem
from measurement import baselines
from measurement.api import reading_serializers as serializers
from measurement.api.filters import Parameters, ReadingFilters, wrong
from measurement.api.moment import AtThisMoment
from measurement.api.reading_rows import shown_readings
from measurement.api.showing import Names
from measurement.models import Reading
from measurement.reading_explanation import PAGE_SIZE, Page, explain_reading
from people.api.permissions import scope
from people.models import ApiToken

READINGS = Reading.objects.select_related("commitment__version")
MOST = 1000
FURTHEST = 10**6
PAGES = [
    OpenApiParameter("page", OpenApiTypes.INT, description="Of the lists, from 1."),
    OpenApiParameter(
        "page_size", OpenApiTypes.INT, description=f"Rows of each list, at most {MOST}; default {PAGE_SIZE}."
    ),
]


class ReadingList(AtThisMoment, ListAPIView):
    """The value of each commitment by period, newest first; of running periods what is known so far."""

    queryset = READINGS
    serializer_class = serializers.ReadingSerializer
    filterset_class = ReadingFilters
    permission_classes = (scope("read"),)
    keyset = ("-period_start", "-id")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = shown_readings(page, request, as_of=self.as_of)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class ReadingDetail(AtThisMoment, RetrieveAPIView):
    """One reading, as it stands."""

    queryset = READINGS
    serializer_class: type[Serializer] = serializers.ReadingSerializer
    permission_classes = (scope("read"),)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        (row,) = shown_readings([self.get_object()], request, as_of=self.as_of)
        return Response(self.get_serializer(row).data)


class PageParameters(Parameters):
    """Which rows of an explanation's lists."""

    page = Numbers()
    page_size = Numbers()

    @classmethod
    def page_of(cls, request: Request) -> Page:
        """The page asked for; raises a 422 problem."""
        given = cls.of(request)
        for name, most in (("page", FURTHEST), ("page_size", MOST)):
            if given[name] is not None and not 1 <= given[name] <= most:
                raise wrong(name, f"is from 1 to {most}")
        return Page(given["page"] or 1, given["page_size"] or PAGE_SIZE)


class ReadingExplanation(ReadingDetail):
    """Why a reading is what it is: what was counted and left out, and how its target came about.

    `numbers` are of all rows, whatever the page: they add up to the headline.
    """

    serializer_class = serializers.ReadingExplanationSerializer
    filter_backends = ()  # its parameters are of the page, and read as strictly

    @extend_schema(parameters=PAGES)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = PageParameters.page_of(request)
        reading = self.get_object()
        names = Names(request, (), as_of=self.as_of)
        team = reading.commitment.owner_id
        told = explain_reading(
            reading,
            as_of=self.as_of,
            page=page,
            may_see=lambda user: names.sees(user, team, reading.period_start),
            user=None if isinstance(request.auth, ApiToken) else request.user,
        )
        return Response(self.get_serializer(told).data)


class CommitmentBaseline(AtThisMoment, GenericAPIView):
    """What the rate in force is held against: its baseline now, at its signing, and pinned by hand."""

    queryset = Commitment.objects.none()
    serializer_class = serializers.BaselineSerializer
    pagination_class = None
    filter_backends = ()

    def get_permissions(self) -> list[BasePermission]:
        name = "read" if self.request.method in SAFE_METHODS else "definitions:write"
        return [scope(name)()]

    def get(self, request: Request, key: str) -> Response:
        """The baseline of the version in force, else of the next one."""
        return self._shown(self._found(key))

    @extend_schema(request=serializers.PinSerializer)
    def post(self, request: Request, key: str) -> Response:
        """Pin the baseline at what the facts give now, or let it follow the facts again; readings follow."""
        body = serializers.PinSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        commitment = self._commitment(key)
        act = baselines.pin if body.validated_data["act"] == "pin" else baselines.unpin
        by = request.user if request.user.pk is not None else str(request.auth)
        try:
            return self._shown(act(commitment, by=by, as_of=self.as_of))
        except baselines.NoBaselineError:
            raise self._none(key) from None
        except baselines.EmptyBaselineError:
            detail = f"Nothing was counted in the baseline's window of {key}: there is no value to pin yet."
            raise Problem(409, "Conflict", detail) from None

    def _found(self, key: str) -> baselines.BaselineNow:
        try:
            return baselines.baseline_of(self._commitment(key))
        except baselines.NoBaselineError:
            raise self._none(key) from None

    def _commitment(self, key: str) -> Commitment:
        signed: QuerySet[Any] = Commitment.objects.signed().filter(key=key).order_by("-version__starts_at")
        found = signed.filter(version__starts_at__lte=self.as_of).first() or signed.last()
        if found is None:
            raise NotFound(f"No signed agreement has a commitment {key}.")
        return found

    def _none(self, key: str) -> NotFound:
        return NotFound(f"{key} is not held against a baseline.")

    def _shown(self, found: baselines.BaselineNow) -> Response:
        return Response(self.get_serializer(serializers.baseline_row(found)).data)
