"""Webhooks out: each message at least once, under one id that lets the other end drop a second one.

A message is signed as Standard Webhooks asks for where the destination has a secret.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Protocol, Self

from core.carrying import NotTakenError
from core.posting import AddressError, exchange

LARGEST_BODY = 64 * 1024
KEY_PREFIX = "whsec_"
#: Answers of 4xx that ask for patience: request timeout, conflict, too early, too many.
LATER = frozenset({408, 409, 425, 429})


class Note(Protocol):
    """Hears what became of a message: `error` is empty where it arrived."""

    def __call__(self, *, error: str, as_of: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes now, the secret that signs it ("" signs nothing), and who hears how it went."""

    url: str
    secret: str
    note: Note


#: kind of destination → the destination of an id; None where there is none any more, or it is switched off.
Resolve = Callable[[str], Destination | None]
_resolvers: dict[str, Resolve] = {}


def register(kind: str, resolve: Resolve) -> None:
    """Say where messages to ``kind:id`` go; called from an app's `ready()`. The outbox keeps no address and
    no secret, so that a changed one counts at once."""
    _resolvers[kind] = resolve


class Session:
    """Sends messages one by one; each to another end, so no connection is kept."""

    def __init__(self, *, as_of: datetime) -> None:
        self._as_of = as_of
        self._since = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is kept open."""

    def send(self, key: str, payload: Mapping[str, Any]) -> str:
        """Post one message; an empty remark.

        Payload: `destination` ("kind:id") and `body` (JSON). Raises NotTakenError whenever the other end did
        not say that it has it: it may get it again, under the same id.
        """
        destination = _destination(str(payload.get("destination", "")))
        try:
            post(destination, key=key, body=payload.get("body"), at=self._now())
        except NotTakenError as error:
            destination.note(error=str(error), as_of=self._now())
            raise
        destination.note(error="", as_of=self._now())
        return ""

    def _now(self) -> datetime:
        return self._as_of + timedelta(seconds=int(time.monotonic() - self._since))


def post(destination: Destination, *, key: str, body: Any, at: datetime) -> None:
    """One POST of a JSON body under the id ``key``. Raises NotTakenError unless the answer is 2xx."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    if len(raw) > LARGEST_BODY:
        raise NotTakenError(f"{len(raw)} bytes are too many for a webhook", permanent=True)
    headers = _headers(destination.secret, key, raw, at)
    try:
        status, words = exchange(destination.url, raw, headers)
    except AddressError as error:
        raise NotTakenError(f"{error}", permanent=True) from error
    except (OSError, HTTPException, UnicodeError) as error:
        raise NotTakenError(f"no answer: {error!r}") from error
    if not 200 <= status < 300:
        permanent = 300 <= status < 500 and status not in LATER
        raise NotTakenError(f"answered {status} {words}".strip(), permanent=permanent)


def signature(secret: str, key: str, raw: bytes, timestamp: int) -> str:
    """The signature of Standard Webhooks (v1): HMAC-SHA-256 over id, timestamp and body.

    The secret is base64 behind ``whsec_``; one that is not is taken as it is.
    """
    signed = f"{key}.{timestamp}.".encode() + raw
    return "v1," + base64.b64encode(hmac.new(_key_of(secret), signed, hashlib.sha256).digest()).decode()


def _key_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(KEY_PREFIX), validate=True)
    except ValueError:
        return secret.encode()


def _headers(secret: str, key: str, raw: bytes, at: datetime) -> dict[str, str]:
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(raw)),
        "User-Agent": "SLA-Hub",
        "Connection": "close",
        "webhook-id": key,
        "webhook-timestamp": str(timestamp),
    }
    return headers | ({"webhook-signature": signature(secret, key, raw, timestamp)} if secret else {})


def _destination(name: str) -> Destination:
    kind, _, which = name.partition(":")
    resolve = _resolvers.get(kind)
    found = resolve(which) if resolve else None
    if found is None:
        raise NotTakenError(f"{name}: there is no such destination, or it is switched off", permanent=True)
    return found
