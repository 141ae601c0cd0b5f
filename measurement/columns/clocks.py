"""The clocks of one commitment as columns, exactly as they are stored. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from measurement.columns.allowing import Allowed
from measurement.columns.courses import NONE, Int64s
from measurement.columns.holding import Holding
from measurement.columns.members import Members
from measurement.columns.owning import Owning, Spans, last_members, unassigned_seconds
from measurement.columns.relating import Asked, first_of, related
from measurement.columns.running import Ran, allowed_of, run
from measurement.columns.scene import NEVER, TYPES, Pairs, Scene
from measurement.columns.terms import Columnar
from measurement.columns.tokens import RANKS, STOP, Tokens, tokens
from measurement.enums import ClockState
from measurement.verdicts import Reason, Role

STATES: tuple[ClockState, ...] = tuple(ClockState)
REASONS: tuple[str, ...] = ("", *map(str, Reason))

_RUNNING, _MET, _LATE, _OVERDUE, _CANCELLED, _FAILED = (
    STATES.index(ClockState(state)) for state in ("running", "met", "late", "overdue", "cancelled", "failed")
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Columns of clocks; ``NEVER`` is an instant that is not there, ``NONE`` a number that is not.

    ``version``: the place of the version in the commitment's. ``subject`` and ``fact`` are places in the
    scene, ``state`` and ``reason`` in ``STATES`` and ``REASONS``, ``origin`` in the texts of that field.
    ``tokens``, ``ran``, ``spans``: what evidence and owners are told from.
    """

    one: Columnar
    version: Int64s
    subject: Int64s
    fact: Int64s
    started: Int64s
    due: Int64s
    warn: Int64s
    gives_up: Int64s
    stopped: Int64s
    ended: Int64s
    state: Int64s
    reason: Int64s
    owner: Int64s
    allowed: Int64s
    elapsed: Int64s
    business: Int64s
    unassigned: Int64s
    repeats: Int64s
    origin: Int64s
    tokens: Tokens
    ran: Ran
    spans: Spans


def clocks(
    one: Columnar,
    scene: Scene,
    told: Pairs,
    holding: Holding,
    members: Members,
    subject_types: Mapping[str, Sequence[str]],
    *,
    as_of: int,
) -> Clocks:
    """The clocks of the commitment about the subjects, by the facts up to the instant.

    Those of subjects that are odd by then (``holding.odd``) mean nothing. Raises ``NeverOpenError``.
    """
    found = tokens(one, scene, told, holding, subject_types)
    deadlines = allowed_of(one, found)
    ran = run(one, found, deadlines, as_of=as_of)
    _first_sights(scene, found, ran, holding)
    return _columns(one, scene, found, deadlines, ran, members, as_of)


def origin_of(value: Any) -> str | None:
    """What stands on a clock for the value of a lead's origin; None where it says none."""
    listed = value if isinstance(value, list) else [value]
    present = [one for one in listed if one is not None and one != ""]
    return str(present[0])[:255] if present else None


def _first_sights(scene: Scene, found: Tokens, ran: Ran, holding: Holding) -> None:
    """Whether anybody knows when an act was done that was seen for the first time is told elsewhere."""
    by = np.where(ran.early, ran.before, ran.end)
    act = (by != NONE) & (found.rank[by] == STOP)
    facts = found.fact[by[act]]
    holding.odd[found.subject[by[act]][scene.facts.first_seen[facts]]] = True


def _columns(
    one: Columnar,
    scene: Scene,
    found: Tokens,
    deadlines: Allowed,
    ran: Ran,
    members: Members,
    as_of: int,
) -> Clocks:
    due, warn, gives_up, allowed = (column[ran.start] for column in deadlines)
    started, version = found.at[ran.start], found.version[ran.start]
    stopped, ended, state, reason = _ends(found, ran, started, due, gives_up)
    subject, fact = found.subject[ran.start], found.fact[ran.start]
    spans = _spans(scene, members, subject, fact, started, ended, until=as_of)
    over = ended != NEVER
    starts_before = np.cumsum(found.rank == RANKS.index(Role.START))
    return Clocks(
        one=one,
        version=version,
        subject=subject,
        fact=fact,
        started=started,
        due=due,
        warn=warn,
        gives_up=np.where(over, NEVER, gives_up),
        stopped=stopped,
        ended=ended,
        state=state,
        reason=reason,
        owner=last_members(spans, len(started)),
        allowed=allowed,
        elapsed=np.where(over, ended - started, NONE),
        business=_business(one, version, started, ended),
        unassigned=np.where(over, unassigned_seconds(spans, len(started)), NONE),
        repeats=starts_before[ran.last - 1] - starts_before[ran.start],
        origin=_origins(scene, subject, fact, started),
        tokens=found,
        ran=ran,
        spans=spans,
    )


def _ends(
    found: Tokens, ran: Ran, started: Int64s, due: Int64s, gives_up: Int64s
) -> tuple[Int64s, Int64s, Int64s, Int64s]:
    """When each was done, when it ended, and as what."""
    by = np.where(ran.end == NONE, 0, ran.end)
    at = found.at[by]
    rank = np.where(ran.end == NONE, NONE, found.rank[by])
    done, cancelled, failed = (
        rank == place for place in (STOP, RANKS.index(Role.CANCEL), RANKS.index(Role.FAIL))
    )
    late = at > due
    which = [ran.early, ran.given_up, done & ~late, done & late, cancelled & ~late, cancelled & late, failed]
    states = [_MET, _OVERDUE, _MET, _LATE, _CANCELLED, _OVERDUE, _FAILED]
    told = [("", ran.early | done), (Reason.GAVE_UP, ran.given_up), (Reason.CANCELLED, cancelled)]
    told.append((Reason.FAILED, failed))
    return (
        np.select([ran.early, done], [found.at[ran.before], at], NEVER),
        np.select([ran.early, ran.given_up, rank != NONE], [started, gives_up, at], NEVER),
        np.select(which, states, _RUNNING),
        np.select([where for _, where in told], [REASONS.index(str(name)) for name, _ in told], 0),
    )


def _business(one: Columnar, version: Int64s, started: Int64s, ended: Int64s) -> Int64s:
    """Open seconds of those that have ended."""
    found = np.full(len(started), NONE, np.int64)
    for place, each in enumerate(one.versions):
        which = np.flatnonzero((version == place) & (ended != NEVER))
        if len(which):
            found[which] = each.promise.schedule.elapsed_many(started[which], ended[which])
    return found


def _by_type(scene: Scene, subject: Int64s, fact: Int64s, at: Int64s) -> "list[tuple[Int64s, Asked]]":
    types = scene.types[subject]
    which = (np.flatnonzero(types == type_) for type_ in np.unique(types))
    return [
        (places, Asked(subject[places], TYPES[types[places[0]]], fact[places], at[places]))
        for places in which
    ]


def _spans(
    scene: Scene,
    members: Members,
    subject: Int64s,
    fact: Int64s,
    started: Int64s,
    ended: Int64s,
    *,
    until: int,
) -> Spans:
    owning = Owning(scene, members)
    parts = []
    for places, asked in _by_type(scene, subject, fact, started):
        spans = owning.spans(asked, ended[places], until=until)
        parts.append(spans._replace(clock=places[spans.clock]))
    if not parts:
        return Spans(*(np.zeros(0, np.int64) for _ in Spans._fields))
    every = Spans(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    order = np.lexsort((every.start, every.clock))
    return Spans(*(column[order] for column in every))


def _origins(scene: Scene, subject: Int64s, fact: Int64s, at: Int64s) -> Int64s:
    """The origin of the lead at the start; of several leads of a contact, the newest's that says one."""
    present = np.array([*(origin_of(value) is not None for value in scene.texts["origin"]), False])
    found = np.full(len(at), NONE, np.int64)
    for places, asked in _by_type(scene, subject, fact, at):
        pairs = related("lead", asked, scene)
        values = scene.fields["origin"].at(pairs.record, asked.at[pairs.of])
        found[places] = first_of(pairs, np.where(present[values], values, NONE), len(places))
    return found
