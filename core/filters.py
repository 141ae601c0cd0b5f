"""Filters of the API's lists that never guess: an unknown parameter or value is refused with what is allowed.

A list declares its filters in a `FilterSet` of these; each view lists through `FilterBackend`, which refuses
unknown parameters also where a view has no filters of its own.
"""

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework.request import Request

from core.instants import parse_instant
from core.problems import Problem

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
BIGINT = 2**63


def instant_in_address(text: str) -> datetime:
    """The instant of a parameter; raises ValueError with what to write, and how in an address."""
    try:
        return parse_instant(text)
    except ValueError as error:
        raise ValueError(f"{error} (+ is %2B in an address)") from error


class _Texts(forms.Field):
    """Every value given for the parameter; repeating it means any of them."""

    widget = forms.SelectMultiple

    def __init__(self, *, among: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.among = among

    def clean(self, value: list[str] | None) -> list[str]:
        values = value or []
        for given in values:
            if self.among and given not in self.among:
                raise ValidationError(
                    f"“{given}” is not one of: {', '.join(self.among)}", code="invalid_choice"
                )
            if not given:
                raise ValidationError("is empty; give a value or leave the parameter out", code="blank")
        return values


class _Single(forms.Field):
    """One value, read by `read`, which raises ValueError with what to write."""

    def clean(self, value: str | None) -> Any:
        if value is None:
            return None
        try:
            return self.read(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def read(self, text: str) -> Any:
        return text


class _Instant(_Single):
    def read(self, text: str) -> Any:
        return instant_in_address(text)


class _Flag(_Single):
    def read(self, text: str) -> bool:
        if text.lower() not in BOOLEANS:
            raise ValueError("say true or false")
        return BOOLEANS[text.lower()]


class _Whole(_Single):
    def read(self, text: str) -> int:
        digits = text.removeprefix("-")
        if not (
            digits.isascii() and digits.isdecimal() and len(digits) < 20 and -BIGINT <= int(text) < BIGINT
        ):
            raise ValueError("give a whole number")
        return int(text)


@extend_schema_field({"type": "array", "items": {"type": "string", "minLength": 1}})
class Words(django_filters.Filter):
    """Exact texts, repeatable: `?source=a&source=b` is either."""

    field_class = _Texts
    repeatable = True

    def __init__(self, field_name: str | None = None, lookup_expr: str = "in", **options: Any) -> None:
        super().__init__(field_name=field_name, lookup_expr=lookup_expr, **options)


class Choices(Words):
    """Values of an enum (or of a list), repeatable; anything else is refused with the allowed ones."""

    def __init__(
        self, field_name: str | None = None, *, among: Iterable[str | StrEnum], **options: Any
    ) -> None:
        values = [str(value) for value in among]
        super().__init__(field_name, among=values, **options)
        one = {"type": "string", "enum": values}
        set_override(self, "field", {"type": "array", "items": one} if self.repeatable else one)


@extend_schema_field({"type": "string", "format": "date-time"})
class Instants(django_filters.Filter):
    """An instant with its offset; `lookup_expr` says on which side of it the rows lie (gte, lt …)."""

    field_class = _Instant


@extend_schema_field({"type": "boolean"})
class Flags(django_filters.Filter):
    """true or false."""

    field_class = _Flag


@extend_schema_field({"type": "integer", "format": "int64"})
class Numbers(django_filters.Filter):
    """A whole number."""

    field_class = _Whole


class FilterSet(django_filters.FilterSet):
    """Declared filters; asking `qs` with a wrong parameter raises a 422 problem that names it."""

    #: Parameters of the request that something else reads (pages); set by the backend.
    others: frozenset[str] = frozenset()

    @property
    def qs(self) -> QuerySet:
        self.refuse_what_is_wrong()
        return super().qs

    def refuse_what_is_wrong(self) -> None:
        """Raises Problem 422 with an entry for each unknown, repeated or unreadable parameter."""
        errors = [*self._unknown(), *self._repeated(), *self._unreadable()]
        if errors:
            detail = "; ".join(f"{entry['field']}: {entry['message']}" for entry in errors)
            raise Problem(422, "Unprocessable Content", f"{detail}.", errors=errors)

    def _unknown(self) -> Iterable[dict[str, str]]:
        known = sorted({*self.filters, *self.others})
        for name in sorted(set(self.data) - set(known)):
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"; did you mean {near[0]}" if near else ""
            message = f"unknown parameter{guess}; known: {', '.join(known)}"
            yield {"field": name, "code": "unknown_parameter", "message": message}

    def _repeated(self) -> Iterable[dict[str, str]]:
        for name, values in self.data.lists():
            if (
                len(values) > 1
                and name in self.filters
                and not getattr(self.filters[name], "repeatable", False)
            ):
                yield {"field": name, "code": "repeated", "message": "give it once"}

    def _unreadable(self) -> Iterable[dict[str, str]]:
        for name, errors in self.form.errors.get_json_data().items():
            for error in errors:
                yield {"field": name, "code": error["code"], "message": error["message"]}


class FilterBackend(DjangoFilterBackend):
    """Applies the view's filters, and on every list refuses parameters that nobody reads."""

    filterset_base = FilterSet

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            filterset = FilterSet(data=request.query_params, queryset=queryset, request=request)
        filterset.others = frozenset(_read_elsewhere(view))
        return filterset.qs


def _read_elsewhere(view: Any) -> Iterable[str]:
    paginator = getattr(view, "paginator", None)
    if paginator is not None:
        yield from (parameter["name"] for parameter in paginator.get_schema_operation_parameters(view))
    yield from getattr(view, "other_parameters", ())
