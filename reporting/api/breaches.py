"""Breaches through the API: listed, shown, acted on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.idempotency import answer_once
from core.problems import Problem
from people.api.permissions import scope
from people.models import User
from people.visibility import Sight
from reporting.acting import acknowledge, assign, resolve
from reporting.api.bodies import AssignSerializer, NoteSerializer, ResolveSerializer, StrictSerializer
from reporting.api.filters import BreachFilters
from reporting.api.names import Names
from reporting.api.rows import breach_rows
from reporting.api.serializers import BreachSerializer
from reporting.members import user_called
from reporting.models import Breach
from reporting.sight import may_act_on

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Kept for 24 h."
)


class BreachList(ListAPIView):
    """Promises not kept, those opened last first; historic ones included unless `?historic=false`."""

    queryset = Breach.objects.all()
    serializer_class = BreachSerializer
    filterset_class = BreachFilters
    permission_classes = (scope("read"),)
    keyset = ("-opened_at", "-id")

    def get_queryset(self) -> QuerySet:
        return Breach.objects.select_related("team").visible_to(self.request.user, as_of=timezone.now())

    def paginate_queryset(self, queryset: Any) -> Any:
        now = timezone.now()
        page = super().paginate_queryset(queryset) or []
        return breach_rows(page, Names(self.request, as_of=now), as_of=now)


class BreachDetail(APIView):
    """One breach."""

    permission_classes = (scope("read"),)

    @extend_schema(responses=BreachSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The breach with what is to be done about it."""
        return shown_breach(visible_breach(request, pk), request, timezone.now())


class BreachAct(APIView):
    """Something that a person, or a program for one, does about a breach."""

    permission_classes = (scope("breaches:write"),)
    body: type[StrictSerializer]
    perform: Callable[..., Breach]

    def act(self, request: Request, pk: int) -> Response:
        """Do it once, whatever is sent again under the same key."""
        now = timezone.now()
        return answer_once(
            request, token_id=request.auth.pk, as_of=now, perform=lambda: self._perform(request, pk, now)
        )

    def _perform(self, request: Request, pk: int, now: datetime) -> Response:
        breach = visible_breach(request, pk)
        if request.user.pk is not None:
            self.check_person(breach, request.user, now)
        body = self.body(data=request.data)
        body.is_valid(raise_exception=True)
        acted = self.do(breach, request, body.validated_data, now)
        return shown_breach(acted, request, now)

    def check_person(self, breach: Breach, user: Any, now: datetime) -> None:
        """Refuse an act that this person may not do; a program's scopes were asked for already."""
        if not may_act_on(breach, Sight(user, as_of=now)):
            detail = "Only its owner, their manager or an administrator can do this."
            raise Problem(403, "Forbidden", detail)

    def do(self, breach: Breach, request: Request, body: dict[str, Any], now: datetime) -> Breach:
        """The act itself."""
        return type(self).perform(breach, by=request.user, as_of=now, **self.arguments(body))

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the act is told."""
        return body


class Acknowledge(BreachAct):
    """Somebody is on it."""

    body = NoteSerializer
    perform = acknowledge

    @extend_schema(request=NoteSerializer, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Take note of an open breach; 409 for any other."""
        return self.act(request, pk)


class Resolve(BreachAct):
    """Close it with its cause."""

    body = ResolveSerializer
    perform = resolve

    @extend_schema(request=ResolveSerializer, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Close an open or acknowledged breach with its root cause; 409 for any other."""
        return self.act(request, pk)


class Assign(BreachAct):
    """Make somebody answerable for it."""

    body = AssignSerializer
    perform = assign

    @extend_schema(request=AssignSerializer, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Give an open or acknowledged breach to somebody; 409 for any other."""
        return self.act(request, pk)

    def arguments(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"to": person_called(body["member"]), "note": body["note"]}


def visible_breach(request: Request, pk: int) -> Breach:
    """The breach that the reader may see. Raises Http404 for any other."""
    visible = Breach.objects.visible_to(request.user, as_of=timezone.now())
    breach = visible.select_related("team").filter(pk=pk).first()
    if breach is None:
        raise Http404
    return breach


def shown_breach(breach: Breach, request: Request, now: datetime) -> Response:
    """The breach as it is now."""
    row = breach_rows([breach], Names(request, as_of=now), as_of=now)[0]
    return Response(BreachSerializer(row).data)


def person_called(text: str) -> User:
    """Whom an act names. Raises Problem 422 for nobody here."""
    user = user_called(text)
    if user is None:
        message = (
            "nobody here has this address or is this member; give an e-mail address or source:external_id"
        )
        errors = [{"field": "member", "code": "unknown", "message": message}]
        raise Problem(422, "Unprocessable Content", f"member: {message}.", errors=errors)
    return user
