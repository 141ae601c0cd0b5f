"""One fact as it is told to whoever measures: pure, instants in UTC, whole seconds."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

#: Of a fact that says nothing more, or names nothing.
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Told(NamedTuple):
    """One event about a record: of the log (``e:<id>``) or implied by one (``i:<ref>:<kind>:<epoch>``).

    ``refs`` are the records that the event itself names, by record type ("contact" → ref id); they and the
    ``actor`` are surviving ref ids. ``first_seen``: implied by the first version of a record, so that ``at``
    is the latest possible instant.
    """

    key: str
    kind: str
    at: datetime
    source: str
    external_id: str
    actor: int | None = None
    data: Mapping[str, Any] = NOTHING
    refs: Mapping[str, int] = NOTHING
    recorded_at: datetime | None = None
    first_seen: bool = False


def order_of(told: Told) -> tuple[datetime, str, str, str]:
    """The order in which facts are told (CONTRACT §3 "Order"); the key only makes it total."""
    return told.at, told.source, told.external_id, told.key
