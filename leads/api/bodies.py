"""The body of a sync request to its source and rows; every unreadable one gets its precise answer.

Read here and not by the framework's parsers: one typed pass over the bytes, limits before anything is read.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest
from rest_framework.request import Request

from core.problems import Problem, too_large
from leads.ingestion.decode import UNREADABLE, Row, why_unreadable

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 10_000
JSON, NDJSON = "application/json", "application/x-ndjson"
SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
SHAPE = 'Send {"source": "hubspot", "records": [{…}, …]}.'
CHUNK = 1024 * 1024


class _Envelope(msgspec.Struct):
    """The body with its rows still unread: what is wrong inside one row costs only that row."""

    source: Any = None
    records: list[msgspec.Raw] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a request brings."""

    source: str
    rows: Sequence[bytes | Row]


def read_delivery(request: Request) -> Delivery:
    """Source and rows of the request; raises Problem 400, 413, 415 or 422."""
    media_type = _media_type(request)
    body = _body(request._request)
    rows: Sequence[bytes | Row]
    if media_type == NDJSON:
        rows = [line for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
        source = request.query_params.get("source")
        where = "as ?source=hubspot in the address"
    else:
        source, rows = _read_json(body)
        where = 'as "source": "hubspot" beside "records"'
    if len(rows) > MAX_ROWS:
        detail = f"{len(rows):,} rows in one request; at most {MAX_ROWS:,} are taken, send several requests."
        raise Problem(413, "Content Too Large", detail)
    return Delivery(_source(source, where), rows)


def _media_type(request: Request) -> str:
    given, _, parameters = (request.content_type or "").partition(";")
    media_type = given.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters, re.IGNORECASE)
    if media_type not in (JSON, NDJSON):
        detail = (
            f"Content-Type {given.strip() or 'is missing'}: send {JSON}, or {NDJSON} with one object a line."
        )
        raise Problem(415, "Unsupported Media Type", detail)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise Problem(415, "Unsupported Media Type", f"The body must be UTF-8, not {charset[1]}.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "Unsupported Media Type", "Send the body as it is, without Content-Encoding.")
    return media_type


def _body(request: HttpRequest) -> bytes:
    """The bytes, refused as soon as they are known to be too many."""
    length = request.headers.get("Content-Length") or ""
    if length.isdecimal() and int(length) > MAX_BYTES:
        raise too_large()
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        # Django reads as much as Content-Length says, here nothing; the server marks the end of such a body.
        request._body = _read_to_the_end(request)
    body = request.body
    if len(body) > MAX_BYTES:
        raise too_large()
    return body


def _read_to_the_end(request: HttpRequest) -> bytes:
    stream, read = request.META["wsgi.input"], bytearray()
    while chunk := stream.read(CHUNK):
        read += chunk
        if len(read) > MAX_BYTES:
            raise too_large()
    return bytes(read)


def _read_json(body: bytes) -> tuple[Any, Sequence[bytes]]:
    """Source and rows, these still as bytes."""
    try:
        body.decode()
        envelope = _envelope(body)
        if envelope.records is None:
            raise _wrong("records", "required", f"records must be a list of objects. {SHAPE}")
    except msgspec.ValidationError as error:
        field = "records" if "records" in str(error) else None
        raise _wrong(field, "wrong_type", f"The body has another shape: {error}. {SHAPE}") from None
    except UNREADABLE as error:
        return _without_half_characters(body, error)
    return envelope.source, envelope.records


def _envelope(body: bytes) -> _Envelope:
    try:
        return msgspec.json.decode(body, type=_Envelope)
    except msgspec.ValidationError:
        msgspec.json.decode(body, type=msgspec.Raw)  # JSON at all, before its shape is judged
        raise


def _without_half_characters(body: bytes, error: Exception) -> tuple[Any, Sequence[bytes]]:
    """JSON may say ``\\ud800``, half a character: the grammar allows it, but nothing can store it.

    Written out again row by row, only the rows that say such a thing are refused. What is unreadable for
    another reason stays so (400).
    """
    try:
        read = json.loads(body, parse_constant=_refuse)
        return read["source"], [json.dumps(row).encode() for row in read["records"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Problem(400, "Bad Request", f"The body {why_unreadable(error)}. {SHAPE}") from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _source(source: Any, where: str) -> str:
    if source is None or source == "":
        raise _wrong("source", "required", f"Name the source that the ids belong to, {where}.")
    if not isinstance(source, str) or not SOURCE.fullmatch(source):
        message = "source must have 1 to 64 letters, digits, points, - or _, such as hubspot."
        raise _wrong("source", "invalid", message)
    return source


def _wrong(field: str | None, code: str, message: str) -> Problem:
    errors = [{"field": field, "code": code, "message": message}]
    return Problem(422, "Unprocessable Content", message, errors=errors)
