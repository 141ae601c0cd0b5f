"""The facts as rows for the ingestion, each with the instant at which the CRM's feed brings it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from core.instants import format_instant
from demo.cast import Person

#: The order in which one delivery brings its resources.
RESOURCES = ("members", "accounts", "contacts", "campaigns", "contents", "leads", "deals", "events")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ``resource`` that the feed brings at ``known_at``; it tells of the instant ``at``."""

    known_at: datetime
    resource: str
    at: datetime
    fields: dict[str, Any]

    @property
    def place(self) -> tuple[datetime, int, datetime, str, str]:
        """Its place in the order of telling."""
        kind = self.fields.get("kind", "")
        return (self.known_at, RESOURCES.index(self.resource), self.at, str(self.fields["external_id"]), kind)


@dataclass(slots=True)
class Ledger:
    """Collects rows. Nothing before ``opens`` is known before ``opens``: that is the first delivery."""

    opens: datetime
    rows: list[Row] = field(default_factory=list)

    def record(self, resource: str, external_id: str, at: datetime, **values: Any) -> None:
        """What a record says from the instant on: only the fields given change."""
        fields = {"external_id": external_id, "updated_at": format_instant(_whole(at)), **_plain(values)}
        self._add(resource, at, None, fields)

    def event(
        self,
        kind: str,
        external_id: str,
        at: datetime,
        *,
        actor: Person | None = None,
        late: timedelta = timedelta(0),
        data: dict[str, Any] | None = None,
        **links: str | None,
    ) -> None:
        """Something happened; ``late`` is how long after the fact somebody noted it."""
        at = _whole(at)
        fields: dict[str, Any] = {
            "external_id": external_id,
            "kind": kind,
            "occurred_at": format_instant(at),
            **{name: value for name, value in links.items() if value},
        }
        if late:
            fields["recorded_at"] = format_instant(at + late)
        if actor:
            fields["actor"] = actor.key
        if data:
            fields["data"] = _plain(data)
        self._add("events", at, at + late, fields)

    def broken(self, resource: str, at: datetime, **fields: Any) -> None:
        """A row that the ingestion will refuse, as feeds send them now and then."""
        self._add(resource, at, None, fields)

    def until(self, as_of: datetime) -> Iterator[Row]:
        """What is known at the instant, in the order of telling."""
        return iter(sorted((row for row in self.rows if row.known_at <= as_of), key=lambda row: row.place))

    def _add(self, resource: str, at: datetime, known: datetime | None, fields: dict[str, Any]) -> None:
        self.rows.append(Row(max(_whole(known or at), self.opens), resource, _whole(at), fields))


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_instant(_whole(value))
    return value.key if isinstance(value, Person) else value
