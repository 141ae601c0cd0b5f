"""The errors of every operation in the OpenAPI document: one shape, written once."""

from typing import Any

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "errors": {
            "type": "array",
            "description": "One entry for each wrong row, field or parameter.",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": ["integer", "null"]},
                    "external_id": {"type": ["string", "null"]},
                    "field": {"type": ["string", "null"]},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}

EVERYWHERE = {
    "400": "Unreadable.",
    "401": "No token, or one that is not valid.",
    "403": "The token lacks a scope, or the person a right.",
    "404": "Nothing with this address or id.",
    "405": "Not this method.",
    "406": "Only JSON is answered.",
    "422": "Readable but wrong.",
    "429": "Too fast; Retry-After says how long to wait.",
}
WITH_A_BODY = {
    "409": "In conflict with what is there.",
    "413": "Over 10,000 rows or 20 MiB.",
    "415": "Not a content type that is read.",
    "503": "Other requests were writing the same; Retry-After says when to send it again.",
}
BODIES = {"post", "put", "patch"}
WHOLE_BODIES = {"application/x-ndjson", "application/yaml"}  # the body is all that is sent


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Hook of drf-spectacular: adds the problem responses that an operation does not describe itself."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for method, operation in operations.items():
            possible = EVERYWHERE | (WITH_A_BODY if method in BODIES else {})
            for status, description in possible.items():
                operation["responses"].setdefault(status, _response(description))
            if body := operation.get("requestBody"):
                body["required"] = body.get("required", False) or not WHOLE_BODIES.isdisjoint(body["content"])
    return result


def _response(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}
