"""Disputes, waivers, comments and second thoughts through the API."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.idempotency import answer_once
from core.problems import Problem
from people.api.permissions import scope
from people.models import User
from people.visibility import Sight
from reporting.acting import comment, dispute, refuse, take_back_dispute, undo, waive
from reporting.acting.transitions import wrong
from reporting.api.bodies import (
    CommentBodySerializer,
    DisputeSerializer,
    NoteSerializer,
    RefuseSerializer,
    StrictSerializer,
    WaiveSerializer,
)
from reporting.api.breaches import IDEMPOTENCY_KEY, BreachAct, person_called, visible_breach
from reporting.api.names import Names
from reporting.api.rows import comment_rows
from reporting.api.serializers import BreachSerializer, CommentSerializer
from reporting.deciding import may_decide_on
from reporting.models import Breach

NOT_THEIRS = (
    "Only a manager of another party of the agreement decides whether a miss counts, nobody of the side that"
    " owes it."
)


class Disputing(BreachAct):
    """Whoever owes it says that it is wrong."""

    body = DisputeSerializer
    perform = dispute

    @extend_schema(request=DisputeSerializer, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Dispute an open or acknowledged breach with the reason, and a link that shows it."""
        return self.act(request, pk)


class TakingBack(BreachAct):
    """Whoever disputed it does not any more."""

    body = NoteSerializer
    perform = take_back_dispute

    @extend_schema(request=NoteSerializer, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Take the dispute of a breach back; 409 for one that is not disputed."""
        return self.act(request, pk)


class _Decision(BreachAct):
    """The other team's: a program can only pass on whose decision it is (``member``)."""

    def check_person(self, breach: Breach, user: Any, now: datetime) -> None:
        if not may_decide_on(breach, Sight(user, as_of=now)):
            raise Problem(403, "Forbidden", NOT_THEIRS)

    def do(self, breach: Breach, request: Request, body: dict[str, Any], now: datetime) -> Breach:
        said = dict(body)
        member = said.pop("member")
        by = _decider(breach, member, now) if request.user.pk is None else request.user
        if member and by.pk != person_called(member).pk:
            raise wrong("member", "is for programs; a person decides for themselves")
        return type(self).perform(breach, by=by, as_of=now, **said)


def _decider(breach: Breach, member: str, now: datetime) -> User:
    """Whose decision a program passes on. Raises Problem 422 for nobody, and for whoever may not decide."""
    if not member:
        raise wrong("member", "is needed from a program: name whose decision it is", code="required")
    by = person_called(member)
    if not may_decide_on(breach, Sight(by, as_of=now)):
        raise wrong("member", f"may not decide on this. {NOT_THEIRS.removesuffix('.')}", code="not_theirs")
    return by


class Waiving(_Decision):
    """The other team agrees that it does not count."""

    body = WaiveSerializer
    perform = waive

    @extend_schema(request=WaiveSerializer, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Waive a breach, for good or until an instant; 409 where the agreement's share is used up."""
        return self.act(request, pk)


class Refusing(_Decision):
    """The other team does not agree."""

    body = RefuseSerializer
    perform = refuse

    @extend_schema(request=RefuseSerializer, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Answer a dispute: the miss stands, and why."""
        return self.act(request, pk)


class Undoing(BreachAct):
    """A person's own last act, of a few seconds ago."""

    body = StrictSerializer
    perform = undo

    def check_person(self, breach: Breach, user: Any, now: datetime) -> None:
        """Only one's own act can be undone: nothing else is to be asked."""

    @extend_schema(request=None, responses=BreachSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """Make it as it was before; 409 after 30 seconds, or where somebody did something since."""
        return self.act(request, pk)


class Comments(APIView):
    """What people say about a breach."""

    def get_permissions(self) -> list[Any]:
        return [scope("read" if self.request.method in ("GET", "HEAD", "OPTIONS") else "breaches:write")()]

    @extend_schema(responses=CommentSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """All of them, oldest first; texts and names need people:read."""
        breach = visible_breach(request, pk)
        rows = comment_rows(breach, Names(request, as_of=timezone.now()))
        return Response(CommentSerializer(rows, many=True).data)

    @extend_schema(
        request=CommentBodySerializer, responses=CommentSerializer(many=True), parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say something; whoever sees the breach may. Answers with all comments."""
        now = timezone.now()
        return answer_once(
            request, token_id=request.auth.pk, as_of=now, perform=lambda: self._say(request, pk, now)
        )

    def _say(self, request: Request, pk: int, now: datetime) -> Response:
        breach = visible_breach(request, pk)
        body = CommentBodySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        comment(breach, by=request.user, as_of=now, text=body.validated_data["text"])
        return self.get(request, pk)
