"""Promises that oppose each other, to be seen together, so that neither is won at the other's cost. Pure.

A commitment names its opposite by ``beside: other-key``; three oppositions are recognised by what the
promises say (MISSION.md: fairness is the product): how much data is refused as bad beside the decisions that
refuse it, how many beside what becomes of them, how long somebody is there beside how long people wait.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from agreements.terms.fields import RESOURCES
from agreements.terms.kinds import CoverageTerms, Having, RateTerms, VolumeTerms
from agreements.terms.values import Promise, ResponseTerms, Selector

WAITING = frozenset({"call.received", "chat.received"})
"""What somebody waits for while nobody is there."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two promises and, in English and French, why they are looked at together; ``a`` is the one that is
    won easily at the cost of ``b``."""

    a: Promise
    b: Promise
    why: dict[str, str]


STATED = {
    "en": "The agreement looks at these two together: neither should be won at the other's cost.",
    "fr": "L'accord regarde ces deux engagements ensemble : aucun ne doit se gagner aux dépens de l'autre.",
}
REFUSED = {
    "en": "Less is refused as wrong when nobody decides, and a quick decision is easily a refusal: good "
    "data and decisions in time belong together.",
    "fr": "Moins de données sont refusées quand personne ne tranche, et une décision rapide est facilement "
    "un refus : données fiables et décisions à temps vont ensemble.",
}
QUANTITY = {
    "en": "A number is reached by taking anything: how many there are is worth what becomes of them.",
    "fr": "Un nombre s'atteint en prenant n'importe quoi : la quantité vaut ce que l'on en fait.",
}
PRESENCE = {
    "en": "Being there is worth the time that people wait: narrow hours look good and leave people waiting.",
    "fr": "Être présent vaut par le temps d'attente des gens : des horaires étroits font belle figure et "
    "font attendre.",
}


def pairs(promises: Iterable[Promise]) -> list[Pair]:
    """The opposing promises among these (one version of each key), each pair once, in the order given.

    A promise may be in several pairs (bad data beside the decisions of two countries). What is recognised by
    its terms is paired within its agreement only; a promise that names its opposite is left to that.
    """
    listed = list(promises)
    keys = {promise.key for promise in listed}
    free = [promise for promise in listed if promise.terms.beside not in keys]
    return [*_stated(listed), *_recognised(free)]


def opposite_of(promise: Promise, found: Sequence[Pair]) -> list[Promise]:
    """The promises that stand opposite this one."""
    return [
        pair.b if pair.a is promise else pair.a for pair in found if promise is pair.a or promise is pair.b
    ]


def _stated(listed: Sequence[Promise]) -> Iterator[Pair]:
    by_key = {promise.key: promise for promise in listed}
    seen: set[frozenset[str]] = set()
    for promise in listed:
        other = by_key.get(promise.terms.beside or promise.key, promise)
        both = frozenset({promise.key, other.key})
        if other is not promise and both not in seen:
            seen.add(both)
            yield Pair(promise, other, STATED)


def _recognised(listed: Sequence[Promise]) -> Iterator[Pair]:
    for a, b in permutations(listed, 2):
        if a.agreement_key != b.agreement_key:
            continue
        for oppose, why in _OPPOSITIONS:
            if oppose(a, b):
                yield Pair(a, b, why)


def _refused_and_decided(a: Promise, b: Promise) -> bool:
    """A rate, at most so much, of what the other team's promise is stopped by: bad data and decisions."""
    rate, response = a.terms, b.terms
    if not isinstance(rate, RateTerms) or not isinstance(response, ResponseTerms) or a.team_id == b.team_id:
        return False
    bad = isinstance(rate.having, Having) and any(c.field == "data.bad_data" for c in rate.having.where)
    return bad and bool(_cohort(rate)) and _cohort(rate) <= _kinds(response.stop)


def _quantity_and_quality(a: Promise, b: Promise) -> bool:
    """So many of X, and the share of the same X (or of the records that X makes) that comes to something."""
    volume, rate = a.terms, b.terms
    if (
        not isinstance(volume, VolumeTerms)
        or not isinstance(rate, RateTerms)
        or rate.target.op in ("<", "<=")
    ):
        return False
    counted = _kinds(count.selector for count in volume.count)
    if isinstance(rate.of, str):
        return f"{RESOURCES[rate.of]}.created" in counted
    return bool(counted & _cohort(rate))


def _presence_and_waiting(a: Promise, b: Promise) -> bool:
    """Somebody there, and how long the same team lets callers wait."""
    if not isinstance(a.terms, CoverageTerms) or not isinstance(b.terms, ResponseTerms):
        return False
    return a.team_id == b.team_id and bool(_kinds(b.terms.start) & WAITING)


_OPPOSITIONS: tuple[tuple[Callable[[Promise, Promise], bool], dict[str, str]], ...] = (
    (_refused_and_decided, REFUSED),
    (_quantity_and_quality, QUANTITY),
    (_presence_and_waiting, PRESENCE),
)


def _cohort(rate: RateTerms) -> frozenset[str]:
    return frozenset() if isinstance(rate.of, str) else _kinds(rate.of)


def _kinds(selectors: Iterable[Selector]) -> frozenset[str]:
    return frozenset(kind for selector in selectors for kind in selector.events)
