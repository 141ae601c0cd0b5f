"""What new events are about, and from which instant on it must be judged again.

Only what an event is about is marked: that somebody acted changes nothing about the actor's own record,
unless the event is about nobody else, or of a kind about members (presence on a chat).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from leads.ingestion.event_lines import Columns
from leads.ingestion.read_events import Event
from leads.ingestion.staging import NULL

SUBJECTS = ("account_id", "contact_id", "lead_id", "deal_id", "campaign_id", "content_id", "call_id")
_ABOUT = {
    **{column: f"{column} IS NOT NULL" for column in SUBJECTS},
    "actor_id": "actor_id IS NOT NULL AND "
    f"(num_nonnulls({', '.join(SUBJECTS)}) = 0 OR kind = ANY (%(about_members)s))",
}

#: The same in SQL, of the rows of ``changed``, for events that the database tells apart.
MARK = "INSERT INTO core_changemark (kind, ref_id, from_instant, ready_at)" + " UNION ALL ".join(
    f"""
    SELECT 'event', {column}, min(occurred_at), greatest(counts_at, %(as_of)s) FROM changed WHERE {about}
    GROUP BY {column}, greatest(counts_at, %(as_of)s)
    """
    for column, about in _ABOUT.items()
)


def marks_of(
    events: Sequence[Event], columns: Columns, *, about_members: Collection[str], as_of: datetime
) -> list[tuple[int, datetime, datetime]]:
    """(ref, from which instant on, when that counts), one a record and instant of counting.

    ``columns`` as ``columns_of`` makes them of these events.
    """
    instants = [datetime.fromisoformat(event.occurred_at) for event in events]
    earliest: dict[str, datetime] = {}
    to_come: set[tuple[str, datetime]] = set()
    for refs in _subjects(events, columns, about_members):
        for ref, at in zip(refs, instants, strict=True):
            if at > as_of:
                to_come.add((ref, at))
            elif ref not in earliest or at < earliest[ref]:
                earliest[ref] = at
    earliest.pop(NULL, None)
    marks = [(int(ref), at, as_of) for ref, at in earliest.items()]
    return marks + [(int(ref), at, at) for ref, at in to_come if ref != NULL]


def _subjects(
    events: Sequence[Event], columns: Mapping[str, Iterable[str]], about_members: Collection[str]
) -> list[Iterable[str]]:
    """Column by column what each event is about."""
    subjects = [columns[name] for name in SUBJECTS if name in columns]
    actors = columns.get("actor_id")
    if actors is None:
        return subjects
    if any(NULL not in refs for refs in subjects):  # each is about something
        others: Iterable[bool] = [False] * len(events)
    else:
        others = [set(refs) <= {NULL} for refs in zip(*subjects, strict=True)] or [True] * len(events)
    alone = [
        actor if nobody_else or event.kind in about_members else NULL
        for event, actor, nobody_else in zip(events, actors, others, strict=True)
    ]
    return [*subjects, alone]
