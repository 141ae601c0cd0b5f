"""Absences through the API: an HR system sends them, and takes back what is cancelled."""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import Choices, FilterSet, Instants, Words
from core.idempotency import answer_once
from core.problems import Problem
from people.absences import change, refused, take, take_away
from people.api.names import NamesFor
from people.api.permissions import scope
from people.colleagues import absences_visible_to
from people.enums import AbsenceKind
from people.models import Absence, User

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Kept for 24 h."
)


class PersonAbsenceSerializer(serializers.Serializer):
    """``person`` and ``cover`` are e-mail addresses, null to whoever may not see names."""

    id = serializers.IntegerField()
    person = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField([kind.value for kind in AbsenceKind])
    cover = serializers.CharField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python."""
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class AbsenceBody(serializers.Serializer):
    """What an HR system sends: nobody asks why somebody is away."""

    person = serializers.EmailField()
    kind = serializers.ChoiceField([kind.value for kind in AbsenceKind], default=AbsenceKind.AWAY.value)
    until = serializers.DateTimeField(allow_null=True, default=None)
    cover = serializers.EmailField(allow_null=True, default=None)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python."""
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class Addresses(Words):
    """People by e-mail address, which asks for people:read."""

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if value and not NamesFor(self.parent.request, as_of=timezone.now()).any:
            detail = "Asking for a person by e-mail needs the scope people:read."
            raise Problem(403, "Forbidden", detail)
        asked = reduce(or_, (Q(**{f"{self.field_name}__iexact": one}) for one in value), Q())
        return qs.filter(asked)


class AbsenceFilters(FilterSet):
    person = Addresses("user__email")
    cover = Addresses("cover__email")
    kind = Choices("kind", among=AbsenceKind)
    ends_after = Instants("during__endswith", lookup_expr="gt")


class AbsenceList(ListAPIView):
    """Who is away, left or covers, those entered last first; POST enters an absence."""

    queryset = Absence.objects.all()
    serializer_class = PersonAbsenceSerializer
    filterset_class = AbsenceFilters
    keyset: ClassVar[tuple[str, ...]] = ("-created_at", "-id")

    def get_permissions(self) -> list[Any]:
        """Reading and writing are different scopes."""
        return [scope("definitions:write" if self.request.method == "POST" else "read")()]

    def get_queryset(self) -> QuerySet:
        return absences_visible_to(self.request.user, as_of=timezone.now())

    def paginate_queryset(self, queryset: Any) -> Any:
        names = NamesFor(self.request, as_of=timezone.now())
        return [_row(absence, names) for absence in super().paginate_queryset(queryset) or []]

    @extend_schema(
        operation_id="enter_absence",
        request=AbsenceBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={
            200: OpenApiResponse(
                PersonAbsenceSerializer, "It is known: its end and its cover are as sent now."
            ),
            201: OpenApiResponse(PersonAbsenceSerializer, "It was entered."),
        },
    )
    def post(self, request: Request) -> Response:
        """Enter an absence; the same person and start again changes the end and the cover.

        Entered late or ahead, promises are judged as if it had been known.
        """
        now = timezone.now()
        token: Any = request.auth
        return answer_once(
            request,
            token_id=token.pk,
            as_of=now,
            perform=lambda: _entered(request, f"token {token.name}", now),
        )


class AbsenceDetail(APIView):
    """One absence."""

    def get_permissions(self) -> list[Any]:
        """Reading and writing are different scopes."""
        return [scope("definitions:write" if self.request.method == "DELETE" else "read")()]

    @extend_schema(responses=PersonAbsenceSerializer, operation_id="absence")
    def get(self, request: Request, pk: int) -> Response:
        """The absence."""
        return Response(PersonAbsenceSerializer(_row(_found(request, pk), _names(request))).data)

    @extend_schema(responses={204: None}, operation_id="take_absence_back")
    def delete(self, request: Request, pk: int) -> Response:
        """It was entered in error or cancelled: as if it had never been."""
        token: Any = request.auth
        take_away(_found(request, pk), by=f"token {token.name}", as_of=timezone.now())
        return Response(status=204)


def _entered(request: Request, by: str, now: datetime) -> Response:
    body = AbsenceBody(data=request.data)
    body.is_valid(raise_exception=True)
    given = body.validated_data
    user, cover = _person(given["person"], "person"), _person(given["cover"], "cover")
    start, kind = given["from"].replace(microsecond=0), AbsenceKind(given["kind"])
    during = (start, given["until"])
    known = Absence.objects.filter(user=user, kind=kind, during__startswith=start).first()
    if known is None:
        absence = take(user, during=during, cover=cover, by=by, as_of=now, kind=kind)
    else:
        absence = change(known, during=during, cover=cover, by=by, as_of=now)
    absence.refresh_from_db()
    shown = PersonAbsenceSerializer(_row(absence, None)).data
    return Response(shown, status=201 if known is None else 200)


def _person(email: str | None, field: str) -> Any:
    if email is None:
        return None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise refused(field, "nobody here has this address; send the person with sync/members first")
    return user


def _found(request: Request, pk: int) -> Absence:
    absence = absences_visible_to(request.user, as_of=timezone.now()).filter(pk=pk).first()
    if absence is None:
        raise Http404
    return absence


def _names(request: Request) -> NamesFor:
    return NamesFor(request, as_of=timezone.now())


def _row(absence: Absence, names: NamesFor | None) -> dict[str, Any]:
    """``names`` None: to whoever sent them. Who may look at an absence as a person knows whose it is."""
    named = names is None or names.any
    return {
        "id": absence.pk,
        "person": absence.user.email if named else None,
        "kind": absence.kind,
        "from": absence.during.lower,
        "until": absence.during.upper,
        "cover": absence.cover.email if named and absence.cover else None,
    }
