"""Events into the log: each once, whatever is sent how often and in which order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from core.enums import MarkKind
from core.marks import mark_each
from leads.enums import RecordType
from leads.event_kinds import RETRACTED
from leads.ingestion import checks, sealed, store_events
from leads.ingestion.erased import erased_refs, pseudonyms
from leads.ingestion.event_lines import columns_of
from leads.ingestion.event_marks import marks_of
from leads.ingestion.naming import Name, ensure_refs
from leads.ingestion.read_events import NAMING, Event, Indexed
from leads.ingestion.resources import EVENT_LINKS
from leads.ingestion.summary import RowError
from leads.ingestion.turns import deliver_events
from leads.personal import data_without_person

CONFLICT = (
    "is already stored with other content, which stays; send a new external_id, or withdraw the stored one"
)
CONFLICT_HERE = (
    "is also sent with other content in this request, and the first one counts; correct one of the two"
)

MOST_SIGNS = 255  # of an external id
ABOUT_PERSONS = frozenset({RecordType.CONTACT.value, RecordType.LEAD.value})

_links = attrgetter(*EVENT_LINKS)

#: By external id, each once.
Staged = dict[str, Indexed]


@dataclass(slots=True)
class Merged:
    """Counts of rows, those that contradict what is stored, and the external ids of new records."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a delivery of events is read against.

    ``bad_data`` tells of each folded rejection reason whether it means wrong data; ``about_members`` are the
    kinds that are about their actor; ``names`` those whose records the caller knows (``ingest``).
    """

    bad_data: Mapping[str, bool]
    about_members: Collection[str]
    names: Mapping[Name, int]


def merge_events(
    source: str,
    events: list[Indexed],
    *,
    fingerprints: Sequence[int | None],
    unescaped: bool,
    known: Known,
    as_of: datetime,
) -> Merged:
    """Store the new ones and mark what they are about.

    ``fingerprints`` of the delivery's rows and ``unescaped`` as in ``Read``.
    """
    merged = Merged()
    staged = _once(events, merged)
    if not staged:
        return merged
    # A retraction and its event may arrive in two deliveries at once, neither of which sees the other's rows:
    # a delivery with retractions waits until it is alone with its source.
    deliver_events(source, alone=any(event.kind == RETRACTED for _, event in staged.values()))
    # What a name means is the caller's word then, and not in the row.
    prints: list[int | None] = [None] * len(fingerprints) if known.names else list(fingerprints)
    stored = store_events.stored_fingerprints(source, staged)
    rest = _without_repeated(staged, stored, prints, merged)
    refused = sealed.refuse_events(source, rest) if rest else []
    merged.errors += refused
    for error in refused:
        rest.pop(error.external_id or "", None)
    if rest:
        _Delivery(source, rest, prints, unescaped, known, as_of).store(stored.keys(), merged)
    return merged


def _once(events: list[Indexed], merged: Merged) -> Staged:
    """The first row of each external id; its repetitions are unchanged, its contradictions errors."""
    first = {indexed[1].external_id: indexed for indexed in reversed(events)}
    if len(first) == len(events):
        return first
    for index, event in events:
        earlier_index, earlier = first[event.external_id]
        if index != earlier_index:
            if event == earlier or _content(event) == _content(earlier):
                merged.unchanged += 1
            else:
                merged.errors.append(_conflict(index, event, CONFLICT_HERE))
    return first


def _content(event: Event) -> tuple[Any, ...]:
    """What two rows must share to be one: instants and data in one spelling."""
    recorded_at = event.recorded_at and checks.instant(event.recorded_at)
    return (
        event.kind,
        checks.instant(event.occurred_at),
        recorded_at,
        _links(event),
        checks.freeze(event.data or {}),
    )


def _without_repeated(
    staged: Staged, stored: Mapping[str, int | None], prints: Sequence[int | None], merged: Merged
) -> Staged:
    """Those that are not stored as they are sent: what came before word for word is unchanged."""
    if not stored:
        return staged
    rest = {
        external_id: indexed
        for external_id, indexed in staged.items()
        if (print_ := stored.get(external_id)) is None or print_ != prints[indexed[0]]
    }
    merged.unchanged += len(staged) - len(rest)
    return rest


def _conflict(index: int, event: Event, message: str) -> RowError:
    return RowError(index, event.external_id, "external_id", "conflict", message)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """Rows of a source that are to be stored, or compared with what is."""

    source: str
    staged: Staged
    prints: list[int | None]
    unescaped: bool
    known: Known
    as_of: datetime

    def store(self, stored: Collection[str], merged: Merged) -> None:
        """Those not in ``stored`` are new; what another delivery stored in between is noticed."""
        rows = [event for _, event in self.staged.values()]
        refs = self._refs(rows)
        for event in [*_leave_out_the_erased(rows, refs), *_rename_the_erased(self.source, rows)]:
            # A fingerprint would let whoever knows the rest of the row try out whom it was about.
            self.prints[self.staged[event.external_id][0]] = None
        new = sorted(external_id for external_id in self.staged if external_id not in stored)
        others = [external_id for external_id in self.staged if external_id in stored]
        if new and self._append(new, refs):
            merged.created += len(new)
        else:
            others += new
        if others:
            self._settle(others, refs, merged)
        withdrawn = [str(event.data["event"]) for event in rows if event.kind == RETRACTED and event.data]
        store_events.retract(
            self.source,
            [*self.staged, *withdrawn],
            about_members=self.known.about_members,
            as_of=self.as_of,
        )

    def _refs(self, rows: list[Event]) -> dict[Name, int]:
        _done_by_somebody(rows)
        names = set(_names(rows)) - self.known.names.keys()
        return {**ensure_refs(self.source, names, as_of=self.as_of), **self.known.names}

    def _append(self, ids: list[str], refs: Mapping[Name, int]) -> bool:
        events, prints = self._of(ids)
        columns = columns_of(events, refs, self.known.bad_data, unescaped=self.unescaped)
        if not store_events.append(self.source, columns, prints, as_of=self.as_of):
            return False
        marks = marks_of(events, columns, about_members=self.known.about_members, as_of=self.as_of)
        mark_each(MarkKind.EVENT, marks)
        return True

    def _settle(self, ids: list[str], refs: Mapping[Name, int], merged: Merged) -> None:
        events, prints = self._of(ids)
        columns = columns_of(events, refs, self.known.bad_data, unescaped=self.unescaped)
        created, same, differing = store_events.settle(
            self.source, columns, prints, about_members=self.known.about_members, as_of=self.as_of
        )
        merged.created += created
        merged.unchanged += same
        merged.errors += [_conflict(*self.staged[external_id], CONFLICT) for external_id in differing]

    def _of(self, ids: list[str]) -> tuple[list[Event], list[int | None]]:
        """The events with these external ids, and their fingerprints."""
        indexed = [self.staged[external_id] for external_id in ids]
        return [event for _, event in indexed], [self.prints[index] for index, _ in indexed]


def _leave_out_the_erased(events: list[Event], refs: Mapping[Name, int]) -> list[Event]:
    """Events about somebody whose personal data was erased say nothing personal; these events."""
    erased = erased_refs({ref for (type_, _), ref in refs.items() if type_ in ABOUT_PERSONS})
    found = []
    for event in events if erased else ():
        named = ((RecordType.CONTACT.value, event.contact), (RecordType.LEAD.value, event.lead))
        kept = [erased[ref] for name in named if (ref := refs.get(name, 0)) in erased]  # type: ignore[arg-type]
        if kept:
            found.append(event)
        if kept and event.data:
            event.data = data_without_person(event.data, kept[0])
    return found


def _rename_the_erased(source: str, events: list[Event]) -> list[Event]:
    """Among the contacts that the data of an event lists, an erased one stands under its pseudonym; the
    events that list one."""
    listing = [(event, data) for event in events if (data := event.data) and data.get("contacts")]
    names = {one for _, data in listing for one in _listed(data["contacts"]) if isinstance(one, str)}
    called = pseudonyms(source, names) if names else {}
    found = []
    for event, data in listing if called else ():
        said = data["contacts"]
        several = [called.get(one, one) if isinstance(one, str) else one for one in _listed(said)]
        if several != _listed(said):
            event.data = {**data, "contacts": several if isinstance(said, list) else several[0]}
            found.append(event)
    return found


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _done_by_somebody(events: Iterable[Event]) -> None:
    """An event that names no record and nobody who acted is its first attendee's: it is told of somebody."""
    for event in events:
        if not event.data or "attendees" not in event.data or any(_links(event)):
            continue
        attendees = event.data["attendees"]
        first = attendees[0] if attendees and isinstance(attendees, list) else None
        if isinstance(first, str) and 0 < len(first) <= MOST_SIGNS:
            event.actor = first


def _names(events: list[Event]) -> Iterable[Name]:
    """Everything that the events and their data name."""
    for name, type_ in EVENT_LINKS.items():
        for external_id in set(map(attrgetter(name), events)) - {None}:
            yield str(type_), external_id
    naming = NAMING.keys() & {event.kind for event in events} - {RETRACTED}
    for event in events if naming else ():
        if event.kind in naming and event.data and (external_id := event.data.get(NAMING[event.kind])):
            yield _named_type(event.kind), external_id


def _named_type(kind: str) -> str:
    return RecordType.MEMBER.value if NAMING[kind] == "owner" else RecordType.CALL.value
