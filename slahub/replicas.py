"""Pages and lists from the replica, unless the reader has just written something it does not have yet."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from core.replica_state import replica, written
from core.replicas import reading_replica

READ = frozenset({"GET", "HEAD"})
SAFE = READ | {"OPTIONS"}

#: What must be seen as it is now: sign-in, administration, set-up, and how the house itself is.
NOW = ("accounts/", "admin/", "i18n/", "health", "readyz", "metrics", "setup", "static/")
#: Seconds for which a write is remembered: by then a replica that is read at all has it.
REMEMBERED = 60


class ReadsFromReplica:
    """Answers GET and HEAD from the replica. The last of the middlewares: what surrounds a view (session,
    sign-in, notes of looks) stays with the primary.

    Whoever wrote reads from the primary until the replica has replayed it. A replica that fails in the middle
    of a view is left alone, and the view is asked again with the primary: it has changed nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.REPLICA_URL:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE and (key := _key(request)):
            cache.set(key, written(), REMEMBERED)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not _may_be_late(request) or not replica.may_be_read(wrote=_wrote(request)):
            return None
        try:
            with reading_replica():
                response: HttpResponse = view(request, *args, **kwargs)
                if callable(render := getattr(response, "render", None)):
                    render()
        except (OperationalError, InterfaceError) as error:
            replica.rest(error)
            return None
        return response


def _may_be_late(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method in READ and match is not None and not match.route.startswith(NOW)


def _wrote(request: HttpRequest) -> int | None:
    key = _key(request)
    return cache.get(key) if key else None


def _key(request: HttpRequest) -> str:
    """Who reads and writes: a session or a token; "" for nobody."""
    shown = request.headers.get("Authorization") or request.session.session_key
    return f"wrote:{hashlib.sha256(shown.encode()).hexdigest()}" if shown else ""
