"""Evidence and owners of clocks in jsonb's own text, so that equal ones are equal as text. Pure."""

from collections.abc import Sequence
from json import dumps
from typing import NamedTuple

import numpy as np

from measurement.columns.clocks import Clocks
from measurement.columns.courses import NONE, Bools, Int64s
from measurement.columns.holding import TAKEN
from measurement.columns.scene import NEVER, Scene
from measurement.columns.tokens import RANKS
from measurement.measures.clock import LISTED
from measurement.measures.entries import TOLD_FROM
from measurement.verdicts import Note, Role

_TOLD_FROM = TOLD_FROM.total_seconds()
_START = RANKS.index(Role.START)

Refusals = Sequence[tuple[Note, str | None] | None]


class _Piece(NamedTuple):
    """What entries say of a fact whatever it did: before the note, behind the role, and at the end."""

    head: str
    who: str
    more: str


def instants(at: Int64s) -> list[str]:
    """As verdicts write them: ``2026-04-02T15:30:00Z``; "" for none."""
    there = at != NEVER
    texts = np.datetime_as_string(np.where(there, at, 0).astype("datetime64[s]"), timezone="UTC")
    return [text if known else "" for text, known in zip(texts.tolist(), there.tolist(), strict=True)]


def keys(scene: Scene, facts: Int64s) -> list[str]:
    """What the facts are known by: ``e:<id>``, or ``i:<ref>:<kind>:<seconds>`` of what a record implies."""
    rows = zip(
        scene.facts.implied[facts].tolist(),
        scene.facts.ident[facts].tolist(),
        scene.facts.kind[facts].tolist(),
        scene.facts.at[facts].tolist(),
        strict=True,
    )
    return [
        f"i:{ident}:{scene.kinds[kind]}:{at}" if implied else f"e:{ident}"
        for implied, ident, kind, at in rows
    ]


def evidence(clocks: Clocks, which: Int64s, scene: Scene, refusals: Refusals) -> list[str]:
    """What was counted for these of the clocks."""
    ran, tokens = clocks.ran, clocks.tokens
    told = _pieces(scene, tokens.fact, _told_of(clocks, which))
    rows = zip(
        *(column[which].tolist() for column in (ran.start, ran.last, ran.before, ran.early)), strict=True
    )
    facts, ranks, codes = tokens.fact.tolist(), tokens.rank.tolist(), tokens.code.tolist()
    found = []
    for start, last, before, early in rows:
        entries = [_entry(told[facts[start]], Role.START)]
        acts = [(told[facts[token]], ranks[token], codes[token]) for token in range(start + 1, last)]
        if before != NONE:
            entries.append(_before(told[facts[before]], early=early))
        _tell(entries, acts, refusals, listed=before != NONE and not early)
        found.append(f"[{', '.join(entries)}]")
    return found


def _before(piece: _Piece, *, early: bool) -> str:
    """An act before the start: it settled the clock, or came too early."""
    if early:
        return _entry(piece, Role.STOP, Note.EARLY)
    return _ignored(piece, Role.STOP, (Note.TOO_EARLY, None))


def _tell(
    entries: list[str], acts: Sequence[tuple[_Piece, int, int]], refusals: Refusals, *, listed: int
) -> None:
    """Add what happened while the clock ran; ``listed``: how many repeats and ignored acts stand there."""
    for piece, rank, code in acts:
        if rank != _START and code == TAKEN:
            entries.append(_entry(piece, RANKS[rank]))
            continue
        listed += 1
        if listed <= LISTED:
            repeat = rank == _START
            why = refusals[code]
            entries.append(_entry(piece, Role.REPEAT) if repeat else _ignored(piece, RANKS[rank], why))
    if listed > LISTED:
        entries.append(_omitted(listed - LISTED))


def owners(clocks: Clocks, which: Int64s) -> list[str]:
    """With whom these of the clocks lay, from when until when."""
    spans = clocks.spans
    first, last = (np.searchsorted(spans.clock, which, side) for side in ("left", "right"))
    needed = np.zeros(len(spans.clock), bool)
    wanted = np.zeros(len(clocks.started), bool)
    wanted[which] = True
    needed[:] = wanted[spans.clock]
    places = np.flatnonzero(needed)
    rows = zip(
        instants(spans.start[places]), instants(spans.end[places]), spans.member[places].tolist(), strict=True
    )
    texts = [
        f'{{"to": {_quoted(end)}, "from": "{start}", "member": {"null" if member == NONE else member}}}'
        for start, end, member in rows
    ]
    behind = np.cumsum(needed) - needed
    starts = behind[np.minimum(first, len(behind) - 1)].tolist()
    counts = (last - first).tolist()
    return [
        f"[{', '.join(texts[start : start + count])}]" for start, count in zip(starts, counts, strict=True)
    ]


def _quoted(text: str) -> str:
    return f'"{text}"' if text else "null"


def _told_of(clocks: Clocks, which: Int64s) -> Int64s:
    """The tokens that stand in the evidence of these clocks."""
    size = len(clocks.tokens.at)
    marks = np.zeros(size + 1, np.int64)
    np.add.at(marks, clocks.ran.start[which], 1)
    np.add.at(marks, clocks.ran.last[which], -1)
    told = np.cumsum(marks)[:size] > 0
    before = clocks.ran.before[which]
    told[before[before != NONE]] = True
    return np.flatnonzero(told)


def _pieces(scene: Scene, facts_of: Int64s, told: Int64s) -> dict[int, _Piece]:
    """The pieces of the facts of these tokens, by fact."""
    places = np.unique(facts_of[told])
    facts = scene.facts
    kinds = [dumps(kind, ensure_ascii=False) for kind in scene.kinds]
    rows = zip(
        places.tolist(),
        instants(facts.at[places]),
        facts.kind[places].tolist(),
        facts.actor[places].tolist(),
        keys(scene, places),
        _entered(scene, places),
        strict=True,
    )
    return {
        place: _Piece(
            f'"at": "{at}", "kind": {kinds[kind]}, "note": "',
            f', "actor": {"null" if actor == NONE else actor}, "event": "{key}"',
            more,
        )
        for place, at, kind, actor, key, more in rows
    }


def how_entered(scene: Scene, places: Int64s) -> tuple[Bools, Int64s]:
    """Of facts: whether somebody declared them, and when they were entered if that is told."""
    facts = scene.facts
    flags = np.array([*(said.get("declared") is True for said in scene.saids), False])
    declared: Bools = flags[facts.said[places]]
    recorded = facts.recorded[places]
    long_after = declared | (recorded - facts.at[places] >= _TOLD_FROM)
    return declared, np.where(long_after, recorded, NEVER)


def _entered(scene: Scene, places: Int64s) -> list[str]:
    """What entries say of that."""
    declared, recorded = how_entered(scene, places)
    if not declared.any() and (recorded == NEVER).all():
        return [""] * len(places)
    return [
        (', "declared": true' if by_hand else "") + (f', "recorded": "{at}"' if at else "")
        for by_hand, at in zip(declared.tolist(), instants(recorded), strict=True)
    ]


def _entry(piece: _Piece, role: Role, note: str = "") -> str:
    return f'{{{piece.head}{note}", "role": "{role.value}"{piece.who}{piece.more}}}'


def _ignored(piece: _Piece, role: Role, why: tuple[Note, str | None] | None) -> str:
    note, field = why if why is not None else (Note.CONDITION, None)
    of = f', "field": {dumps(field, ensure_ascii=False)}' if field else ""
    return (
        f'{{"as": "{role.value}", {piece.head}{note}", "role": "{Role.IGNORED.value}"'
        f"{piece.who}{of}{piece.more}}}"
    )


def _omitted(count: int) -> str:
    """So many more were left out."""
    role = Role.OMITTED.value
    return f'{{"at": null, "kind": "", "note": "{count}", "role": "{role}", "actor": null, "event": ""}}'
