"""Facts declared by hand, through the API."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import Choices, FilterSet, Words
from core.idempotency import answer_once
from core.problems import Problem
from leads.correcting import refused
from leads.declaring import Said, confirm, declarable_kinds
from leads.enums import DeclarationState, RecordType
from leads.kinds import subject_types
from leads.models import Declaration, Ref
from people.api.permissions import scope
from people.models import User
from people.visibility import Sight
from reporting.api.breaches import IDEMPOTENCY_KEY
from reporting.api.fields import InstantField
from reporting.api.mending import ChangeSerializer
from reporting.api.names import Names
from reporting.declared import may_decide, may_take_back, needs_of, visible_declarations
from reporting.declared.needs import team_named
from reporting.members import user_called
from reporting.mending import mend
from reporting.noticing.declarations import declare_and_tell, refute_and_tell


class DeclareSerializer(serializers.Serializer):
    """What happened."""

    kind = serializers.CharField(max_length=64)
    occurred_at = InstantField()
    until = InstantField(required=False, allow_null=True, help_text="The end of presence.")
    record = serializers.CharField(
        required=False, allow_null=True, max_length=400, help_text="What it is about: source:external_id."
    )
    type = serializers.ChoiceField(
        choices=[one.value for one in RecordType],
        required=False,
        help_text="The record's type, where several share the id.",
    )
    by = serializers.CharField(
        required=False,
        help_text="Who did it: e-mail address or source:external_id; default: the token's person.",
    )
    channel = serializers.CharField(required=False, max_length=64, help_text="Of an announcement.")
    link = serializers.URLField(required=False, allow_blank=True, default="", max_length=2000)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class DecideSerializer(serializers.Serializer):
    """The other team's word."""

    why = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class DeclarationSerializer(serializers.Serializer):
    """A declared fact."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    record = serializers.CharField(allow_null=True, help_text="source:external_id")
    occurred_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    declared_at = serializers.DateTimeField()
    declared_by = serializers.CharField(
        allow_null=True, help_text="E-mail address; null without people:read."
    )
    team = serializers.CharField(allow_null=True)
    link = serializers.CharField()
    note = serializers.CharField(allow_null=True, help_text="May name persons; null without people:read.")
    state = serializers.ChoiceField(choices=[one.value for one in DeclarationState])
    decided_at = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(allow_null=True, help_text="May name persons; null without people:read.")


class DeclaredSerializer(DeclarationSerializer):
    """A declared fact with the verdicts that it changed."""

    changed = ChangeSerializer(many=True)


class DeclarationFilters(FilterSet):
    """Of the list."""

    state = Choices("state", among=DeclarationState)
    kind = Words("kind")


class Declarations(ListAPIView):
    """Facts declared by hand, the newest first."""

    queryset = Declaration.objects.all()
    serializer_class = DeclarationSerializer
    filterset_class = DeclarationFilters
    keyset = ("-declared_at", "-id")

    def get_permissions(self) -> list[Any]:
        wanted = "facts:write" if self.request.method == "POST" else "read"
        return [scope(wanted)()]

    def get_queryset(self) -> Any:
        return visible_declarations(Sight(self.request.user, as_of=timezone.now()))

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset) or []
        return declaration_rows(page, Names(self.request, as_of=timezone.now()))

    @extend_schema(
        request=DeclareSerializer, responses={201: DeclaredSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request) -> Response:
        """Say that something happened which no system recorded; it counts until the other team refutes it."""
        now = timezone.now()
        return answer_once(
            request, token_id=request.auth.pk, as_of=now, perform=partial(self._declare, request, now)
        )

    def _declare(self, request: Request, now: datetime) -> Response:
        body = DeclareSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        person = _person(request, given.get("by"), now)
        need = next((one for one in needs_of(Sight(person, as_of=now)) if one.kind == given["kind"]), None)
        said = said_of(given, about=_record(given), ended_by=need.ended_by if need else None)
        team = team_named(need.team_id) if need else None
        actor = request.user if request.user.pk is not None else request.auth
        act = partial(declare_and_tell, said, by=person, actor=actor, team=team, as_of=now)
        effect, changed = mend(act, about=said.about, by=actor, as_of=now, keep=True)
        row = declaration_rows([effect.given], Names(request, as_of=now))[0]
        return Response(DeclaredSerializer({**row, "changed": changed}).data, status=201)


class _Decide(APIView):
    """The other team's word; for a token of somebody of that team."""

    permission_classes = (scope("facts:write"),)
    decide: Callable[..., Declaration]
    may_also: Callable[..., bool] = may_decide

    def act(self, request: Request, pk: int) -> Response:
        """Do it once, whatever is sent again under the same key."""
        now = timezone.now()
        perform = partial(self._perform, request, pk, now)
        return answer_once(request, token_id=request.auth.pk, as_of=now, perform=perform)

    def _perform(self, request: Request, pk: int, now: datetime) -> Response:
        sight = Sight(request.user, as_of=now)
        declaration = visible_declarations(sight).filter(pk=pk).first()
        if declaration is None:
            raise Http404
        is_pending = declaration.state == DeclarationState.PENDING
        if is_pending and not may_decide(declaration, sight) and not type(self).may_also(declaration, sight):
            detail = "Only somebody of the other team can decide on it: use a token of such a person."
            raise Problem(403, "Forbidden", detail)
        body = DecideSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        why = body.validated_data["why"]
        change = partial(type(self).decide, declaration, by=request.user, as_of=now, why=why)
        about = Ref.objects.filter(pk=declaration.subject_id or 0).first()
        effect, changed = mend(change, about=about, by=request.user, as_of=now, keep=True)
        row = declaration_rows([effect.given], Names(request, as_of=now))[0]
        return Response(DeclaredSerializer({**row, "changed": changed}).data)


class Confirm(_Decide):
    """It happened."""

    decide = confirm

    @extend_schema(request=DecideSerializer, responses=DeclaredSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """The other team agrees; 409 once it is decided."""
        return self.act(request, pk)


class Refute(_Decide):
    """It did not happen so."""

    decide = refute_and_tell
    may_also = may_take_back

    @extend_schema(request=DecideSerializer, responses=DeclaredSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: int) -> Response:
        """The other team disagrees and says `why`, or whoever declared it takes it back: it is withdrawn."""
        return self.act(request, pk)


def said_of(given: dict[str, Any], *, about: Ref | None, ended_by: str | None) -> Said:
    """What a body or a form says."""
    return Said(
        kind=given["kind"],
        occurred_at=given["occurred_at"],
        until=given.get("until"),
        about=about,
        data={"channel": given["channel"]} if given.get("channel") else {},
        link=given.get("link", ""),
        note=given.get("note", ""),
        ended_by=ended_by,
    )


def declaration_rows(page: Any, names: Names) -> list[dict[str, Any]]:
    """Declarations as the API shows them; one statement for their records."""
    refs = Ref.objects.in_bulk({one.subject_id for one in page if one.subject_id})
    return [_row(one, refs, names) for one in page]


def _row(one: Declaration, refs: dict[int, Ref], names: Names) -> dict[str, Any]:
    by, team = one.declared_by, one.team
    shown = by is not None and names.may_show(by.pk, team.pk if team else 0, one.occurred_at)
    about = refs.get(one.subject_id or 0)
    return {
        "id": one.pk,
        "kind": one.kind,
        "record": str(about) if about else None,
        "occurred_at": one.occurred_at,
        "until": one.until,
        "declared_at": one.declared_at,
        "declared_by": by.email if by and shown else None,
        "team": team.slug if team else None,
        "link": one.link,
        "note": one.note if shown else None,
        "state": one.state,
        "decided_at": one.decided_at,
        "why": one.why if shown else None,
    }


def _person(request: Request, named: str | None, now: datetime) -> User:
    if named is None:
        if request.user.pk is not None:
            return request.user
        raise refused("by", "required", "this token belongs to nobody: say who did it, by e-mail address")
    person = user_called(named)
    if person is None:
        raise refused("by", "unknown", "nobody here has this address or is this member")
    if request.user.pk is not None and person.pk not in Sight.of(request.user, as_of=now).acting_ids:
        # Else somebody of the other team could say in their name what they then confirm themselves.
        raise refused("by", "not_theirs", "a person declares what they did themselves; leave it out")
    return person


def _record(given: dict[str, Any]) -> Ref | None:
    """The record that is named, of a type that the kind can be about."""
    if given["kind"] not in declarable_kinds():
        kinds = ", ".join(sorted(declarable_kinds()))
        raise refused("kind", "unknown", f"this cannot be declared by hand; these can: {kinds}")
    natural = given.get("record")
    if not natural:
        return None
    source, _, external_id = natural.partition(":")
    types = [given["type"]] if given.get("type") else subject_types().get(given["kind"], ())
    found = {
        ref.type: ref for ref in Ref.objects.filter(source=source, external_id=external_id, type__in=types)
    }
    for type_ in types:
        if type_ in found:
            return found[type_]
    raise refused(
        "record", "unknown", "nothing here is called so; write source:external_id of a known record"
    )
