"""Plays a story through the public doors only: the command, the REST API, the clock on the wall."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.management import call_command
from rest_framework.test import APIClient
from time_machine import Traveller

from measurement.judging import judge_all, judge_pending
from people.enums import Scope
from people.tokens import create_token

API = "/api/v1/"


class Story:
    """A company that nobody sees from inside. The wall clock stands still until ``at`` moves it."""

    def __init__(self, wall: Traveller, folder: Path) -> None:
        self.wall, self.folder = wall, folder
        self.tokens: dict[tuple[str, ...], str] = {}

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def at(self, instant: str) -> "Story":
        self.wall.move_to(datetime.fromisoformat(instant))
        return self

    def agree(self, text: str) -> None:
        path = self.folder / "agreement.yaml"
        path.write_text(text)
        call_command("load_agreement", str(path), "--sign", stdout=(self.folder / "said").open("w"))

    def client(self, *scopes: str) -> APIClient:
        """A client with a token of these scopes; without any, of all."""
        wanted = tuple(sorted(scopes or map(str, Scope)))
        if wanted not in self.tokens:
            self.tokens[wanted] = create_token(name="story", scopes=list(wanted), as_of=self.now)[1]
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.tokens[wanted]}")
        return client

    def post(self, path: str, body: Any, content_type: str = "application/json", **headers: str) -> Any:
        """The answer to a POST; bytes are sent as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client().generic("POST", API + path, raw, content_type=content_type, **headers)

    def sync(self, resource: str, *records: dict[str, Any], source: str = "crm") -> dict[str, Any]:
        """Sends records that must all be accepted; the summary."""
        answer = self.post(f"sync/{resource}/", {"source": source, "records": list(records)})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def happened(self, kind: str, at: str, external_id: str | None = None, **refs: Any) -> str:
        """Sends one event; its id."""
        named = external_id or f"{kind}@{at}:{'/'.join(str(ref) for ref in refs.values())}"
        self.sync("events", {"external_id": named[:255], "kind": kind, "occurred_at": at, **refs})
        return named

    def get(self, path: str, *, status: int = 200, scopes: tuple[str, ...] = (), **query: Any) -> Any:
        address = f"{API}{path}?{urlencode(query, doseq=True)}" if query else API + path
        answer = self.client(*scopes).get(address)
        assert answer.status_code == status, (address, answer.status_code, answer.content)
        return answer.json()

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every row of a list, page after page."""
        rows: list[dict[str, Any]] = []
        page = self.get(path, **query)
        while True:
            rows += page["results"]
            if page["next"] is None:
                return rows
            page = self.client().get(page["next"]).json()

    def clocks(self, commitment: str | None = None, **query: Any) -> list[dict[str, Any]]:
        """What the API tells once everything is judged, oldest first; judging all afresh tells the same."""
        judge_pending(as_of=self.now)
        given = query | ({"commitment": commitment} if commitment else {})
        told = self.all("clocks/", **given)[::-1]
        judge_all(as_of=self.now)
        afresh = self.all("clocks/", **given)[::-1]
        assert afresh == told, f"judged afresh: {afresh}, as things came: {told}"
        return told

    def clock(self, commitment: str | None = None, **query: Any) -> dict[str, Any]:
        """The only clock."""
        (clock,) = self.clocks(commitment, **query)
        return clock

    def told(self, commitment: str | None = None, **query: Any) -> list[tuple[str, str, str | None]]:
        """(subject, state, due) of each clock, oldest first, then by subject."""
        return sorted_by_start(self.clocks(commitment, **query))


def sorted_by_start(clocks: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    ordered = sorted(clocks, key=lambda clock: (clock["started_at"], clock["subject"]))
    return [(clock["subject"], clock["state"], clock["due_at"]) for clock in ordered]
