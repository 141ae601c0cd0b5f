"""The channels of teams as their page shows them; the address only as far as it is no secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from reporting.models import TeamChannel
from reporting.noticing.channels import TOLD
from reporting.noticing.words import kind_name


@dataclass(frozen=True, slots=True)
class ShownChannel:
    """A channel: where it leads to, what it gets, and how it fares."""

    channel: TeamChannel
    host: str
    kinds: str
    state: str


def shown_channels(channels: Iterable[TeamChannel]) -> list[ShownChannel]:
    """For the page."""
    return [
        ShownChannel(
            channel=channel,
            host=urlsplit(channel.url).hostname or "",
            kinds=", ".join(kind_name(kind) for kind in channel.kinds or TOLD),
            state="paused" if channel.paused_at else "failing" if channel.failing_since else "working",
        )
        for channel in channels
    ]
