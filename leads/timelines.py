"""Everything that is told about some records, read in a constant number of statements.

An event about a lead is also about its contact, about a contact also about that contact's leads (when the
event names no lead or deal itself), about a deal also about its lead and that lead's contact: through the
links valid at its instant, never further, never to siblings (CONTRACT §3 "Subject"). An event that names no
record is about the member who acted, and so is one of a kind about members (presence on a chat).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from msgspec import json

from leads import reading
from leads.enums import RecordType
from leads.histories import Histories, RefRow, VersionRow
from leads.sealing import from_floors
from leads.told import NOTHING, Told, order_of

#: Names of the records that an event names, in the order of the columns that are read.
NAMED = reading.NAMED

FOREVER = datetime.max.replace(tzinfo=UTC)


class Member(NamedTuple):
    """A person as the CRM knows them, and the user that they are here."""

    ref: int
    source: str
    external_id: str
    user_id: int | None


class Assignment(NamedTuple):
    """An event of the log gave a lead to the member whom the source calls so, to nobody when None."""

    at: datetime
    source: str
    owner: str | None


@dataclass(frozen=True, slots=True)
class Timelines:
    """What is told about each subject, oldest first, and the histories of all records involved.

    ``subjects``: those asked for that were not merged away, whether or not anything is told about them.
    ``first_named``: the first event that names a record, for those that say no ``created_at``: of leads all
    that are involved, of other types (``existing``) the subjects.
    ``assignments``: by surviving lead, oldest first, of all leads involved: an assignment is about the lead
    alone, but who owns the lead matters to its deals, its contact and that contact's calls too.
    """

    subjects: frozenset[int]
    told: Mapping[int, list[Told]]
    histories: Histories
    members: list[Member]
    first_named: Mapping[int, datetime]
    assignments: Mapping[int, list[Assignment]]


def load(
    subjects: Collection[int],
    *,
    kinds: Collection[str],
    until: datetime,
    ahead: bool = False,
    about_members: frozenset[str] = frozenset(),
    existing: Collection[str] = (),
) -> Timelines:
    """Timelines of these refs but those merged away: events of these kinds, ``until`` (a second) included.

    ``ahead``: events dated later as well; records are still as they are known at ``until``.
    ``about_members``: kinds that are about their actor, as every event that names no record is.
    ``existing``: types of subjects of which it matters since when they exist.
    """
    end = FOREVER if ahead else until + timedelta(seconds=1)
    near = reading.near(subjects)
    events = reading.events(near, kinds, end, about_members=about_members)
    implied = reading.implied(near, kinds, end)
    members = [Member(*row) for row in reading.members()]
    refs = reading.involved({*near, *_named_by(events), *(member.ref for member in members)})
    histories = Histories(map(RefRow._make, refs), _versions(refs), until=until)
    leads = [row[0] for row in refs if row[2] == RecordType.LEAD]
    told = _all_told(events, implied, histories)
    surviving = frozenset(ref for ref in subjects if histories.survivor(ref) == ref)
    named = _unborn(_naming(near, leads, existing), histories)
    return Timelines(
        subjects=surviving,
        told=from_floors(_by_subject(surviving, told, histories, about_members)),
        histories=histories,
        members=members,
        first_named={ref: _instant(micros) for ref, micros in reading.first_named(named, end)},
        assignments=_assignments(reading.assigned(leads, end), histories),
    )


def _named_by(events: Iterable[reading.EventRow]) -> set[int]:
    found = set(chain.from_iterable({event[reading.NAMED_FROM :] for event in events}))
    return {ref for ref in found if ref is not None}


def _naming(near: Mapping[int, str], leads: list[int], existing: Collection[str]) -> dict[str, list[int]]:
    """The records, by type, of which it is asked when they were named first."""
    wanted = {type_: [ref for ref, of in near.items() if of == type_] for type_ in existing if type_ in NAMED}
    return {**wanted, "lead": leads}


def _unborn(named: Mapping[str, list[int]], histories: Histories) -> dict[str, list[int]]:
    """Those of the records that do not say when they were created, nor were merged into one that does."""
    return {type_: [ref for ref in refs if not _says_birth(ref, histories)] for type_, refs in named.items()}


def _says_birth(ref: int, histories: Histories) -> bool:
    _, created = histories.course(histories.survivor(ref), "created_at")
    return bool(created) and created[-1] is not None


def _versions(refs: list[tuple[int, str, str, str]]) -> Iterator[VersionRow]:
    for ref, micros, fields in reading.versions(refs):
        yield VersionRow(ref, _instant(micros), json.decode(fields))


def _assignments(
    rows: Iterable[tuple[int, str, int, str | None]], histories: Histories
) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    for lead, source, micros, owner in rows:
        found[histories.survivor(lead)].append(Assignment(_instant(micros), source, owner))
    return found


def _by_subject(
    subjects: frozenset[int], told: Iterable[Told], histories: Histories, about_members: frozenset[str]
) -> dict[int, list[Told]]:
    """What is told about each, in the order in which it is told."""
    found: dict[int, list[Told]] = defaultdict(list)
    about = _About(subjects, histories)
    for one in told:
        if one.refs:
            for ref in about.of(one):
                found[ref].append(one)
        if one.actor in subjects and (not one.refs or one.kind in about_members):
            found[one.actor].append(one)
    return found


class _About:
    """Which of the subjects events are about; of events that name the same asked once where no link moved."""

    def __init__(self, subjects: frozenset[int], histories: Histories) -> None:
        self._subjects, self._histories = subjects, histories
        self._known: dict[tuple[int, ...], tuple[int, ...] | None] = {}

    def of(self, told: Told) -> Iterable[int]:
        """The subjects that the event is about."""
        named = tuple(told.refs.values())
        try:
            known = self._known[named]
        except KeyError:
            always = self._links_stand(told.refs)
            known = self._known[named] = self._about(told) if always else None
        return self._about(told) if known is None else known

    def _about(self, told: Told) -> tuple[int, ...]:
        histories, refs, at = self._histories, told.refs, told.at
        about: set[int | None] = set(refs.values())
        lead, deal, contact = refs.get("lead"), refs.get("deal"), refs.get("contact")
        leads = [lead, None if deal is None else histories.value(deal, "lead", at)]
        if contact is not None and lead is None and deal is None:
            named = histories.leads_of(contact)
            about.update(ref for ref in named if histories.value(ref, "contact", at) == contact)
        for ref in leads:
            if ref is not None:
                about.update((ref, histories.value(ref, "contact", at)))
        return tuple(ref for ref in about if ref in self._subjects)

    def _links_stand(self, refs: Mapping[str, int]) -> bool:
        """Whether the links that are followed from these records never changed."""
        histories = self._histories
        lead, deal, contact = refs.get("lead"), refs.get("deal"), refs.get("contact")
        leads = [] if lead is None else [lead]
        if deal is not None:
            _, of_deal = histories.course(deal, "lead")
            if len(of_deal) > 1:
                return False
            leads += [ref for ref in of_deal if ref is not None]
        elif contact is not None and lead is None:
            leads += histories.leads_of(contact)
        return all(len(histories.course(ref, "contact")[1]) < 2 for ref in leads)


def _all_told(
    events: Iterable[reading.EventRow], implied: Collection[reading.ImpliedRow], histories: Histories
) -> list[Told]:
    """Each fact once and in order: an implied event that an explicit one tells is left out."""
    may_be_implied = {row.kind for row in implied}
    explicit: dict[tuple[str, int], list[int]] = defaultdict(list)
    told: list[Told] = []
    names = _Names(histories)
    for event in events:
        named, kind = event[reading.NAMED_FROM :], event[3]
        told.append(_explicit(event, names.of(named), histories.survivors))
        if kind in may_be_implied:
            for ref in named:  # not the survivor: it says nothing about what befell a record merged into it
                if ref is not None:
                    explicit[kind, ref].append(event[4])
    for instants in explicit.values():
        instants.sort()
    # Two changes within one second are one fact to a measure that knows whole seconds only.
    alone: dict[str, Told] = {}
    for row in implied:
        if not _told_already(row, explicit.get((row.kind, row.ref), ())):
            one = _implied(row, histories)
            alone.setdefault(one.key, one)
    told += alone.values()
    told.sort(key=order_of)
    return told


class _Names:
    """What events name, as they tell it; events that name the same share it."""

    def __init__(self, histories: Histories) -> None:
        self._survivors = histories.survivors
        self._known: dict[tuple[int | None, ...], Mapping[str, int]] = {}

    def of(self, named: tuple[int | None, ...]) -> Mapping[str, int]:
        """The surviving record by the name of its type, in the order of ``NAMED``."""
        known = self._known.get(named)
        if known is None:
            pairs = zip(NAMED, named, strict=True)
            known = self._known[named] = {
                name: self._survivors.get(ref, ref) for name, ref in pairs if ref is not None
            }
        return known


def _told_already(row: reading.ImpliedRow, explicit: Sequence[int]) -> bool:
    """Whether an explicit event lies between the neighbouring changes of the record (both bounds open)."""
    place = 0 if row.after is None else bisect_left(explicit, row.after + 1)
    return place < len(explicit) and (row.before is None or explicit[place] < row.before)


def _explicit(event: reading.EventRow, refs: Mapping[str, int], survivors: Mapping[int, int]) -> Told:
    id_, source, external_id, kind, micros, recorded, actor, data = event[: reading.NAMED_FROM]
    return Told(
        f"e:{id_}",
        kind,
        _instant(micros),
        source,
        external_id,
        actor if actor is None else survivors.get(actor, actor),
        NOTHING if data == "{}" else json.decode(data),
        refs,
        None if recorded is None else _instant(recorded),
    )


def _implied(row: reading.ImpliedRow, histories: Histories) -> Told:
    ref = histories.refs[row.ref]
    return Told(
        key=f"i:{row.ref}:{row.kind}:{row.micros // 1_000_000}",
        kind=row.kind,
        at=_instant(row.micros),
        source=ref.source,
        external_id=ref.external_id,
        actor=None if row.actor is None else histories.survivor(row.actor),
        data=NOTHING if row.data == "{}" else json.decode(row.data),
        refs={ref.type: histories.survivor(row.ref)},
        recorded_at=None,
        first_seen=row.first_seen,
    )


def _instant(micros: int) -> datetime:
    """Whole seconds: what is finer is cut off before judging."""
    return datetime.fromtimestamp(micros // 1_000_000, UTC)
