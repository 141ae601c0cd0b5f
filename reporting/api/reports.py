"""Frozen reports through the API."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.problems import Problem
from people.api.permissions import scope
from people.models import Team
from reporting.api.filters import ReportFilters
from reporting.api.names import Names
from reporting.api.rows import report_row
from reporting.api.serializers import ReportSerializer, ReportSummarySerializer
from reporting.models import DailyReport
from reporting.reading import read_report

DAYS_NAMED = 10


class ReportList(ListAPIView):
    """Every team's reports, the latest day first."""

    queryset = DailyReport.objects.all()
    serializer_class = ReportSummarySerializer
    filterset_class = ReportFilters
    permission_classes = (scope("read"),)
    keyset = ("-day", "-id")

    def get_queryset(self) -> QuerySet:
        return DailyReport.objects.select_related("team").visible_to(self.request.user, as_of=timezone.now())


class ReportDetail(APIView):
    """The report that a team read on a morning."""

    permission_classes = (scope("read"),)

    @extend_schema(
        parameters=[
            OpenApiParameter("day", str, OpenApiParameter.PATH, description="2026-04-08"),
            OpenApiParameter(
                "team", str, description="Slug; may be left out where only one team has a report."
            ),
        ],
        responses=ReportSerializer,
    )
    def get(self, request: Request, day: str) -> Response:
        """The report as it was frozen. 404 says which days there are, 422 which teams to choose from."""
        wanted = _day(day)
        now = timezone.now()
        reports = DailyReport.objects.visible_to(request.user, as_of=now).select_related("team")
        if slug := _team(request):
            reports = reports.filter(team__slug=slug)
        found = list(reports.filter(day=wanted))
        if not found:
            raise _no_report(reports, wanted, slug)
        if len(found) > 1:
            raise _wrong("team", f"is needed, one of: {', '.join(report.team.slug for report in found)}")
        row = report_row(read_report(found[0]), Names(request, as_of=now))
        return Response(ReportSerializer(row).data)


def _day(text: str) -> date:
    try:
        if len(text) != len("2026-04-08"):  # the standard library reads other spellings of ISO 8601 too
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong("day", "is not a date; write it like 2026-04-08") from None


def _team(request: Request) -> str | None:
    if unknown := sorted(set(request.query_params) - {"team"}):
        raise _wrong(unknown[0], "is unknown here; known: team")
    slug = request.query_params.get("team")
    if slug is not None and not Team.objects.filter(slug=slug).exists():
        known = ", ".join(Team.objects.values_list("slug", flat=True)) or "none yet"
        raise _wrong("team", f"is not known; teams: {known}")
    return slug


def _no_report(reports: QuerySet, day: date, slug: str | None) -> Problem:
    days = reports.order_by("-day").values_list("day", flat=True).distinct()[:DAYS_NAMED]
    there = ", ".join(str(known) for known in days)
    there_is = f"The latest are of {there}." if there else "There is none yet."
    whose = f" of {slug}" if slug else ""
    return Problem(404, "Not Found", f"There is no report{whose} of {day}. {there_is}")


def _wrong(parameter: str, message: str) -> Problem:
    errors = [{"field": parameter, "code": "invalid", "message": message}]
    return Problem(422, "Unprocessable Content", f"{parameter} {message}.", errors=errors)
