"""Verdicts out: clocks, compliance, and why there is no clock."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from agreements.models import Commitment
from core.problems import Problem
from leads.models import Member, Ref
from measurement.api import serializers
from measurement.api.filters import (
    ClockFilters,
    ComplianceParameters,
    WhyNotParameters,
    split_subject,
)
from measurement.api.moment import AtThisMoment
from measurement.api.showing import Names, shown_clocks
from measurement.compliance import Basis, By, Compliance, Row, compliance, fold, kind_of, zone_of
from measurement.explaining import explained
from measurement.models import Clock
from measurement.periods import midnight
from measurement.readings.refreshing import BY_CLOCKS
from measurement.why_not import UnknownSubjectError, why_not
from people.api.permissions import may_see_names, scope

CLOCKS = Clock.objects.select_related("commitment__version__agreement", "commitment__calendar")
MOMENT = "A date (its beginning in the calendar's zone) or an instant."


class ClockList(AtThisMoment, ListAPIView):
    """Clocks, newest first: one for every start of a promise about a record."""

    queryset = CLOCKS
    serializer_class = serializers.ClockSerializer
    filterset_class = ClockFilters
    permission_classes = (scope("read"),)
    keyset = ("-started_at", "-id")

    def get_queryset(self) -> QuerySet:
        return CLOCKS.visible_to(self.request.user, as_of=self.as_of)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows = shown_clocks(page, request, as_of=self.as_of)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class ClockDetail(AtThisMoment, RetrieveAPIView):
    """One clock."""

    queryset = CLOCKS
    serializer_class: type[Serializer] = serializers.ClockSerializer
    permission_classes = (scope("read"),)

    def get_queryset(self) -> QuerySet:
        return CLOCKS.visible_to(self.request.user, as_of=self.as_of)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        (row,) = shown_clocks([self.get_object()], request, as_of=self.as_of)
        return Response(self.get_serializer(row).data)


class ClockExplanation(ClockDetail):
    """Why a clock stands as it does: a sentence in both languages, its time, its events, its owners."""

    serializer_class = serializers.ExplanationSerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        clock = self.get_object()
        names = Names(request, (), as_of=self.as_of)
        team, at = clock.commitment.owner_id, clock.due_at or clock.started_at
        told = explained(clock, may_see=lambda user: names.sees(user, team, at), as_of=self.as_of)
        return Response(self.get_serializer(told).data)


class CommitmentCompliance(AtThisMoment, GenericAPIView):
    """How a commitment was kept in [from, to): counts of its clocks that add up to the total."""

    queryset = Clock.objects.none()
    serializer_class = serializers.ComplianceSerializer
    permission_classes = (scope("read"),)
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[
            OpenApiParameter("from", OpenApiTypes.STR, description=f"{MOMENT} Default: ever."),
            OpenApiParameter("to", OpenApiTypes.STR, description=f"{MOMENT} Not included."),
            OpenApiParameter("by", enum=[str(by) for by in By], description="Default: month."),
            OpenApiParameter("basis", enum=[str(basis) for basis in Basis], description="Default: due."),
        ]
    )
    def get(self, request: Request, key: str) -> Response:
        given = ComplianceParameters.of(request)
        try:
            zone = zone_of(key)
        except Commitment.DoesNotExist:
            raise NotFound(f"No signed agreement has a commitment {key}.") from None
        if kind_of(key) not in BY_CLOCKS:
            raise _not_by_clocks(key)
        by = By((given["by"] or [By.MONTH])[0])
        found = compliance(
            key,
            start=_instant(given["from"], zone),
            end=_instant(given["to"], zone),
            by=by,
            basis=Basis((given["basis"] or [Basis.DUE])[0]),
            as_of=self.as_of,
        )
        return Response(_shown(_by_name(found, request) if by is By.OWNER else found))


class WhyNot(AtThisMoment, GenericAPIView):
    """Why a record has no clock of a commitment."""

    queryset = Clock.objects.none()
    serializer_class = serializers.AbsenceSerializer
    permission_classes = (scope("read"),)
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[
            OpenApiParameter("commitment", required=True, description="The commitment's key."),
            OpenApiParameter("subject", required=True, description="source:external_id"),
        ]
    )
    def get(self, request: Request) -> Response:
        given = WhyNotParameters.required(request)
        source, external_id = split_subject(given["subject"], "subject")
        try:
            found = why_not(given["commitment"], source=source, external_id=external_id, as_of=self.as_of)
        except Commitment.DoesNotExist:
            raise NotFound(f"No signed agreement has a commitment {given['commitment']}.") from None
        except UnknownSubjectError as error:
            raise NotFound(f"No fact names a record {error}; send it first.") from None
        return Response({"commitment": given["commitment"], **found.as_dict()})


def _not_by_clocks(key: str) -> Problem:
    detail = (
        f"{key} is a {kind_of(key)}: no clocks are counted for it, but what each period comes to."
        f" Ask /api/v1/readings/?commitment={key}, and /api/v1/readings/ID/explanation/ for what was counted."
    )
    return Problem(422, "Unprocessable Content", detail)


def _instant(moment: date | None, zone: str) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return midnight(moment, zone)


def _shown(found: Compliance) -> dict[str, Any]:
    total = found.total.as_dict()
    del total["key"]
    return {"rows": [row.as_dict() for row in found.rows], "total": total}


def _by_name(found: Compliance, request: Request) -> Compliance:
    """Owners by e-mail, one row a person; without the right to names all in one row."""
    if not may_see_names(request):
        return replace(found, rows=[fold(found.rows, None)] if found.rows else [])
    refs = [int(row.key) for row in found.rows if row.key is not None]
    names = {ref.id: str(ref) for ref in Ref.objects.filter(id__in=refs)}
    emails = dict(Member.objects.filter(ref_id__in=refs, email__isnull=False).values_list("ref_id", "email"))
    by_name: dict[str | None, list[Row]] = {}
    for row in found.rows:
        ref = None if row.key is None else int(row.key)
        by_name.setdefault(None if ref is None else emails.get(ref, names[ref]), []).append(row)
    rows = [fold(rows, name) for name, rows in by_name.items()]
    return replace(found, rows=sorted(rows, key=lambda row: (row.key is None, row.key or "")))
