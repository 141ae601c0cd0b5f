"""By what verdicts can be listed; every parameter is read strictly."""

from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from rest_framework.request import Request

from agreements.enums import Kind
from agreements.models import Commitment
from core.filters import Choices, FilterSet, Instants, Words, instant_in_address
from core.problems import Problem
from leads.enums import RecordType
from leads.models import Member, Ref
from measurement.compliance import Basis, By
from measurement.enums import ClockState
from measurement.models import Clock, Reading
from measurement.querysets import ClockQuerySet
from measurement.units import TEAM
from people.api.permissions import may_see_names

NOBODY = "none"
LENGTH_OF_A_DATE = len("2026-03-31")


class States(Choices):
    """States as they are at this moment."""

    def filter(self, qs: ClockQuerySet, value: list[str]) -> ClockQuerySet:
        return qs.in_state(value, _view(self).as_of) if value else qs


class Subjects(Words):
    """Records, written source:external_id."""

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        wanted = Q()
        for text in value:
            source, external_id = split_subject(text, "subject")
            wanted |= Q(source=source, external_id=external_id)
        found = Ref.objects.filter(wanted).values_list("id", "merged_into")
        return qs.filter(subject_id__in={ref for pair in found for ref in pair if ref is not None})


class Commitments(Words):
    """Keys of commitments; one that no version of any agreement has is refused with those near it."""

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if value:
            known = set(Commitment.objects.order_by().values_list("key", flat=True))
            for key in value:
                if key not in known:
                    raise wrong("commitment", _no_commitment(key, known))
        return super().filter(qs, value)


class Owners(Words):
    """Owners by e-mail, which asks for people:read; ``none`` are the unassigned."""

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        emails = {text.lower() for text in value} - {NOBODY}
        if emails and not may_see_names(self.parent.request):
            raise Problem(
                403, "Forbidden", "owner: asking for a person by e-mail needs the scope people:read."
            )
        members = Member.objects.annotate(address=Lower("email")).filter(address__in=emails).values("ref_id")
        unassigned = Q(owner_id__isnull=True) if NOBODY in {text.lower() for text in value} else Q(pk__in=[])
        return qs.filter(Q(owner_id__in=members) | unassigned)


class DueBefore(Instants):
    """Due before an instant, so begun before it: the list, newest first, is read from there on."""

    def filter(self, qs: QuerySet, value: datetime | None) -> QuerySet:
        return super().filter(qs, value).filter(started_at__lt=value) if value else qs


class ClockFilters(FilterSet):
    commitment = Commitments("commitment_key")
    state = States(among=ClockState)
    owner = Owners()
    subject = Subjects()
    subject_type = Choices("subject_type", among=RecordType)
    due_after = Instants("due_at", "gte")
    due_before = DueBefore("due_at", "lt")
    started_after = Instants("started_at", "gte")
    started_before = Instants("started_at", "lt")

    class Meta:
        model = Clock
        fields: list[str] = []


class Eaches(Words):
    """Whom readings are for, as they are shown: team, nobody, an e-mail, an account's source:external_id."""

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        if not value:
            return qs
        wanted = Q(each=TEAM) if TEAM in value else Q(pk__in=[])
        if "nobody" in value:
            wanted |= Q(each="")
        emails = {text.lower() for text in value if "@" in text}
        if emails and not may_see_names(self.parent.request):
            raise Problem(
                403, "Forbidden", "each: asking for a person by e-mail needs the scope people:read."
            )
        members = Member.objects.annotate(address=Lower("email")).filter(address__in=emails)
        wanted |= Q(each__in=[str(ref) for ref in members.values_list("ref_id", flat=True)])
        for text in set(value) - {TEAM, "nobody"}:
            if "@" not in text:
                wanted |= Q(each__in=_accounts(text))
        return qs.filter(wanted)


def _accounts(text: str) -> list[str]:
    source, external_id = split_subject(text, "each")
    refs = Ref.objects.filter(source=source, external_id=external_id, type=RecordType.ACCOUNT)
    return [str(ref) for ref in refs.values_list("id", flat=True)]


class ReadingFilters(FilterSet):
    commitment = Commitments("commitment_key")
    kind = Choices("commitment__kind", among=Kind)
    owner = Words("commitment__owner__slug")
    each = Eaches()
    period_after = Instants("period_start", "gte")
    period_before = Instants("period_start", "lt")

    class Meta:
        model = Reading
        fields: list[str] = []


class One(Choices):
    """One value of an enum."""

    repeatable = False


class _Moment(forms.Field):
    """An instant, or a date: the beginning of that day in the calendar's zone."""

    def clean(self, value: str | None) -> datetime | date | None:
        if value is None:
            return None
        try:
            if len(value) == LENGTH_OF_A_DATE:
                return date.fromisoformat(value)
            return instant_in_address(value)
        except ValueError as error:
            message = f"{error}; a date like 2026-03-31 does as well"
            raise ValidationError(message, code="invalid") from error


class Moments(django_filters.Filter):
    """A date or an instant."""

    field_class = _Moment


class Parameters(FilterSet):
    """Parameters of an answer that is not a list; ``read`` gives their values or raises a 422 problem."""

    def read(self) -> dict[str, Any]:
        """The values by parameter: a list where one may be repeated."""
        self.refuse_what_is_wrong()
        return self.form.cleaned_data

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """The values given in this request."""
        return cls(data=request.query_params, queryset=Clock.objects.none(), request=request).read()


#: ``from`` is a word of Python's.
ComplianceParameters: Any = type(
    "ComplianceParameters",
    (Parameters,),
    {"from": Moments(), "to": Moments(), "by": One(among=By), "basis": One(among=Basis)},
)


class Single(Words):
    """One text."""

    repeatable = False


class WhyNotParameters(Parameters):
    commitment = Single()
    subject = Single()

    @classmethod
    def required(cls, request: Request) -> dict[str, str]:
        """Both values; raises a 422 problem where one is missing."""
        given = cls.of(request)
        for name, values in given.items():
            if not values:
                raise wrong(name, "is required")
        return {name: values[0] for name, values in given.items()}


def split_subject(text: str, parameter: str) -> tuple[str, str]:
    """(source, external id) of a record written source:external_id; raises a 422 problem."""
    source, colon, external_id = text.partition(":")
    if not (source and colon and external_id) or "\x00" in text:
        raise wrong(
            parameter, f"“{text}” names no record; write source:external_id, for instance hubspot:1234"
        )
    return source, external_id


def wrong(parameter: str, message: str) -> Problem:
    """A 422 problem about one parameter."""
    errors = [{"field": parameter, "code": "invalid", "message": message}]
    return Problem(422, "Unprocessable Content", f"{parameter}: {message}.", errors=errors)


def _no_commitment(key: str, known: set[str]) -> str:
    near = get_close_matches(key, sorted(known), n=3)
    guess = f"; did you mean {' or '.join(near)}" if near else ""
    return f"no agreement has a commitment “{key}”{guess}; GET commitments/ lists them"


def _view(given: django_filters.Filter) -> Any:
    return given.parent.request.parser_context["view"]
