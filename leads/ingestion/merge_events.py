"""Events into the log: each once, whatever is sent how often and in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db import connection

from leads.enums import RecordType
from leads.event_kinds import RETRACTED
from leads.ingestion import checks, sealed, staging
from leads.ingestion.erased import erased_refs, pseudonyms
from leads.ingestion.naming import Name, ensure_refs
from leads.ingestion.read_events import NAMING, Event, Indexed
from leads.ingestion.resources import EVENT_LINKS
from leads.ingestion.staging import NULL, escaped
from leads.ingestion.summary import RowError
from leads.ingestion.turns import deliver_events
from leads.personal import data_without_person
from leads.values import folded

CONFLICT = (
    "is already stored with other content, which stays; send a new external_id, or withdraw the stored one"
)
CONFLICT_HERE = (
    "is also sent with other content in this request, and the first one counts; correct one of the two"
)

MOST_SIGNS = 255  # of an external id
REFS = "account_id, contact_id, lead_id, deal_id, campaign_id, content_id, actor_id, call_id"
COLUMNS = f"external_id, kind, occurred_at, recorded_at, {REFS}, data"

# What is stored already: how many alike, and which with other content. ``said`` is the data without what was
# added to it on arrival. OFFSET 0 holds the planner to one look into the index a row: it would rather read a
# whole table whose growth it has not noticed yet.
COMPARE = """
SELECT count(*) FILTER (WHERE same), array_agg(external_id) FILTER (WHERE NOT same)
FROM (
    SELECT staged.external_id,
        (event.kind, event.occurred_at, event.account_id, event.contact_id, event.lead_id, event.deal_id,
            event.campaign_id, event.content_id, event.actor_id, event.call_id, event.recorded_at)
        IS NOT DISTINCT FROM
        (staged.kind, staged.occurred_at, staged.account_id, staged.contact_id, staged.lead_id,
            staged.deal_id, staged.campaign_id, staged.content_id, staged.actor_id, staged.call_id,
            staged.recorded_at)
        AND (event.data = staged.data OR coalesce(event.data - 'bad_data' = staged.said, false)) AS same
    FROM staged_event staged CROSS JOIN LATERAL (
        SELECT * FROM leads_event WHERE source = %(source)s AND external_id = staged.external_id OFFSET 0
    ) event
) compared
"""

# Only what an event is about is marked: that somebody acted changes nothing about the actor's own record,
# unless the event is about nobody else, or of a kind about members (presence on a chat).
SUBJECTS = ("account_id", "contact_id", "lead_id", "deal_id", "campaign_id", "content_id", "call_id")
_ABOUT = {
    **{column: f"{column} IS NOT NULL" for column in SUBJECTS},
    "actor_id": "actor_id IS NOT NULL AND "
    f"(num_nonnulls({', '.join(SUBJECTS)}) = 0 OR kind = ANY (%(about_members)s))",
}
MARK = "INSERT INTO core_changemark (kind, ref_id, from_instant, ready_at)" + " UNION ALL ".join(
    f"""
    SELECT 'event', {column}, min(occurred_at), greatest(counts_at, %(as_of)s) FROM changed WHERE {about}
    GROUP BY {column}, greatest(counts_at, %(as_of)s)
    """
    for column, about in _ABOUT.items()
)

STORE = f"""
WITH changed AS (
    INSERT INTO leads_event (source, received_at, {COLUMNS})
    SELECT %(source)s, %(as_of)s, {COLUMNS} FROM staged_event ORDER BY external_id COLLATE "C"
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING kind, occurred_at, occurred_at AS counts_at, {REFS}
), marks AS ({MARK})
SELECT count(*) FROM changed
"""

# Of several retractions of one event the earliest is named, whichever came first.
RETRACT = f"""
WITH target AS (
    SELECT external_id FROM staged_event
    UNION SELECT data ->> 'event' FROM staged_event WHERE kind = '{RETRACTED}'
), retraction AS (
    SELECT DISTINCT ON (event.data ->> 'event') event.data ->> 'event' AS external_id,
        event.id, event.occurred_at
    FROM target JOIN leads_event event
    ON event.kind = '{RETRACTED}' AND event.source = %(source)s
    AND event.data ->> 'event' = target.external_id
    ORDER BY event.data ->> 'event', event.occurred_at, event.external_id COLLATE "C"
), changed AS (
    UPDATE leads_event event SET retracted_by = retraction.id FROM retraction
    WHERE event.source = %(source)s AND event.external_id = retraction.external_id
    AND event.kind <> '{RETRACTED}' AND event.retracted_by IS DISTINCT FROM retraction.id
    RETURNING event.kind, event.occurred_at, {REFS},
        greatest(event.occurred_at, retraction.occurred_at) AS counts_at
)
{MARK}
"""

ABOUT_PERSONS = frozenset({RecordType.CONTACT.value, RecordType.LEAD.value})

_encode = msgspec.json.Encoder().encode
_links = attrgetter(*EVENT_LINKS)


@dataclass(slots=True)
class Merged:
    """Counts of rows, those that contradict what is stored, and the external ids of new records."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)


def merge_events(
    source: str,
    events: list[Indexed],
    *,
    unescaped: bool,
    bad_data: Mapping[str, bool],
    about_members: Iterable[str],
    known: Mapping[Name, int],
    as_of: datetime,
) -> Merged:
    """Store the new ones and mark what they are about.

    ``bad_data`` tells of each folded rejection reason whether it means wrong data; ``unescaped`` as in
    ``Read``; ``about_members`` are the kinds that are about their actor; ``known`` are names whose records
    the caller knows (``ingest``).
    """
    merged = Merged()
    staged = _once(events, merged)
    for refused in sealed.refuse_events(source, staged):
        merged.errors.append(refused)
        staged.pop(str(refused.external_id))
    if not staged:
        return merged
    rows = [_done_by_somebody(event) for _, event in staged.values()]
    staging.prepare("staged_event")
    # A retraction and its event may arrive in two deliveries at once, neither of which sees the other's rows:
    # a delivery with retractions waits until it is alone with its source.
    deliver_events(source, alone=any(event.kind == RETRACTED for event in rows))
    names = set(_names(rows)) - known.keys()
    refs = {**ensure_refs(source, names, as_of=as_of), **known}
    _leave_out_the_erased(rows, refs)
    _rename_the_erased(source, rows)
    lines = _Lines(refs, bad_data)
    every = map(lines.of, rows) if unescaped else map(lines.escaped, rows)
    staging.copy("staged_event", f"{COLUMNS}, said", every)
    _store(staged, merged, {"source": source, "about_members": list(about_members), "as_of": as_of})
    return merged


def _leave_out_the_erased(events: list[Event], refs: Mapping[Name, int]) -> None:
    """Events about somebody whose personal data was erased say nothing personal."""
    erased = erased_refs({ref for (type_, _), ref in refs.items() if type_ in ABOUT_PERSONS})
    for event in events if erased else ():
        named = ((RecordType.CONTACT.value, event.contact), (RecordType.LEAD.value, event.lead))
        kept = [erased[ref] for name in named if (ref := refs.get(name, 0)) in erased]  # type: ignore[arg-type]
        if kept and event.data:
            event.data = data_without_person(event.data, kept[0])


def _rename_the_erased(source: str, events: list[Event]) -> None:
    """Among the contacts that the data of an event lists, an erased one stands under its pseudonym."""
    listing = [(event, event.data) for event in events if event.data and event.data.get("contacts")]
    names = {one for _, data in listing for one in _listed(data["contacts"]) if isinstance(one, str)}
    called = pseudonyms(source, names) if names else {}
    for event, data in listing if called else ():
        said = data["contacts"]
        several = [called.get(one, one) if isinstance(one, str) else one for one in _listed(said)]
        event.data = {**data, "contacts": several if isinstance(said, list) else several[0]}


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _done_by_somebody(event: Event) -> Event:
    """An event that names no record and nobody who acted is its first attendee's: it is told of somebody."""
    attendees = event.data.get("attendees") if event.data else None
    if attendees and isinstance(attendees, list) and not any(_links(event)):
        first = attendees[0]
        if isinstance(first, str) and 0 < len(first) <= MOST_SIGNS:
            event.actor = first
    return event


def _once(events: list[Indexed], merged: Merged) -> dict[str, Indexed]:
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


def _store(staged: Mapping[str, Indexed], merged: Merged, parameters: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COMPARE, parameters)
        same, others = cursor.fetchone()
        if same + len(others or ()) < len(staged):
            cursor.execute(STORE, parameters)
            (merged.created,) = cursor.fetchone()
        if merged.created + same + len(others or ()) < len(staged):
            # Another delivery stored some of these rows in between.
            cursor.execute(COMPARE, parameters)
            all_same, others = cursor.fetchone()
            same = all_same - merged.created
        cursor.execute(RETRACT, parameters)
    merged.unchanged += same
    merged.errors += [_conflict(*staged[external_id], CONFLICT) for external_id in others or ()]


def _conflict(index: int, event: Event, message: str) -> RowError:
    return RowError(index, event.external_id, "external_id", "conflict", message)


def _names(events: list[Event]) -> Iterable[Name]:
    """Everything that the events and their data name."""
    for type_, named in zip(EVENT_LINKS.values(), zip(*map(_links, events), strict=True), strict=True):
        for external_id in set(named) - {None}:
            yield str(type_), external_id
    naming = NAMING.keys() & {event.kind for event in events} - {RETRACTED}
    for event in events if naming else ():
        if event.kind in naming and event.data and (external_id := event.data.get(NAMING[event.kind])):
            yield _named_type(event.kind), external_id


def _named_type(kind: str) -> str:
    return RecordType.MEMBER.value if NAMING[kind] == "owner" else RecordType.CALL.value


class _Lines:
    """Lines for COPY, in the order of COLUMNS and ``said``."""

    def __init__(self, refs: Mapping[Name, int], bad_data: Mapping[str, bool]) -> None:
        self.bad_data = bad_data
        by_type: dict[str, dict[str | None, Any]] = {str(type_): {None: NULL} for type_ in RecordType}
        for (type_, external_id), ref in refs.items():
            by_type[type_][external_id] = ref
        self.accounts, self.contacts, self.leads, self.deals, self.campaigns, self.contents, self.members = (
            by_type[str(type_)] for type_ in EVENT_LINKS.values()
        )
        self.calls = by_type[RecordType.CALL.value]

    def of(self, event: Event) -> str:
        """The line of an event whose texts need no escapes."""
        return self._line(event, event.external_id, *self._data(event))

    def escaped(self, event: Event) -> str:
        """The line of any event."""
        data, said = self._data(event)
        said = said if said == NULL else said.replace("\\", "\\\\")
        return self._line(event, escaped(event.external_id), data.replace("\\", "\\\\"), said)

    def _line(self, event: Event, external_id: str, data: str, said: str) -> str:
        call = NULL
        if event.data and NAMING.get(event.kind) == "call":
            call = self.calls[event.data.get("call") or None]
        return (
            f"{external_id}\t{event.kind}\t{event.occurred_at}\t{event.recorded_at or NULL}\t"
            f"{self.accounts[event.account]}\t{self.contacts[event.contact]}\t{self.leads[event.lead]}\t"
            f"{self.deals[event.deal]}\t{self.campaigns[event.campaign]}\t{self.contents[event.content]}\t"
            f"{self.members[event.actor]}\t{call}\t{data}\t{said}"
        )

    def _data(self, event: Event) -> tuple[str, str]:
        """The data to store, and as it was said if that differs: a rejection gets its reason's flag."""
        if not event.data:
            return "{}", NULL
        data = _encode(event.data).decode()
        if event.kind != "lead.rejected" or event.data.get("bad_data") is not None:
            return data, NULL
        reason = event.data.get("reason")
        if not isinstance(reason, str) or folded(reason) not in self.bad_data:
            return data, NULL
        return _encode({**event.data, "bad_data": self.bad_data[folded(reason)]}).decode(), data
