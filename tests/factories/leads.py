"""Facts for tests, by the one way in."""

from datetime import UTC, datetime
from typing import Any

from leads.ingestion import Summary, ingest

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


def send(resource: str, *rows: Any, source: str = "crm", as_of: datetime = NOW) -> Summary:
    """Ingests rows as if they came by the API."""
    return ingest(resource=resource, source=source, rows=rows, channel="api", as_of=as_of)


def event(
    number: object = 1, kind: str = "call.made", at: str = "2026-04-02T15:30:00Z", **more: Any
) -> dict[str, Any]:
    """One event; ``more`` are its references and data."""
    return {"external_id": f"x{number}", "kind": kind, "occurred_at": at, **more}
