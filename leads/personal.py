"""What of a record or an event is about a person, and what is left of it once that is erased. Pure.

A value that is erased stays present, so that a promise which only asks whether it is known says what it said.
"""

from collections.abc import Collection, Mapping
from typing import Any

ERASED = "erased"
#: Type of record → its fields that are about a person; attributes always are.
PERSONAL: Mapping[str, frozenset[str]] = {
    "contact": frozenset({"email", "phone", "name", "job_title"}),
    "member": frozenset({"email", "name"}),
}

#: The data that promises are measured by (CONTRACT §4). Whatever else an event brings is free.
IMPERSONAL_DATA = frozenset(
    {
        *("reason", "bad_data", "channel", "call", "wait", "automatic", "self_service", "minutes"),
        *("important", "stage", "event", "owner", "attendees", "contacts", "leads", "declared"),
    }
)


def is_personal(type_: str, field: str) -> bool:
    """Whether a field of a record may say who somebody is."""
    return field == "attributes" or field in PERSONAL.get(type_, ())


def without_person(type_: str, fields: Mapping[str, Any], kept: Collection[str]) -> dict[str, Any]:
    """The fields of an update without personal values; ``kept`` attributes (``attributes.x``) stay."""
    left = {name: _erased(value) if is_personal(type_, name) else value for name, value in fields.items()}
    attributes = fields.get("attributes")
    if isinstance(attributes, Mapping):
        left["attributes"] = {
            name: value if f"attributes.{name}" in kept else _erased(value)
            for name, value in attributes.items()
        }
    return left


def data_without_person(data: Mapping[str, Any], kept: Collection[str]) -> dict[str, Any]:
    """An event's data with every value erased that no promise is measured by (``kept``: ``data.x``)."""
    return {
        name: value
        if f"data.{name}" in kept or (name in IMPERSONAL_DATA and is_plain(value))
        else _erased(value)
        for name, value in data.items()
    }


def is_plain(value: Any) -> bool:
    """A single value, or a list of them."""
    every = value if isinstance(value, list) else [value]
    return not any(isinstance(one, dict | list) for one in every)


def _erased(value: Any) -> Any:
    return ERASED if value not in (None, "", [], {}) else value
