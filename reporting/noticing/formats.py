"""One message to a team's chat as Slack, Teams and Standard Webhooks understand it. No Django.

Slack: incoming webhooks with blocks. Teams: the Adaptive Card that a Workflow "when a webhook request is
received" posts. Both cut long cards off, so a message holds a few lines and says how many more there are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from reporting.enums import ChannelFormat


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what, the rest of it, where to look, and the same as data."""

    title: str
    text: str
    url: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: a headline, the lines, and what is said of those that are left out."""

    headline: str
    lines: Sequence[Line]
    more: str
    open_label: str
    url: str
    team: str
    at: datetime


def body_for(format: str, message: Message) -> dict[str, Any]:
    """The JSON body in a channel's format."""
    return _BODIES[ChannelFormat(format)](message)


def _slack(message: Message) -> dict[str, Any]:
    """``text`` is what notifications show; a section's text may have 3,000 characters."""
    lines = [f"*<{line.url}|{_slack_text(line.title)}>*\n{_slack_text(line.text)}" for line in message.lines]
    if message.more:
        lines.append(f"<{message.url}|{_slack_text(message.more)}>")
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": line[:2_900]}} for line in lines]
    header = {"type": "header", "text": {"type": "plain_text", "text": message.headline[:150]}}
    return {"text": _slack_text(message.headline), "blocks": [header, *sections]}


def _slack_text(text: str) -> str:
    """Slack's three control characters, escaped as its documentation asks for."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(message: Message) -> dict[str, Any]:
    title = {"type": "TextBlock", "text": _teams_text(message.headline), "weight": "Bolder", "size": "Medium"}
    blocks = [_teams_line(line) for line in message.lines]
    if message.more:
        blocks.append({"type": "TextBlock", "text": _teams_text(message.more), "isSubtle": True})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{**title, "wrap": True}, *({**block, "wrap": True} for block in blocks)],
        "actions": [{"type": "Action.OpenUrl", "title": message.open_label, "url": message.url}],
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _teams_line(line: Line) -> dict[str, Any]:
    return {
        "type": "TextBlock",
        "text": f"[{_teams_text(line.title)}]({line.url})  \n{_teams_text(line.text)}",
    }


def _teams_text(text: str) -> str:
    """Text in a card is Markdown: its marks are escaped."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]()<>#" else sign for sign in text)


def _standard(message: Message) -> dict[str, Any]:
    """The shape that Standard Webhooks proposes: type, timestamp, data."""
    return {
        "type": "notices.told",
        "timestamp": message.at.isoformat(),
        "data": {
            "team": message.team,
            "items": [
                {**line.data, "title": line.title, "text": line.text, "url": line.url}
                for line in message.lines
            ],
            "more": message.more or None,
            "url": message.url,
        },
    }


_BODIES: Mapping[ChannelFormat, Callable[[Message], dict[str, Any]]] = MappingProxyType(
    {ChannelFormat.SLACK: _slack, ChannelFormat.TEAMS: _teams, ChannelFormat.STANDARD: _standard}
)
