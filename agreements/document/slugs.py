"""Keys: how they are written, and that each is there once."""

import re
from typing import Any

from agreements.terms.nodes import Node, shown

SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def read_slug(node: Node) -> str:
    """A key of the company: letters, digits, - and _."""
    text = node.text()
    if text and not SLUG.fullmatch(text):
        node.refuse(f"{shown(text)} is not a key; use at most 64 letters, digits, - and _")
    return text


def read_teams(node: Node | None) -> tuple[str, ...]:
    """Slugs of teams, each once."""
    if node is None:
        return ()
    teams = tuple(read_slug(item) for item in node.items())
    if len(set(teams)) < len(teams):
        node.refuse("names a team twice")
    return teams


def refuse_repeated(node: Node | None, name: str, part: str) -> None:
    """Note every item of a list whose key an earlier item has."""
    if node is None or not isinstance(node.value, list):
        return
    seen: dict[Any, int] = {}
    for index, item in enumerate(node.value):
        key = item.get(name) if isinstance(item, dict) else None
        if isinstance(key, str) and seen.setdefault(key, index) != index:
            again = node.at(index, item).at(name, key)
            again.refuse(f"{shown(key)} is the key of {part}[{seen[key]}] already")
