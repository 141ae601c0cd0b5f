"""Mistakes in facts, put right through the API; every answer tells the verdicts that change."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.idempotency import answer_once
from core.problems import Problem
from leads.correcting import correct, mark_deleted, merge, refused, retract
from leads.enums import RecordType
from leads.erasing import erase
from leads.models import Event, Ref
from people.api.permissions import scope
from people.visibility import Sight
from reporting.api.breaches import IDEMPOTENCY_KEY
from reporting.api.fields import InstantField
from reporting.mending import kept_fields, mend
from reporting.record_sight import may_mend


class ActSerializer(serializers.Serializer):
    """What every act takes."""

    dry_run = serializers.BooleanField(
        default=False, help_text="Nothing is stored; only what would change is told."
    )


class CorrectSerializer(ActSerializer):
    field = serializers.CharField(max_length=64)
    value = serializers.JSONField(allow_null=True, help_text="As in `sync/`; null clears.")
    since = InstantField(
        required=False, allow_null=True, help_text="Right until then; default: it was never right."
    )


class DeleteSerializer(ActSerializer):
    at = InstantField(required=False, allow_null=True, help_text="Default: now.")


class MergeSerializer(ActSerializer):
    into = serializers.CharField(
        max_length=255, help_text="External id of the record that stays: same source, same type."
    )


class RetractSerializer(ActSerializer):
    why = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ChangeSerializer(serializers.Serializer):
    """One clock or one counted thing that is judged otherwise."""

    commitment = serializers.CharField()
    of = serializers.ChoiceField(choices=["clock", "unit"])
    subject = serializers.CharField(allow_null=True, help_text="source:external_id")
    subject_id = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="Its start, or when it happened.")
    before = serializers.CharField(allow_null=True, help_text="Its state before; null where there was none.")
    after = serializers.CharField(allow_null=True)
    due_before = serializers.DateTimeField(allow_null=True)
    due_after = serializers.DateTimeField(allow_null=True)


class MendedSerializer(serializers.Serializer):
    """The record, and every verdict that the act changes."""

    subject = serializers.CharField(allow_null=True, help_text="source:external_id, after the act.")
    dry_run = serializers.BooleanField()
    changed = ChangeSerializer(many=True)
    complete = serializers.BooleanField(help_text="False: so many records are touched that some were left.")


Change = tuple[Ref | None, Callable[[], Any]]


class _Mend(APIView):
    """One act on one record."""

    permission_classes = (scope("facts:write"),)
    body: type[ActSerializer] = ActSerializer

    def act(self, request: Request, **named: Any) -> Response:
        """Do it once, whatever is sent again under the same key."""
        now = timezone.now()
        perform = partial(self._perform, request, now, named)
        return answer_once(request, token_id=request.auth.pk, as_of=now, perform=perform)

    def _perform(self, request: Request, now: datetime, named: dict[str, Any]) -> Response:
        if request.user.pk is not None and not may_mend(Sight.of(request.user, as_of=now)):
            detail = "Only administrators put facts right: use a program's token, or one of such a person."
            raise Problem(403, "Forbidden", detail)
        body = self.body(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        dry_run = given.pop("dry_run")
        by = request.user if request.user.pk is not None else request.auth
        about, change = self.change(given, by, now, **named)
        effect, changed = mend(change, about=about, by=by, as_of=now, keep=not dry_run)
        told = {"subject": self.subject(about), "dry_run": dry_run, "changed": changed}
        return Response({**told, "complete": effect.complete})

    def subject(self, about: Ref | None) -> str | None:
        """What the record is called after the act."""
        return None if about is None else str(Ref.objects.get(pk=about.pk))

    def change(self, given: dict[str, Any], by: Any, now: datetime, **named: Any) -> Change:
        """The record and the act."""
        raise NotImplementedError


class CorrectRecord(_Mend):
    """A wrong value put right."""

    body = CorrectSerializer

    @extend_schema(request=CorrectSerializer, responses=MendedSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, type: str, natural: str) -> Response:
        """Say what a field should have been; the same update sent again does not undo it."""
        return self.act(request, type=type, natural=natural)

    def change(self, given: dict[str, Any], by: Any, now: datetime, **named: Any) -> Change:
        ref = ref_called(**named)
        return ref, partial(correct, ref, by=by, as_of=now, **given)


class DeleteRecord(_Mend):
    """A record that is gone."""

    body = DeleteSerializer

    @extend_schema(request=DeleteSerializer, responses=MendedSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, type: str, natural: str) -> Response:
        """Mark it as deleted: its open clocks are cancelled."""
        return self.act(request, type=type, natural=natural)

    def change(self, given: dict[str, Any], by: Any, now: datetime, **named: Any) -> Change:
        ref = ref_called(**named)
        return ref, partial(mark_deleted, ref, by=by, as_of=now, **given)


class MergeRecord(_Mend):
    """Two records that are one."""

    body = MergeSerializer

    @extend_schema(request=MergeSerializer, responses=MendedSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, type: str, natural: str) -> Response:
        """Move its history to the record that stays."""
        return self.act(request, type=type, natural=natural)

    def change(self, given: dict[str, Any], by: Any, now: datetime, **named: Any) -> Change:
        ref = ref_called(**named)
        into = Ref.objects.filter(source=ref.source, type=ref.type, external_id=given["into"]).first()
        if into is None:
            raise refused("into", "unknown", f"there is no {ref.type} {given['into']!r} in {ref.source}")
        return ref, partial(merge, ref, into=into, by=by, as_of=now)


class EraseContact(_Mend):
    """A person's data, gone for good."""

    @extend_schema(request=ActSerializer, responses=MendedSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, natural: str) -> Response:
        """Erase the contact's personal data; clocks and statistics stay under a pseudonym."""
        return self.act(request, type=RecordType.CONTACT.value, natural=natural)

    def change(self, given: dict[str, Any], by: Any, now: datetime, **named: Any) -> Change:
        ref = ref_called(**named)
        return ref, partial(erase, ref, kept=kept_fields(), by=by, as_of=now)


class RetractEvent(_Mend):
    """An event that was none."""

    body = RetractSerializer

    @extend_schema(request=RetractSerializer, responses=MendedSerializer, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, natural: str) -> Response:
        """Withdraw it: it never happened."""
        return self.act(request, natural=natural)

    def change(self, given: dict[str, Any], by: Any, now: datetime, **named: Any) -> Change:
        source, _, external_id = named["natural"].partition(":")
        event = Event.objects.filter(source=source, external_id=external_id).first()
        if event is None:
            raise Http404
        return record_of(event), partial(retract, event, by=by, as_of=now, **given)


def ref_called(*, type: str, natural: str) -> Ref:
    """The record of this type and name; raises Http404."""
    source, _, external_id = natural.partition(":")
    ref = Ref.objects.filter(source=source, type=type, external_id=external_id).first()
    if ref is None:
        raise Http404
    return ref


def record_of(event: Event) -> Ref | None:
    """The record under which an act on the event is noted: the first it names, else who did it."""
    columns = (
        "lead_id",
        "contact_id",
        "deal_id",
        "account_id",
        "campaign_id",
        "content_id",
        "call_id",
        "actor_id",
    )
    ids = [getattr(event, column) for column in columns if getattr(event, column)]
    return Ref.objects.get(pk=ids[0]) if ids else None
