"""Holds clocks that were judged as columns against those stored, and says which differ."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from core.copying import NO_INSTANT, copied, escaped, ids, micros
from measurement.columns.clocks import REASONS, STATES, Clocks, origin_of
from measurement.columns.courses import NONE, Int64s, moments
from measurement.columns.digests import digests
from measurement.columns.judging import Judged
from measurement.columns.scene import NEVER, TYPES
from measurement.columns.texts import evidence, instants, keys, owners
from measurement.storing import digest_of

#: Between the texts of a clock when they are compared; of these only an origin may hold it.
_BETWEEN = "\x1f"
_NO_ORIGIN = "\x1e"
_NULL = "\\N"
_STORED = f"""
SELECT c.id, COALESCE(array_position(%(keys)s::varchar[], c.commitment_key), 0)::bigint - 1, c.subject_id,
    c.started_at,
    COALESCE(c.due_at, '-infinity'), COALESCE(c.warn_at, '-infinity'), COALESCE(c.gives_up_at, '-infinity'),
    COALESCE(c.stopped_at, '-infinity'), COALESCE(c.ended_at, '-infinity'),
    COALESCE(array_position(%(states)s::varchar[], c.state), 0)::bigint - 1,
    COALESCE(array_position(%(reasons)s::varchar[], c.reason), 0)::bigint - 1,
    COALESCE(c.owner_id, -1), COALESCE(c.allowed_seconds, -1), COALESCE(c.elapsed_seconds, -1),
    COALESCE(c.business_seconds, -1), COALESCE(c.unassigned_seconds, -1), COALESCE(c.paused_seconds, -1),
    c.repeats::bigint, c.commitment_id::bigint,
    COALESCE(array_position(%(types)s::varchar[], c.subject_type), 0)::bigint - 1, {digest_of("c.")}
FROM unnest(%(subjects)s::bigint[]) AS near (id)
CROSS JOIN LATERAL (SELECT * FROM measurement_clock c WHERE c.subject_id = near.id OFFSET 0) AS c
"""
_TEXTS = """
SELECT c.id, c.start_key || E'\\x1f' || COALESCE(c.origin, E'\\x1e') || E'\\x1f' || c.owners::text
    || E'\\x1f' || c.evidence::text
FROM unnest(%(ids)s::bigint[]) AS these (id)
CROSS JOIN LATERAL (SELECT * FROM measurement_clock c WHERE c.id = these.id OFFSET 0) AS c
"""
_KEY, _SUBJECT, _STARTED, _DIGEST = 1, 2, 3, 20
_INSTANTS = slice(3, 9)
#: Microseconds are compared, so that what was not cut off is seen.
_WHOLE = 1_000_000


class Differing(NamedTuple):
    """Ids of stored clocks that should not be, and the lines (COPY) of those that are not there as judged.

    ``others``: the records have clocks of other commitments.
    """

    gone: list[int]
    lines: list[str]
    others: bool


def differing(judged: Judged) -> Differing:
    """What must be written so that the clocks of the plain records are exactly those judged."""
    names = sorted(one.one.key for one in judged.clocks)
    stored = _stored(judged, names)
    found = Differing([], [], bool((stored[:, _KEY] == NONE).any()))
    for one in judged.clocks:
        place, which = names.index(one.one.key), judged.of_plain(one)
        those = stored[stored[:, _KEY] == place]
        rows = _rows(judged, one, which, place)
        digest = digests(one, judged.scene, judged.holding.refusals)[which]
        match, alone = _matched(judged, those, rows)
        alike = match != NONE
        alike[alike] = (those[match[alike], 1:_DIGEST] == rows[alike]).all(axis=1)
        known = alike.copy()
        known[alike] = those[match[alike], _DIGEST] == digest[alike]
        other = np.flatnonzero(~known)
        texts = _texts(judged, one, which[other])
        was = those[match[other], 0] if len(those) else match[other]
        was = np.where(match[other] == NONE, NONE, was)
        stood = _told(was)
        new = [
            at
            for at, (told, text) in enumerate(zip(stood, texts, strict=True))
            if told != text or not alike[other[at]]
        ]
        lines = _lines(judged, one, which[other[new]], [texts[at] for at in new], digest[other[new]])
        found.gone.extend([*those[alone, 0].tolist(), *_renamed(was.tolist(), stood, texts)])
        found.lines.extend(lines)
    return found


def _renamed(clocks: list[int], stood: list[bytes | None], texts: list[bytes]) -> Iterator[int]:
    """Those of the stored clocks that are known by another start than the judged ones."""
    for clock, was, text in zip(clocks, stood, texts, strict=True):
        if was is not None and was.split(_BETWEEN.encode(), 1)[0] != text.split(_BETWEEN.encode(), 1)[0]:
            yield clock


def _stored(judged: Judged, names: list[str]) -> Int64s:
    """The stored clocks of the plain records, as the numbers of ``_rows`` behind their ids, and digests."""
    parameters = {
        "keys": names,
        "states": list(map(str, STATES)),
        "reasons": list(REASONS),
        "types": list(TYPES),
        "subjects": ids(judged.plain.tolist()),
    }
    found = copied(_STORED, parameters, numbers=_DIGEST + 1).numbers
    found[:, _INSTANTS] = micros(found[:, _INSTANTS])
    return found


def _told(clocks: Int64s) -> list[bytes | None]:
    """The stored texts of clocks by their ids; None for no clock."""
    asked = clocks[clocks != NONE]
    if not len(asked):
        return [None] * len(clocks)
    found = copied(_TEXTS, {"ids": ids(asked.tolist())}, numbers=1, text=True)
    texts = dict(zip(found.numbers[:, 0].tolist(), found.texts, strict=True))
    return [texts.get(clock) for clock in clocks.tolist()]


def _rows(judged: Judged, one: Clocks, which: Int64s, key: int) -> Int64s:
    """The numbers of clocks as they are stored, in the order of the columns that are read."""
    commitments = np.array([version.promise.commitment_id for version in one.one.versions])
    instants_ = (one.started, one.due, one.warn, one.gives_up, one.stopped, one.ended)
    columns = [
        np.full(len(one.started), key),
        judged.scene.refs[one.subject],
        *(np.where(at == NEVER, NO_INSTANT, at * _WHOLE) for at in instants_),
        one.state,
        one.reason,
        one.owner,
        one.allowed,
        one.elapsed,
        one.business,
        one.unassigned,
        np.where(one.ended == NEVER, NONE, 0),
        one.repeats,
        commitments[one.version],
        judged.scene.types[one.subject],
    ]
    return np.stack(columns, axis=1)[which]


def _matched(judged: Judged, stored: Int64s, rows: Int64s) -> tuple[Int64s, Int64s]:
    """The stored clock of each row, by subject and start (``NONE``: none), and the stored ones of no row.

    No two judged clocks of a subject start at once; of stored ones that do, one is taken and the rest go.
    """
    refs = judged.scene.refs
    there, here = (
        moments(np.searchsorted(refs, of[:, subject]), of[:, subject + 1] // _WHOLE)
        for of, subject in ((stored, _SUBJECT), (rows, _SUBJECT - 1))
    )
    order = np.argsort(there, kind="stable")
    place = np.searchsorted(there[order], here)
    found = place < len(there)
    found[found] = there[order][place[found]] == here[found]
    match = np.full(len(rows), NONE, np.int64)
    match[found] = order[place[found]]
    alone = np.ones(len(stored), bool)
    alone[match[found]] = False
    return match, np.flatnonzero(alone)


def _texts(judged: Judged, one: Clocks, which: Int64s) -> list[bytes]:
    """What is compared as text: the key of the start, the origin, the owners and the evidence."""
    origins = [origin_of(value) for value in judged.scene.texts["origin"]]
    rows = zip(
        keys(judged.scene, one.fact[which]),
        one.origin[which].tolist(),
        owners(one, which),
        evidence(one, which, judged.scene, judged.holding.refusals),
        strict=True,
    )
    return [
        _BETWEEN.join((key, _NO_ORIGIN if origin == NONE else origins[origin] or "", owned, told)).encode()
        for key, origin, owned, told in rows
    ]


def _lines(judged: Judged, one: Clocks, which: Int64s, texts: list[bytes], digest: Int64s) -> Iterator[str]:
    """Clocks as COPY reads them into ``measurement.storing.STAGED``."""
    versions = [version.promise for version in one.one.versions]
    at = [
        instants(column[which])
        for column in (one.started, one.due, one.warn, one.gives_up, one.stopped, one.ended)
    ]
    numbers = (one.owner, one.allowed, one.elapsed, one.business, _paused(one), one.unassigned)
    rows = zip(
        judged.scene.refs[one.subject[which]].tolist(),
        one.version[which].tolist(),
        judged.scene.types[one.subject[which]].tolist(),
        zip(*at, strict=True),
        one.state[which].tolist(),
        one.reason[which].tolist(),
        zip(*(column[which].tolist() for column in numbers), strict=True),
        one.repeats[which].tolist(),
        texts,
        digest.tolist(),
        strict=True,
    )
    for subject, version, type_, times, state, reason, counts, repeats, text, number in rows:
        key, more = text.decode().split(_BETWEEN, 1)
        origin, owned, told = more.rsplit(_BETWEEN, 2)
        yield "\t".join(
            (
                one.one.key,
                str(subject),
                key,
                str(versions[version].commitment_id),
                TYPES[type_],
                *(time or _NULL for time in times),
                STATES[state].value,
                REASONS[reason],
                *(_NULL if count == NONE else str(count) for count in counts),
                str(repeats),
                escaped(told),
                owned,
                _NULL if origin == _NO_ORIGIN else escaped(origin),
                str(number),
            )
        )


def _paused(one: Clocks) -> Int64s:
    return np.where(one.ended == NEVER, NONE, 0)
