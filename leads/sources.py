"""Whose ids are whose; standard library only."""

from typing import Protocol

DECLARED = "declared"
"""The source of what people declare by hand. In its data people are named as ``source:external_id``."""


BY_HAND = frozenset({"declared", "correction"})
"""Channels of what people here enter: it says nothing about whether a source's feed is alive."""


class Named(Protocol):
    """What has a source and a name in it."""

    source: str
    external_id: str


def natural_name(ref: Named) -> str:
    """``hubspot:42``; no source has a colon in its name."""
    return f"{ref.source}:{ref.external_id}"


def own_name(source: str, name: str) -> tuple[str, str]:
    """The source and the id in it that a name in the data of an event of ``source`` means."""
    if source != DECLARED or ":" not in name:
        return source, name
    of, _, external_id = name.partition(":")
    return of, external_id
