"""Promises that oppose each other, on one card, so that neither is won at the other's cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from agreements.pairs import Pair, pairs
from agreements.texts import localized
from reporting.showing.cards import PromiseCard
from reporting.showing.reader import Reader


@dataclass(frozen=True, slots=True)
class Together:
    """The promises of one card, and why they are looked at together."""

    cards: list[PromiseCard]
    why: list[str]


def together(made: Sequence[PromiseCard], reader: Reader) -> list[Together]:
    """The cards of opposing promises in force; those that share a promise are one."""
    by_key = {card.key: card for card in made}
    groups: list[tuple[list[str], list[Pair]]] = []
    for pair in pairs(reader.promises_in_force):
        keys = [pair.a.key, pair.b.key]
        touching = [group for group in groups if set(group[0]) & set(keys)]
        groups = [group for group in groups if group not in touching]
        joined = list(dict.fromkeys([*(key for group in touching for key in group[0]), *keys]))
        groups.append((joined, [*(one for group in touching for one in group[1]), pair]))
    return [
        Together([by_key[key] for key in keys if key in by_key], _reasons(those)) for keys, those in groups
    ]


def _reasons(those: Sequence[Pair]) -> list[str]:
    language = get_language() or "en"
    return list(dict.fromkeys(localized(pair.why, language) for pair in those))
