"""What a clock's texts come from, as one number: equal numbers, equal evidence and owners. Pure.

A text is made only of a clock whose number is not the stored one. The numbers are the same in every process,
and other ones whenever what the texts say is made otherwise (``_FORM``).
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from measurement.columns.clocks import Clocks, origin_of
from measurement.columns.courses import NONE, Int64s
from measurement.columns.scene import Scene
from measurement.columns.texts import Refusals, how_entered

UInt64s = NDArray[np.uint64]

#: Raise it whenever evidence, owners or origins are written otherwise.
_FORM = 1


def digests(clocks: Clocks, scene: Scene, refusals: Refusals) -> Int64s:
    """The number of each clock; never 0."""
    tokens, ran, spans = clocks.tokens, clocks.ran, clocks.spans
    facts = _facts(scene, tokens.fact)
    told = _folded(facts, tokens.rank, _hashes(f"{why}" for why in refusals)[tokens.code])
    lain = _folded(spans.member, spans.start, spans.end)
    until = np.searchsorted(spans.clock, np.arange(len(clocks.started) + 1))
    origins = np.append(_hashes(origin_of(value) for value in scene.texts["origin"]), np.uint64(0))
    found = _folded(
        np.full(len(ran.start), _FORM),
        facts[ran.start],
        _summed(told, ran.start + 1, ran.last),
        np.where(ran.before == NONE, np.uint64(0), facts[ran.before] if len(facts) else np.uint64(0)),
        ran.early,
        _summed(lain, until[:-1], until[1:]),
        origins[clocks.origin],
    )
    return np.where(found == 0, np.uint64(1), found).view(np.int64)


def _facts(scene: Scene, which: Int64s) -> UInt64s:
    """What the entry of a fact says of it, whatever it did."""
    facts = scene.facts
    declared, recorded = how_entered(scene, which)
    kinds = _hashes(scene.kinds)[facts.kind[which]]
    return _folded(
        facts.ident[which],
        facts.implied[which],
        kinds,
        facts.at[which],
        facts.actor[which],
        declared,
        recorded,
    )


def _hashes(texts: Iterable[object]) -> UInt64s:
    """A number of each text; the order of a fact's texts is that of the places that name them."""
    return np.array(
        [int.from_bytes(blake2b(repr(text).encode(), digest_size=8).digest()) for text in texts], np.uint64
    )


def _summed(values: UInt64s, first: Int64s, behind: Int64s) -> UInt64s:
    """The sums of values between places, modulo 2⁶⁴: their order follows from what they are."""
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)])
    return sums[behind] - sums[first]


def _folded(*columns: "Int64s | UInt64s | NDArray[np.bool_]") -> UInt64s:
    """One number of several a row, in their order."""
    found = np.full(len(columns[0]), 0x9E3779B97F4A7C15, np.uint64)
    for column in columns:
        found = _mixed(found * np.uint64(0x100000001B3) + column.astype(np.uint64))
    return found


def _mixed(values: UInt64s) -> UInt64s:
    """Each bit of a number decides over all of the answer (the finish of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
