"""Everything that is told about some records, read in a constant number of statements.

An event about a lead is also about its contact, about a contact also about that contact's leads (when the
event names no lead or deal itself), about a deal also about its lead and that lead's contact: through the
links valid at its instant, never further, never to siblings (CONTRACT §3 "Subject"). An event that names no
record is about the member who acted, and so is one of a kind about members (presence on a chat).
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import json

from leads import reading
from leads.enums import RecordType
from leads.histories import Histories, RefRow, VersionRow
from leads.models.events import DIMENSIONS

#: Names of the records that an event names, in the order of the columns that are read.
NAMED = tuple(column.removesuffix("_id") for column in DIMENSIONS if column != "actor_id")

FOREVER = datetime.max.replace(tzinfo=UTC)


class Told(NamedTuple):
    """One event, of the log or implied by a record; references are surviving ref ids."""

    key: str
    kind: str
    at: datetime
    source: str
    external_id: str
    actor: int | None
    data: Mapping[str, Any]
    refs: Mapping[str, int]
    recorded_at: datetime | None
    first_seen: bool


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
    histories = Histories((RefRow(*row) for row in refs), _versions(refs), until=until)
    leads = [row[0] for row in refs if row[2] == RecordType.LEAD]
    told = _all_told(events, implied, histories)
    surviving = frozenset(ref for ref in subjects if histories.survivor(ref) == ref)
    named = _naming(near, leads, existing)
    return Timelines(
        subjects=surviving,
        told=_by_subject(surviving, told, histories, about_members),
        histories=histories,
        members=members,
        first_named={ref: _instant(micros) for ref, micros in reading.first_named(named, end)},
        assignments=_assignments(reading.assigned(leads, end), histories),
    )


def _named_by(events: Iterable[reading.EventRow]) -> set[int]:
    return {ref for event in events for ref in event.named if ref is not None}


def _naming(near: Mapping[int, str], leads: list[int], existing: Collection[str]) -> dict[str, list[int]]:
    """The records, by type, of which it is asked when they were named first."""
    wanted = {type_: [ref for ref, of in near.items() if of == type_] for type_ in existing if type_ in NAMED}
    return {**wanted, "lead": leads}


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
    found: dict[int, list[Told]] = defaultdict(list)
    for one in told:
        for ref in _about(one, histories) & subjects:
            found[ref].append(one)
        if one.actor in subjects and (not one.refs or one.kind in about_members):
            found[one.actor].append(one)
    for timeline in found.values():
        timeline.sort(key=lambda one: (one.at, one.source, one.external_id, one.kind))
    return found


def _about(told: Told, histories: Histories) -> set[int]:
    """Every record that the event is about."""
    refs, at = told.refs, told.at
    about: set[int | None] = set(refs.values())
    lead, deal, contact = refs.get("lead"), refs.get("deal"), refs.get("contact")
    leads = [lead, None if deal is None else histories.value(deal, "lead", at)]
    if contact is not None and lead is None and deal is None:
        about.update(
            ref for ref in histories.leads_of(contact) if histories.value(ref, "contact", at) == contact
        )
    for ref in leads:
        if ref is not None:
            about.update((ref, histories.value(ref, "contact", at)))
    return {ref for ref in about if ref is not None}


def _all_told(
    events: Iterable[reading.EventRow], implied: Iterable[reading.ImpliedRow], histories: Histories
) -> list[Told]:
    """Each fact once: an implied event that an explicit one tells is left out."""
    found: dict[str, Told] = {}
    explicit: dict[tuple[str, int], list[int]] = defaultdict(list)
    for event in events:
        found[f"e:{event.id}"] = _explicit(event, histories)
        for ref in event.named:  # not the survivor: it says nothing about what befell a record merged into it
            if ref is not None:
                explicit[event.kind, ref].append(event.micros)
    for instants in explicit.values():
        instants.sort()
    for row in implied:
        if not _told_already(row, explicit.get((row.kind, row.ref), [])):
            told = _implied(row, histories)
            # Two changes within one second are one fact to a measure that knows whole seconds only.
            found.setdefault(told.key, told)
    return list(found.values())


def _told_already(row: reading.ImpliedRow, explicit: list[int]) -> bool:
    """Whether an explicit event lies between the neighbouring changes of the record (both bounds open)."""
    place = 0 if row.after is None else bisect_left(explicit, row.after + 1)
    return place < len(explicit) and (row.before is None or explicit[place] < row.before)


def _explicit(event: reading.EventRow, histories: Histories) -> Told:
    named = zip(NAMED, event.named, strict=True)
    return Told(
        key=f"e:{event.id}",
        kind=event.kind,
        at=_instant(event.micros),
        source=event.source,
        external_id=event.external_id,
        actor=None if event.actor is None else histories.survivor(event.actor),
        data={} if event.data == "{}" else json.decode(event.data),
        refs={name: histories.survivor(ref) for name, ref in named if ref is not None},
        recorded_at=None if event.recorded_micros is None else _instant(event.recorded_micros),
        first_seen=False,
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
        data=json.decode(row.data),
        refs={ref.type: histories.survivor(row.ref)},
        recorded_at=None,
        first_seen=row.first_seen,
    )


def _instant(micros: int) -> datetime:
    """Whole seconds: what is finer is cut off before judging."""
    return datetime.fromtimestamp(micros // 1_000_000, UTC)
