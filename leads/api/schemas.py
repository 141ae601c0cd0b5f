"""What the sync endpoint takes and gives, for OpenAPI."""

from typing import Any

_COUNT = {"type": "integer", "minimum": 0}
_TEXT_OR_NULL = {"type": ["string", "null"]}

ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["index", "external_id", "field", "code", "message"],
    "properties": {
        "index": {**_COUNT, "description": "Which row, counted from 0."},
        "external_id": _TEXT_OR_NULL,
        "field": _TEXT_OR_NULL,
        "code": {
            "type": "string",
            "examples": ["required", "wrong_type", "naive_instant", "unknown_kind", "conflict"],
        },
        "message": {"type": "string", "description": "What is wrong and what to do."},
    },
}

SUMMARY: dict[str, Any] = {
    "type": "object",
    "required": ["received", "created", "updated", "unchanged", "rejected", "errors"],
    "properties": {
        "received": _COUNT,
        "created": _COUNT,
        "updated": _COUNT,
        "unchanged": _COUNT,
        "rejected": _COUNT,
        "errors": {"type": "array", "items": ERROR},
    },
}

_ROW = {"type": "object", "additionalProperties": True}

SYNC_REQUEST: dict[str, Any] = {
    "application/json": {
        "type": "object",
        "required": ["source", "records"],
        "properties": {
            "source": {
                "type": "string",
                "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
                "examples": ["hubspot"],
            },
            "records": {"type": "array", "maxItems": 10000, "items": _ROW},
        },
    },
    "application/x-ndjson": {"type": "string", "description": "One object a line, with ?source=."},
}
