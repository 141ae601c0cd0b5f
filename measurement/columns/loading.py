"""Reads what is known around many subjects into one scene of arrays."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from msgspec import json

from core.copying import NO_INSTANT, Copied, micros, seconds
from leads import columns, reading
from measurement.columns.courses import (
    MOST_RECORDS,
    NONE,
    Bools,
    Course,
    Groups,
    Int64s,
    distinct,
)
from measurement.columns.scene import NAMED, NEVER, TYPES, Facts, Scene
from measurement.columns.terms import Columnar, field_names, said_keys
from measurement.world import LoadedWorld

_LINKS = ("contact", "lead", "account", "campaign")
_OWNER, _CREATED, _FIELDS = 4, 5, 6  # the bits of what a version said
_NAMES = 5  # columns of an event before the records it names


class Near(NamedTuple):
    """Ref ids of the records whose facts may be about the subjects, by type; and the subjects."""

    subjects: Int64s
    by_type: dict[str, Int64s]


class Loaded(NamedTuple):
    """The scene, and which of its records were ever deleted, or merged with others."""

    scene: Scene
    deleted: Bools
    merged: Bools


def load(
    those: Sequence[Columnar], refs: Collection[int], around: LoadedWorld, *, until: datetime
) -> Loaded | None:
    """Everything around these records by the facts up to ``until``, a whole second; None when none of them is
    of a type that the commitments are about.

    ``around``: a World that knows the members. Raises ``OverflowError`` for too many records at once.
    """
    kinds = sorted(frozenset().union(*(one.kinds for one in those)))
    keys, names = said_keys(those), field_names(those)
    end = until + timedelta(seconds=1)
    near = _near(refs, sorted(frozenset().union(*(one.types for one in those))))
    if not len(near.subjects):
        return None
    told = _once(columns.events(near.by_type, kinds, keys, end))
    implied = columns.implied(np.concatenate([*near.by_type.values()]).tolist(), kinds, keys, end)
    leads_of = _leads_of(near, told)
    records = _Records.around(
        [near.subjects, *near.by_type.values(), leads_of[:, 1], *told.numbers[:, _NAMES:].T], names
    )
    ids = records.ids
    if len(ids) >= MOST_RECORDS:
        raise OverflowError(f"{len(ids)} records at once; judge fewer subjects a time")
    types = _types(ids)
    facts, saids = _facts(told, implied, ids, types, around)
    links, owners, fields, texts, created, deleted, known = records.courses(until)
    leads = np.flatnonzero(types == TYPES.index("lead"))
    scene = Scene(
        refs=ids,
        types=types,
        subjects=np.searchsorted(ids, near.subjects),
        kinds=kinds,
        facts=facts,
        saids=saids,
        links=links,
        owners=_surviving(owners, around),
        assigned=_assigned(ids, leads, end, around),
        fields=fields,
        texts=texts,
        leads_of=_groups(leads_of, ids),
        born=_born(ids, leads, created, known, end),
    )
    merged = np.zeros(len(ids), bool)
    merged[np.searchsorted(ids, columns.merged(ids.tolist()))] = True
    return Loaded(scene, deleted, merged)


def _near(refs: Collection[int], types: Sequence[str]) -> Near:
    """The subjects by type, and contacts, leads and deals whose facts may be about them."""
    typed = columns.types(refs, types)
    typed = typed[typed[:, 1] >= 0]
    of: dict[str, Int64s] = {type_: typed[typed[:, 1] == place, 0] for place, type_ in enumerate(types)}
    subjects = typed[:, 0]
    none = np.zeros(0, np.int64)
    contacts, leads = of.get("contact", none), of.get("lead", none)
    more_contacts = columns.linked(leads.tolist(), "contact")[:, 1]
    more_leads = columns.linking(contacts.tolist(), "contact", "lead")[:, 1]
    leads = distinct(np.concatenate([leads, more_leads]))
    more_deals = columns.linking(leads.tolist(), "lead", "deal")[:, 1]
    deals = distinct(np.concatenate([of.get("deal", none), more_deals]))
    of |= {"contact": distinct(np.concatenate([contacts, more_contacts])), "lead": leads, "deal": deals}
    return Near(subjects, {type_: ids for type_, ids in of.items() if len(ids)})


def _types(ids: Int64s) -> Int64s:
    """The type of each record, as its place in TYPES."""
    types = np.full(len(ids), NONE, np.int64)
    typed = columns.types(ids.tolist(), TYPES)
    types[np.searchsorted(ids, typed[:, 0])] = typed[:, 1]
    return types


def _once(told: Copied) -> Copied:
    """An event that names several of the records is one."""
    if not len(told.numbers):
        return told
    _, places = np.unique(told.numbers[:, 0], return_index=True)
    return Copied(told.numbers[places], [told.texts[place] for place in places.tolist()])


def _leads_of(near: Near, told: Copied) -> Int64s:
    """(contact, lead) of every contact that is near or named."""
    named = told.numbers[:, _NAMES + NAMED.index("contact")]
    near_ones = near.by_type.get("contact", np.zeros(0, np.int64))
    contacts = distinct(np.concatenate([near_ones, named[named >= 0]]))
    return columns.linking(contacts.tolist(), "contact", "lead")


class _Records:
    """The versions of records, and of those that they name, and so on."""

    def __init__(self, ids: Int64s, told: Copied, names: Sequence[str]) -> None:
        self.ids, self._names = ids, names
        order = np.lexsort((told.numbers[:, 1], told.numbers[:, 0]))
        self._rows = told.numbers[order]
        self._texts = [told.texts[place] for place in order.tolist()]

    @classmethod
    def around(cls, refs: Sequence[Int64s], names: Sequence[str]) -> "_Records":
        """Of these records (``NONE`` is none), and of what they name."""
        wanted = distinct(np.concatenate(refs))
        known = wanted = wanted[wanted >= 0]
        numbers, texts = [np.zeros((0, 10), np.int64)], list[bytes]()
        while len(wanted):
            told = columns.versions(wanted.tolist(), names)
            numbers.append(told.numbers)
            texts += told.texts
            named = told.numbers[:, 3 : 3 + len(_LINKS)]
            wanted = _new(distinct(named[named >= 0]), known)
            known = np.sort(np.concatenate([known, wanted]))
        return cls(known, Copied(np.concatenate(numbers), texts), names)

    def courses(
        self, until: datetime
    ) -> tuple[dict[str, Course], Course, dict[str, Course], dict[str, list[Any]], Course, Bools, Int64s]:
        """Of links, owners, other fields with their values and ``created_at``; which records were deleted;
        and since when each is known."""
        rows, texts = self._rows, self._texts
        first = np.diff(rows[:, 0], prepend=NONE) != 0
        since = seconds(rows[:, 1], none=NEVER)
        kept = first | (since <= int(until.timestamp()))
        rows, since, first = rows[kept], since[kept], first[kept]
        place, size = np.searchsorted(self.ids, rows[:, 0]), len(self.ids)
        said = rows[:, 2]

        def course(bit: int, values: Int64s) -> Course:
            tells = first | ((said >> bit) & 1 == 1)
            return Course.of(place[tells], since[tells], values[tells], size)

        links = {}
        for bit, field in enumerate(_LINKS):
            target = rows[:, 3 + bit]
            links[field] = course(bit, np.where(target >= 0, np.searchsorted(self.ids, target), NONE))
        owners = course(_OWNER, rows[:, 3 + _OWNER])
        created = course(_CREATED, seconds(rows[:, 8], none=NEVER))
        codes, distinct = _coded([texts[at] for at in np.flatnonzero(kept).tolist()])
        lists = [json.decode(text) for text in distinct]
        fields = {name: course(_FIELDS + bit, codes) for bit, name in enumerate(self._names)}
        values = {name: [row[bit] for row in lists] for bit, name in enumerate(self._names)}
        deleted, known = np.zeros(size, bool), np.full(size, NEVER)
        deleted[place[rows[:, 9] == 1]] = True
        known[place[first]] = since[first]
        return links, owners, fields, values, created, deleted, known


def _new(wanted: Int64s, known: Int64s) -> Int64s:
    """Those of the wanted ones that are not known; both in order."""
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return wanted[known[place] != wanted]


def _coded(texts: Iterable[bytes]) -> tuple[Int64s, list[bytes]]:
    """Each text as a place among the distinct ones."""
    known: dict[bytes, int] = {}
    codes = np.array([known.setdefault(text, len(known)) for text in texts], np.int64)
    return codes, list(known)


def _surviving(owners: Course, around: LoadedWorld) -> Course:
    """Members that were merged are the one that survived."""
    return owners._replace(values=_members(owners.values, around))


def _members(refs: Int64s, around: LoadedWorld) -> Int64s:
    distinct, places = np.unique(refs, return_inverse=True)
    surviving = [ref if ref < 0 else around.survivor(ref) for ref in distinct.tolist()]
    return np.array(surviving, np.int64)[places]


def _assigned(ids: Int64s, leads: Int64s, end: datetime, around: LoadedWorld) -> Course:
    told = columns.assigned(ids[leads].tolist(), end)
    members = []
    for text in told.texts:
        source, _, owner = text.decode().partition("\x1f")
        member = around.member(source, owner[1:]) if owner else None
        members.append(NONE if member is None else member)
    at = seconds(told.numbers[:, 1], none=NEVER)
    return Course.of(np.searchsorted(ids, told.numbers[:, 0]), at, np.array(members, np.int64), len(ids))


def _groups(leads_of: Int64s, ids: Int64s) -> Groups:
    contacts, leads = np.searchsorted(ids, leads_of).T
    return Groups.of(contacts, leads, len(ids))


def _born(ids: Int64s, leads: Int64s, created: Course, known: Int64s, end: datetime) -> Int64s:
    """Since when leads exist: ``created_at``, else the first fact that names them, or their first version."""
    born = np.full(len(ids), NEVER)
    said = created.last(leads)
    born[leads] = np.where((said == NONE) | (said == NEVER), known[leads], said)
    unsaid = leads[(said == NONE) | (said == NEVER)]
    named = reading.first_named({"lead": ids[unsaid].tolist()}, end) if len(unsaid) else []
    for ref, micros_ in named:
        place = np.searchsorted(ids, ref)
        born[place] = min(int(born[place]), micros_ // 1_000_000)
    return born


def _facts(
    told: Copied, implied: Copied, ids: Int64s, types: Int64s, around: LoadedWorld
) -> tuple[Facts, list[dict[str, Any]]]:
    numbers = implied.numbers
    fresh = np.flatnonzero(~_told_already(told.numbers, numbers, types[np.searchsorted(ids, numbers[:, 0])]))
    # Two changes within one second are one fact to a measure that knows whole seconds only.
    at = seconds(numbers[fresh, 2], none=NEVER)
    again = np.zeros(len(fresh), bool)
    again[1:] = np.all(numbers[fresh[1:], :2] == numbers[fresh[:-1], :2], axis=1) & (at[1:] == at[:-1])
    fresh, at = fresh[~again], at[~again]
    texts = [*told.texts, *(implied.texts[place] for place in fresh.tolist())]
    codes, distinct = _coded(texts)
    count, size = len(told.numbers), len(fresh)
    place = np.searchsorted(ids, numbers[fresh, 0])
    named = np.full((count + size, len(NAMED)), NONE)
    of_events = told.numbers[:, _NAMES:]
    named[:count] = np.where(of_events >= 0, np.searchsorted(ids, of_events), NONE)
    named[np.arange(count, count + size), types[place]] = place
    facts = Facts(
        ident=np.concatenate([told.numbers[:, 0], numbers[fresh, 0]]),
        implied=np.repeat([False, True], [count, size]),
        kind=np.concatenate([told.numbers[:, 1], numbers[fresh, 1]]),
        at=np.concatenate([seconds(told.numbers[:, 2], none=NEVER), at]),
        actor=_members(np.concatenate([told.numbers[:, 4], numbers[fresh, 6]]), around),
        said=codes,
        named=named,
        recorded=np.concatenate([seconds(told.numbers[:, 3], none=NEVER), np.full(size, NEVER)]),
        first_seen=np.concatenate([np.zeros(count, bool), numbers[fresh, 5] == 1]),
    )
    return facts, [json.decode(text) if text else {} for text in distinct]


def _told_already(events: Int64s, implied: Int64s, types: Int64s) -> Bools:
    """Whether an explicit event of the kind about the record lies between the neighbouring changes."""
    if not len(events) or not len(implied):
        return np.zeros(len(implied), bool)
    after, before = micros(implied[:, 3]), micros(implied[:, 4])
    found = np.zeros(len(implied), bool)
    for kind, type_ in np.unique(np.stack([implied[:, 1], types], axis=1), axis=0).tolist():
        which = np.flatnonzero((implied[:, 1] == kind) & (types == type_))
        named = events[:, _NAMES + type_]
        rows = np.flatnonzero((events[:, 1] == kind) & (named >= 0))
        at = micros(events[rows, 2])
        order = np.lexsort((at, named[rows]))
        refs, at = named[rows][order], at[order]
        instants = np.unique(np.concatenate([at, after[which], before[which]]))
        span = len(instants) + 1
        keys = refs * span + np.searchsorted(instants, at)
        low = implied[which, 0] * span + np.where(
            after[which] == NO_INSTANT, -1, np.searchsorted(instants, after[which])
        )
        high = implied[which, 0] * span + np.where(
            before[which] == NO_INSTANT, span - 1, np.searchsorted(instants, before[which])
        )
        found[which] = np.searchsorted(keys, low, "right") < np.searchsorted(keys, high, "left")
    return found
