"""What the sync endpoint takes and gives, for OpenAPI."""

from typing import Any

from leads.enums import RecordType
from leads.ingestion.resources import EVENT_LINKS, EVENTS, RECORDS, Field, Resource
from leads.values import BUYER_ROLES, LEAD_STATUSES, LOST, REJECTION_REASONS, STATUS_IMPLIES, WON

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

WARNING: dict[str, Any] = {
    **ERROR,
    "description": "A row that was stored as it was sent, and probably means less than its sender thinks.",
    "properties": {
        **ERROR["properties"],
        "index": {"type": ["integer", "null"], "minimum": 0, "description": "Null for `more_warnings`."},
        "code": {
            "type": "string",
            "examples": [
                *("unknown_status", "unknown_reason", "unknown_outcome", "unknown_buyer_role"),
                *("unknown_field", "more_warnings"),
            ],
        },
    },
}

SUMMARY: dict[str, Any] = {
    "type": "object",
    "required": ["received", "created", "updated", "unchanged", "rejected", "errors", "warnings"],
    "properties": {
        "received": _COUNT,
        "created": _COUNT,
        "updated": _COUNT,
        "unchanged": _COUNT,
        "rejected": _COUNT,
        "errors": {"type": "array", "items": ERROR},
        "warnings": {"type": "array", "items": WARNING, "description": "At most 100, and how many more."},
    },
}

_ID = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "description": "Unique in its source and resource.",
}
_REFERENCE = {"type": ["string", "null"], "description": "External id of the same source."}
_INSTANT = {"type": "string", "format": "date-time", "description": "RFC 3339, with an offset."}
_INSTANT_OR_NULL = {**_INSTANT, "type": ["string", "null"]}
_FREE = {"type": ["object", "null"], "additionalProperties": True}

#: What JSON is sent for a column of this SQL type.
_BY_CAST: dict[str, dict[str, Any]] = {
    "text": _TEXT_OR_NULL,
    "text[]": {
        "type": ["string", "array", "null"],
        "items": {"type": "string"},
        "description": "One or a list.",
    },
    "integer": {"type": ["integer", "null"]},
    "bigint": {"type": ["integer", "null"]},
    "numeric": {"type": ["number", "string", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "timestamptz": _INSTANT_OR_NULL,
}


_STATUSES = ", ".join(
    f"{status} (implies {STATUS_IMPLIES[status]})" if status in STATUS_IMPLIES else status
    for status in LEAD_STATUSES
)
_VALUES: dict[tuple[RecordType, str], str] = {
    (RecordType.LEAD, "status"): f"{_STATUSES}.",
    (RecordType.LEAD, "reason"): f"Of a rejection: {', '.join(REJECTION_REASONS)}, or the company's own.",
    (RecordType.DEAL, "outcome"): f"{WON} or {LOST}; empty while it is open.",
    (RecordType.CONTACT, "buyer_role"): f"One or a list of {', '.join(BUYER_ROLES)}.",
}


def _of(field: Field) -> dict[str, Any]:
    if field.link:
        return _REFERENCE
    return {"type": "string"} if field.required else _BY_CAST[field.cast]


def _known(resource: Resource, field: str) -> dict[str, Any]:
    """What is said of a field whose values mean something; others are stored and warned of."""
    text = _VALUES.get((resource.type, field))
    return {"description": f"{text} Others are stored, and warned of."} if text else {}


def _record(resource: Resource) -> dict[str, Any]:
    properties = {
        "external_id": _ID,
        **{name: _of(field) | _known(resource, name) for name, field in resource.fields.items()},
        "updated_at": {
            **_INSTANT_OR_NULL,
            "description": "When it was so in the source; default: on receipt.",
        },
        "attributes": _FREE,
    }
    return _row(resource.name, ["external_id"], properties)


def _row(resource: str, required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    row = {"title": f"One of {resource}", "type": "object", "required": required, "properties": properties}
    return {**row, "additionalProperties": True}


_EVENT = _row(
    EVENTS,
    ["external_id", "kind", "occurred_at"],
    {
        "external_id": _ID,
        "kind": {"type": "string", "examples": ["call.made"]},
        "occurred_at": _INSTANT,
        "recorded_at": {**_INSTANT_OR_NULL, "description": "When it was entered in the source."},
        **dict.fromkeys(EVENT_LINKS, _REFERENCE),
        "data": _FREE,
    },
)

#: A row of each resource; an update of a record may leave out what did not change.
ROWS = {**{name: _record(resource) for name, resource in RECORDS.items()}, EVENTS: _EVENT}

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
            "records": {"type": "array", "maxItems": 10000, "items": {"anyOf": [*ROWS.values()]}},
        },
    },
    "application/x-ndjson": {"type": "string", "description": "One object a line, with ?source=."},
}
