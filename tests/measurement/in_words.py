"""Stored verdicts in words that do not tell who came first: natural names in place of ids."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models

from leads.models import Event, Ref
from measurement.models import Clock, Reading, Unit

_IDS = frozenset({"id", "changed_at", "commitment_id", "fingerprint"})
_NAMING = frozenset({"member", "actor", "owner", "account"})


class _Names:
    """What ids stand for."""

    def __init__(self) -> None:
        self.records = {ref.id: f"{ref.type}:{ref.external_id}" for ref in Ref.objects.all()}
        self.events = {event.id: event.external_id for event in Event.objects.all()}

    def key(self, text: str) -> str:
        """The key of an event, of the log or implied."""
        text = re.sub(r"^e:(\d+)$", lambda found: f"e:{self.events[int(found[1])]}", text)
        return re.sub(r"^i:(\d+):", lambda found: f"i:{self.records[int(found[1])]}:", text)

    def of(self, value: Any) -> Any:
        """Any stored value."""
        if isinstance(value, dict):
            return {name: self._member(name, self.of(inner)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner) for inner in value]
        return self.key(value) if isinstance(value, str) else value

    def each(self, each: str) -> str:
        """Whom a row is for."""
        return self.records[int(each)] if each.isdigit() else each

    def _member(self, name: str, value: Any) -> Any:
        return self.records.get(value, value) if name in _NAMING else value


def clocks_in_words() -> list[tuple[Any, ...]]:
    """Every stored clock."""
    return in_words(Clock.objects.select_related("commitment__version"))


def units_in_words() -> list[tuple[Any, ...]]:
    """Every stored unit."""
    return in_words(Unit.objects.select_related("commitment__version"))


def readings_in_words() -> list[tuple[Any, ...]]:
    """Every stored reading."""
    return in_words(Reading.objects.select_related("commitment__version"))


def in_words(rows: Iterable[models.Model]) -> list[tuple[Any, ...]]:
    """These stored rows."""
    names, found = _Names(), []
    for row in rows:
        said = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        said = {name: value for name, value in said.items() if name not in _IDS}
        said["version"] = row.commitment.version.number  # type: ignore[attr-defined]
        for name in {"subject_id", "owner_id"} & said.keys():
            said[name] = names.records.get(said[name])
        if "each" in said:
            said["each"] = names.each(said["each"])
        found.append(tuple(sorted((name, repr(names.of(value))) for name, value in said.items())))
    return sorted(found)
