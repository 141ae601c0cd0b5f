"""Pages by key and not by number: stable while rows are added, as quick on page 1,000 as on page 1."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db.models import BooleanField, DateTimeField, F, Field, Func, QuerySet, TextField, Value
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from core.instants import parse_instant
from core.problems import Problem

DEFAULT_SIZE = 100
MAX_SIZE = 1000
NEXT, PREVIOUS = "n", "p"


class _Row(Func):
    template = "(%(expressions)s)"
    output_field = TextField()


class _Compared(Func):
    template = "%(expressions)s"
    output_field = BooleanField()


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (next) or before (previous) the row with these values of the key."""

    direction: str
    values: list[Any]

    def encode(self) -> str:
        text = json.dumps([self.direction, self.values], cls=JSONEncoder, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class CursorPagination(BasePagination):
    """`?cursor=&page_size=` → `{"next", "previous", "results"}`.

    The view names its key: `keyset = ("-started_at", "-id")`, columns that are never null, together unique,
    all in one direction, and indexed together; default newest id first.
    """

    default_size = DEFAULT_SIZE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """One page, in one statement."""
        self.request = request
        self.keyset = tuple(getattr(view, "keyset", ("-id",)))
        self.columns, self.descending = _split(self.keyset)
        size = _page_size(request.query_params.get("page_size"), self.default_size)
        fields = [_field(queryset, column) for column in self.columns]
        self.cursor = _cursor(request.query_params.get("cursor"), fields)
        rows = list(self._from(queryset, fields)[: size + 1])
        self.more, rows = len(rows) > size, rows[:size]
        self.rows = rows[::-1] if self._backward else rows
        return self.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next(), "previous": self._previous(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE}
        return [
            _parameter("cursor", "Opaque: take it from `next` or `previous`.", {"type": "string"}),
            _parameter("page_size", "Rows a page.", size),
        ]

    @property
    def _backward(self) -> bool:
        return self.cursor is not None and self.cursor.direction == PREVIOUS

    def _from(self, queryset: QuerySet, fields: Sequence[Field]) -> QuerySet:
        descending = self.descending is not self._backward
        order = [F(column).desc() if descending else F(column).asc() for column in self.columns]
        if self.cursor is not None:
            values = [Value(v, output_field=f) for v, f in zip(self.cursor.values, fields, strict=True)]
            beyond = _Compared(
                _Row(*map(F, self.columns)), _Row(*values), arg_joiner=" < " if descending else " > "
            )
            queryset = queryset.filter(beyond)
        return queryset.order_by(*order)

    def _next(self) -> str | None:
        there_is = bool(self.rows) and (self._backward or self.more)
        return self._link(Cursor(NEXT, self._key(self.rows[-1]))) if there_is else None

    def _previous(self) -> str | None:
        there_is = bool(self.rows) and (self.more if self._backward else self.cursor is not None)
        return self._link(Cursor(PREVIOUS, self._key(self.rows[0]))) if there_is else None

    def _key(self, row: Any) -> list[Any]:
        return [row[c] if isinstance(row, dict) else getattr(row, c) for c in self.columns]

    def _link(self, cursor: Cursor) -> str:
        scheme, host, path, query, _ = urlsplit(self.request.build_absolute_uri())
        kept = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != "cursor"]
        return urlunsplit((scheme, host, path, urlencode([*kept, ("cursor", cursor.encode())]), ""))


def _split(keyset: tuple[str, ...]) -> tuple[list[str], bool]:
    signs = {column.startswith("-") for column in keyset}
    if len(signs) != 1:
        raise ImproperlyConfigured(
            f"keyset {keyset}: all columns go in one direction, or rows cannot be compared"
        )
    return [column.lstrip("-") for column in keyset], signs.pop()


def _page_size(text: str | None, default: int) -> int:
    if text is None:
        return default
    if text.isascii() and text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= MAX_SIZE:
        return int(text)
    raise _wrong("page_size", f"must be a whole number from 1 to {MAX_SIZE}")


def _cursor(text: str | None, fields: Sequence[Field]) -> Cursor | None:
    if text is None:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        direction, values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if direction not in (NEXT, PREVIOUS) or len(values) != len(fields):
            raise ValueError("not a cursor of this list")
        return Cursor(direction, [_clean(f, v) for f, v in zip(fields, values, strict=True)])
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        raise _wrong("cursor", "is not one of this list; take it from `next` or `previous`") from None


def _clean(field: Field, value: Any) -> Any:
    """A value of the key as its column takes it; raises for what the column could not hold."""
    if value is None or (isinstance(value, str) and "\x00" in value):
        raise ValueError("no value of a key")
    cleaned = parse_instant(value) if isinstance(field, DateTimeField) else field.to_python(value)
    field.run_validators(cleaned)
    return cleaned


def _field(queryset: QuerySet, column: str) -> Field:
    if column in queryset.query.annotations:
        return queryset.query.annotations[column].output_field
    try:
        field = queryset.model._meta.get_field(column)
    except FieldDoesNotExist as error:
        raise ImproperlyConfigured(f"keyset: {error}") from error
    return getattr(field, "target_field", field) if field.is_relation else field


def _wrong(parameter: str, message: str) -> Problem:
    errors = [{"field": parameter, "code": "invalid", "message": message}]
    return Problem(422, "Unprocessable Content", f"{parameter} {message}.", errors=errors)


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
