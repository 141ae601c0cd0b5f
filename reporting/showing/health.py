"""The health of the installation in words: what works, what needs a hand, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.models import OutboxMessage
from reporting.operation.state import State
from reporting.showing.finding import Finding
from reporting.showing.health_findings import findings_of


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed with its last receipt."""

    name: str
    last: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """One message that needs a decision."""

    message: OutboxMessage
    to: str
    subject: str
    state: str


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that the page shows."""

    findings: list[Finding]
    feeds: list[Feed]
    versions: list[tuple[str, str]]
    kept: list[tuple[str, int]]
    as_of: datetime

    @property
    def worst(self) -> str:
        tones = {finding.tone for finding in self.findings}
        return next((tone for tone in ("missed", "at_risk") if tone in tones), "kept")

    @property
    def to_look_at(self) -> int:
        return sum(finding.tone in ("missed", "at_risk") for finding in self.findings)


def shown_state(state: State) -> Health:
    """The state in words, in the reader's language and zone."""
    purge = state.beats.get("purge")
    return Health(
        findings=findings_of(state),
        feeds=[
            Feed(feed["feed"], datetime.fromisoformat(feed["last"]), feed["stale"]) for feed in state.feeds
        ],
        versions=list(state.versions.items()),
        kept=sorted((purge.detail if purge else {}).items()),
        as_of=state.as_of,
    )


def stuck_rows(messages: Iterable[OutboxMessage]) -> list[Stuck]:
    """Undelivered messages with whom they were for."""
    states = {"unknown": _("may have arrived"), "failed": _("did not arrive")}
    return [
        Stuck(message, _receiver(message), str(message.payload.get("subject", "")), states[message.state])
        for message in messages
    ]


def _receiver(message: OutboxMessage) -> str:
    to = message.payload.get("to", [])
    return ", ".join(to) if isinstance(to, list) and to else message.channel
