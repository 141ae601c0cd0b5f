"""What surrounds every request: unreadable text is refused, and under /api/ every error is a problem."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from core.problems import CONTENT_TYPE, problem_response

API = "/api/"

ADVICE = {
    400: "The request cannot be read; check its address, headers and body.",
    403: "You may not do this.",
    404: "There is nothing at this address; see /api/v1/docs/.",
    413: "The body is over 20 MiB; send it in several requests.",
    500: "The server failed; nothing was stored. Try again later; the operator finds the cause in the log.",
}


class ApiProblems:
    """Turns what Django itself answers under /api/ in HTML (no such address, bad host, crash) into a problem.

    A crash is logged by Django before it comes here; of it the answer says nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(API) or response.status_code < 400 or _is_json(response):
            return response
        status = HTTPStatus(response.status_code)
        return problem_response(status, status.phrase, ADVICE.get(status, status.phrase))


class NoLargerBodies:
    """Refuses a body that says it is larger than anything here takes, before a byte of it is read.

    Without it the parts of a form would be written to the disk, whoever sends them, before any page is asked.
    A body without a length is empty to Django.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return self.get_response(request)
        return HttpResponse(ADVICE[413], content_type="text/plain; charset=utf-8", status=413)


class NoNulBytes:
    """Refuses a NUL character in an address or its query: PostgreSQL has no text with one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        where = _place_of_nul(request)
        if where is None:
            return self.get_response(request)
        if not request.path_info.startswith(API):
            raise BadRequest(f"NUL character in {where}")
        message = "contains a NUL character (%00); leave it out"
        errors = [{"field": where, "code": "nul", "message": message}]
        return problem_response(422, "Unprocessable Content", f"{where} {message}.", errors=errors)


def _place_of_nul(request: HttpRequest) -> str | None:
    if "\x00" in request.path_info:
        return "path"
    for name, values in request.GET.lists():
        if "\x00" in name:
            return "query"
        if any("\x00" in value for value in values):
            return name
    return None


def _is_json(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith((CONTENT_TYPE, "application/json"))
