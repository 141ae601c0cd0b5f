"""One delivery of facts from rows to a summary, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter

from core.retrying import in_transaction
from leads.ingestion import quarantine, warnings
from leads.ingestion.decode import Row, decode
from leads.ingestion.merge_events import Known, Merged, merge_events
from leads.ingestion.merge_records import merge_records
from leads.ingestion.naming import Name
from leads.ingestion.read_events import read_quickly
from leads.ingestion.resources import EVENTS, RECORDS
from leads.ingestion.summary import RowError, Summary
from leads.ingestion.validate_events import validate_events
from leads.ingestion.validate_records import validate_records
from leads.kinds import about_members, bad_data_flags, subject_types

INDEX = attrgetter("index")
#: The channel of rows that were refused before.
REPLAY = "replay"

#: What was stored, the errors of the rows that were not, the warnings of those that were.
Outcome = tuple[Merged, list[RowError], list[RowError]]


def ingest(
    *,
    resource: str,
    source: str,
    rows: Sequence[bytes | Row],
    channel: str,
    as_of: datetime,
    known: Mapping[Name, int] | None = None,
) -> Summary:
    """Store the good rows, refuse the bad ones one by one, mark what changed; all of it or nothing.

    ``resource`` is a name of CONTRACT §4, ``rows`` are JSON texts or objects, ``channel`` says by which
    door they came (api, file, demo), ``as_of`` is the receipt. Rows may come in any order and repeatedly.

    ``known``: what some names of events mean, (type, name) → ref id, before any record of the source is
    looked for: so an event may be about records of another source (a declared fact about the CRM's contact).
    """
    return in_transaction(lambda: _ingest(resource, source, rows, channel, as_of, known or {}))


def _ingest(
    resource: str,
    source: str,
    rows: Sequence[bytes | Row],
    channel: str,
    as_of: datetime,
    known: Mapping[Name, int],
) -> Summary:
    if resource == EVENTS:
        merged, errors, warned = _merge_events(source, rows, as_of, known)
    else:
        merged, errors, warned = _merge_records(resource, source, rows, as_of)
    summary = _summary(len(rows), merged, errors + merged.errors, warned)
    quarantine.keep(summary, rows, resource=resource, source=source, channel=channel, as_of=as_of)
    if merged.arrived and (early := quarantine.take_early(resource, source, merged.arrived)):
        _ingest(resource, source, early, REPLAY, as_of, known)
    return summary


def _merge_events(
    source: str, rows: Sequence[bytes | Row], as_of: datetime, known: Mapping[Name, int]
) -> Outcome:
    types, flags = subject_types(), bad_data_flags()
    kinds = frozenset(types)
    read = read_quickly(rows, kinds)
    objects, unreadable = decode((index, rows[index]) for index in read.doubtful)
    events, wrong = validate_events(objects, kinds=kinds)
    every = sorted(read.good + events, key=itemgetter(0)) if events else read.good
    merged = merge_events(
        source,
        every,
        fingerprints=read.fingerprints,
        unescaped=read.unescaped,
        known=Known(bad_data=flags, about_members=about_members(types), names=known),
        as_of=as_of,
    )
    return merged, unreadable + wrong, warnings.of_events(objects, every, warnings.Reasons(lambda: flags))


def _merge_records(resource: str, source: str, rows: Sequence[bytes | Row], as_of: datetime) -> Outcome:
    objects, unreadable = decode(enumerate(rows))
    records, wrong = validate_records(RECORDS[resource], objects)
    merged = merge_records(RECORDS[resource], source, records, as_of=as_of)
    warned = warnings.of_records(RECORDS[resource], objects, records, warnings.Reasons(bad_data_flags))
    return merged, unreadable + wrong, warned


def _summary(received: int, merged: Merged, errors: list[RowError], warned: list[RowError]) -> Summary:
    refused = {error.index for error in errors}
    return Summary(
        received,
        merged.created,
        merged.updated,
        merged.unchanged,
        len(refused),
        sorted(errors, key=INDEX),
        sorted((warning for warning in warned if warning.index not in refused), key=INDEX),
    )
