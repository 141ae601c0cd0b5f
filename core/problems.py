"""The one shape of every error of the API: application/problem+json (RFC 9457)."""

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from core.retrying import is_collision

CONTENT_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """An answer that says what is wrong and what to do.

    `errors`: one entry for each wrong row, field or parameter (`field`, `code`, `message` …).
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        errors: Any = None,
        type: str = "about:blank",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status_code = status
        self.title = title
        self.errors = errors
        self.type = type
        self.headers = dict(headers or {})


def problem_response(
    status: int,
    title: str,
    detail: str,
    *,
    errors: Any = None,
    type: str = "about:blank",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The problem as a response, for plain views and middleware."""
    body = {"type": type, "title": title, "status": status, "detail": detail}
    if errors is not None:
        body["errors"] = errors
    text = json.dumps(body, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """What the framework calls for an exception of a view; none leaves it to the middleware (a 500)."""
    problem = as_problem(error)
    if problem is None:
        return None
    if isinstance(error, exceptions.UnsupportedMediaType):
        advice = f"{error.detail} Send {_types_read(context)} as Content-Type."
        problem = Problem(415, HTTPStatus(415).phrase, advice)
    set_rollback()
    return problem_response(
        problem.status_code,
        problem.title,
        str(problem.detail),
        errors=problem.errors,
        type=problem.type,
        headers=problem.headers,
    )


def as_problem(error: Exception) -> Problem | None:
    """The problem that an exception of Django or of the framework means; none if nobody foresaw it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.APIException):
        return _from_framework(error)
    return _from_django(error)


def _types_read(context: dict[str, Any]) -> str:
    return " or ".join(f"`{parser.media_type}`" for parser in context["view"].parser_classes)


def _from_django(error: Exception) -> Problem | None:
    if isinstance(error, Http404):
        return Problem(404, "Not Found", "Nothing with this address or id exists, or you may not see it.")
    if isinstance(error, PermissionDenied):
        return Problem(403, "Forbidden", str(error) or "You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return too_large()
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "Bad Request", "The request cannot be read; check its address, headers and body.")
    if isinstance(error, ValidationError):
        return _invalid(exceptions.ValidationError(_django_details(error)))
    return _busy() if is_collision(error) else None


def _busy() -> Problem:
    detail = (
        "Other requests were writing the same; nothing of this one was stored. Send it again in a moment."
    )
    return Problem(503, "Service Unavailable", detail, headers={"Retry-After": "1"})


def too_large() -> Problem:
    """The answer to a body over the limit of CONTRACT §4."""
    return Problem(413, "Content Too Large", "The body is over 20 MiB; send it in several requests.")


def _from_framework(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    status = error.status_code
    problem = Problem(status, HTTPStatus(status).phrase, _advice(error))
    if header := getattr(error, "auth_header", None):
        problem.headers["WWW-Authenticate"] = header
    if isinstance(error, exceptions.Throttled):
        problem.headers["Retry-After"] = str(math.ceil(getattr(error, "wait", None) or 1))
    return problem


def _advice(error: exceptions.APIException) -> str:
    said = str(error.detail)
    default = str(type(error).default_detail)
    match error:
        case exceptions.NotAuthenticated():
            return "Send a token: `Authorization: Bearer TOKEN` (made by `manage.py create_token`)."
        case exceptions.MethodNotAllowed():
            return f"{said} The Allow header lists what this address takes."
        case exceptions.NotAcceptable():
            return "Only application/json is answered; ask for it in `Accept`, or leave the header out."
        case exceptions.Throttled():
            return "Too many requests; wait as many seconds as Retry-After says."
        case exceptions.NotFound() if said == default:
            return "Nothing with this address or id exists, or you may not see it."
        case _:
            return said


def _invalid(error: exceptions.ValidationError) -> Problem:
    errors = list(_flat(error.detail))
    fields = ", ".join(sorted({str(entry["field"]) for entry in errors if entry["field"]}))
    detail = f"Correct {fields} and send it again." if fields else " ".join(e["message"] for e in errors)
    return Problem(422, "Unprocessable Content", detail, errors=errors)


def _flat(detail: Any, field: str | None = None) -> Any:
    """The nested details of a serializer as a list of field, code and message."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            name = None if key == "non_field_errors" else str(key)
            yield from _flat(inner, ".".join(filter(None, (field, name))) or None)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, field)
    else:
        yield {"field": field, "code": getattr(detail, "code", "invalid"), "message": str(detail)}


def _django_details(error: ValidationError) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else error.messages
