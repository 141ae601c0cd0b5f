"""What happens to the clocks of one commitment, of many subjects, in order. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from measurement.columns.allowing import is_open
from measurement.columns.courses import NONE, Bools, Int64s
from measurement.columns.holding import TAKEN, Holding
from measurement.columns.relating import Asked
from measurement.columns.scene import NAMED, NEVER, TYPES, Pairs, Scene
from measurement.columns.terms import ACTS, Columnar, wanted_type
from measurement.measures.versions import Version
from measurement.verdicts import Role

#: The order of what happens at one instant (CONTRACT §3 "Order").
RANKS: tuple[Role, ...] = (Role.START, *ACTS)
STOP = RANKS.index(Role.STOP)


class Tokens(NamedTuple):
    """Starts that a version takes, acts that it takes (``code`` is ``TAKEN``), acts that it refuses with a
    reason worth telling; by subject, instant and role.

    ``rank``: the place in ``RANKS``. ``version``: of a start, the place of the version in force.
    """

    subject: Int64s
    at: Int64s
    rank: Int64s
    fact: Int64s
    code: Int64s
    version: Int64s


def tokens(
    one: Columnar,
    scene: Scene,
    told: Pairs,
    holding: Holding,
    subject_types: Mapping[str, Sequence[str]],
) -> Tokens:
    """What matters to the clocks of the commitment, of all subjects that have any.

    Of two that have one role in one second the ids tell the order, which arrays do not know: such a subject
    becomes odd.
    """
    kinds = _places(scene, one.kinds)
    here = kinds[scene.facts.kind[told.of]]
    asked = {
        type_: _asked(scene, Pairs(told.of[here], told.record[here]), type_) for type_ in sorted(one.types)
    }
    starts = [_starts(one, each, scene, holding, subject_types) for each in asked.values()]
    started = np.zeros(len(scene.refs), bool)
    for each in starts:
        started[each.subject] = True
    acts = [
        _acts(one.first, role, each.only(np.flatnonzero(started[each.subject])), scene, holding)
        for each in asked.values()
        for role in ACTS
    ]
    found = _in_order([*starts, *acts])
    again = _same_as_before(found)
    holding.odd[found.subject[again]] = True
    return found


def _asked(scene: Scene, told: Pairs, type_: str) -> Asked:
    here = scene.types[told.record] == TYPES.index(type_)
    return Asked(told.record[here], type_, told.of[here], scene.facts.at[told.of[here]])


def _starts(
    one: Columnar,
    asked: Asked,
    scene: Scene,
    holding: Holding,
    subject_types: Mapping[str, Sequence[str]],
) -> Tokens:
    kinds = _places(scene, one.starts)
    asked = asked.only(np.flatnonzero(kinds[scene.facts.kind[asked.fact]]))
    in_force = np.full(len(asked.at), NONE, np.int64)
    for place, version in enumerate(one.versions):
        begins, ends = _time_of(version)
        in_force[(in_force == NONE) & (begins <= asked.at) & (asked.at < ends)] = place
    parts = [_tokens(asked.only(np.zeros(0, np.int64)), Role.START, NONE)]
    for place, version in enumerate(one.versions):
        taken = asked.only(np.flatnonzero(in_force == place))
        taken = taken.only(np.flatnonzero(_is_about(version, taken, scene, subject_types)))
        roles = version.roles[Role.START]
        refusal = holding.refusal(Role.START, roles, taken, version.promise.team_id)
        taken = taken.only(np.flatnonzero(refusal == TAKEN))
        taken = taken.only(np.flatnonzero(holding.matches(version.promise.terms.where, taken)))
        parts.append(_tokens(_counted_now(version, taken), Role.START, place))
    return _together(parts)


def _time_of(version: Version) -> tuple[float, float]:
    """From when until when it is in force; facts have whole seconds, versions may not."""
    begins, ends = version.promise.starts_at, version.promise.ends_at
    return begins.timestamp(), NEVER if ends is None else ends.timestamp()


def _is_about(
    version: Version, asked: Asked, scene: Scene, subject_types: Mapping[str, Sequence[str]]
) -> Bools:
    """Whether a clock that the fact starts belongs to its subject, and not to one it is linked to."""
    found = np.zeros(len(asked.at), bool)
    named = scene.facts.named[asked.fact, NAMED.index(asked.type)]
    for kind in version.roles[Role.START]:
        if wanted_type(version, kind, subject_types) == asked.type:
            found |= scene.facts.kind[asked.fact] == scene.kinds.index(kind)
    return found & ((named == NONE) | (named == asked.subject))


def _counted_now(version: Version, asked: Asked) -> Asked:
    if version.outside_hours != "ignore" or not len(asked.at):
        return asked
    return asked.only(np.flatnonzero(is_open(version.promise.schedule, asked.at)))


def _acts(version: Version, role: Role, asked: Asked, scene: Scene, holding: Holding) -> Tokens:
    roles = version.roles[role]
    asked = asked.only(np.flatnonzero(_places(scene, roles)[scene.facts.kind[asked.fact]]))
    codes = holding.refusal(role, roles, asked, version.promise.team_id)
    if role is Role.STOP:
        return _tokens(asked, role, NONE, codes)
    told = np.flatnonzero(~holding.is_condition(codes))
    return _tokens(asked.only(told), role, NONE, codes[told])


def _places(scene: Scene, kinds: "Mapping[str, object] | frozenset[str]") -> Bools:
    return np.array([kind in kinds for kind in scene.kinds], bool)


def _tokens(asked: Asked, role: Role, version: int, codes: Int64s | None = None) -> Tokens:
    size = len(asked.at)
    return Tokens(
        subject=asked.subject,
        at=asked.at,
        rank=np.full(size, RANKS.index(role)),
        fact=asked.fact,
        code=np.zeros(size, np.int64) if codes is None else codes,
        version=np.full(size, version),
    )


def _together(parts: Sequence[Tokens]) -> Tokens:
    return Tokens(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _in_order(parts: Sequence[Tokens]) -> Tokens:
    every = _together(parts)
    order = np.lexsort((every.rank, every.at, every.subject))
    return Tokens(*(column[order] for column in every))


def _same_as_before(found: Tokens) -> Bools:
    """Which come at the same instant in the same role as the one before."""
    again = np.zeros(len(found.at), bool)
    columns = (found.subject, found.at, found.rank)
    again[1:] = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
    return again
