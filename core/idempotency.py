"""A request that is sent twice under one key is performed once."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response

from core.models import IdempotencyKey
from core.problems import Problem
from core.renderers import JSONRenderer
from core.retrying import in_transaction

KEPT_FOR = timedelta(hours=24)
MAX_LENGTH = 255


def answer_once(
    request: Request, *, token_id: int, as_of: datetime, perform: Callable[[], Response]
) -> Response:
    """The answer of `perform`, or the one already given to the same request under its Idempotency-Key.

    Without the header it just performs. With it, what `perform` stores and the key are one transaction: both
    last or neither does. Only answers are kept: after a problem the request may be sent again, corrected.
    To be called before the body is parsed, since it reads the body as it came.

    Raises Problem: 422 for an unusable key, or one that belongs to another request; 409 while another
    connection performs the same.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return perform()
    _refuse_unusable(key)
    digest = _digest(request)

    def once() -> Response:
        _hold(token_id, key)
        kept = IdempotencyKey.objects.filter(
            token_id=token_id, key=key, created_at__gt=as_of - KEPT_FOR
        ).first()
        if kept is not None:
            return _again(kept, digest)
        response = perform()
        _keep(token_id, key, digest, response, as_of)
        return response

    return in_transaction(once)


def purge(*, as_of: datetime) -> int:
    """Forget the keys older than 24 hours; how many."""
    return IdempotencyKey.objects.filter(created_at__lte=as_of - KEPT_FOR).delete()[0]


def _refuse_unusable(key: str) -> None:
    if not (0 < len(key) <= MAX_LENGTH and key.isprintable()):
        detail = f"Idempotency-Key must have 1 to {MAX_LENGTH} printable characters."
        errors = [{"field": "Idempotency-Key", "code": "invalid", "message": detail}]
        raise Problem(422, "Unprocessable Content", detail, errors=errors)


def _digest(request: Request) -> bytes:
    """What makes a request the same: its method, its address with the query, its body."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request.body).digest()


def _hold(token_id: int, key: str) -> None:
    """Take the key until the transaction ends; released by the database itself if the process dies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency {token_id} {key}"]
        )
        if not cursor.fetchone()[0]:
            detail = "A request with this Idempotency-Key is being performed; send it again in a moment."
            raise Problem(409, "Conflict", detail, headers={"Retry-After": "1"})


def _again(kept: IdempotencyKey, digest: bytes) -> Response:
    if bytes(kept.body_sha256) != digest:
        detail = "This Idempotency-Key was used for another request; use a new key for each request."
        errors = [{"field": "Idempotency-Key", "code": "reused", "message": detail}]
        raise Problem(422, "Unprocessable Content", detail, errors=errors)
    return Response(json.loads(kept.response), status=kept.status, headers={"Idempotency-Replayed": "true"})


def _keep(token_id: int, key: str, digest: bytes, response: Response, as_of: datetime) -> None:
    values = {
        "body_sha256": digest,
        "status": response.status_code,
        "response": JSONRenderer().render(response.data).decode() or "null",
        "created_at": as_of,
    }
    # An expired key that the purge has not reached yet is taken over.
    IdempotencyKey.objects.update_or_create(token_id=token_id, key=key, defaults=values)
