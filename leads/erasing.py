"""A contact's personal data leaves, for good; clocks and statistics stay under a name that says nobody's.

Gone are names, addresses, numbers, job title and attributes of the contact, of all that was merged with it
and of what its history said; the free data of events about it and its leads; the attributes of its leads;
rows in quarantine and uploaded files that name it; notes and links of facts declared about it. What its
source sends afterwards is recognised and stored without personal data.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.audit import record
from core.problems import Problem
from leads.enums import ImportState, RecordType
from leads.ingestion.amending import project_again
from leads.ingestion.erased import digest_of
from leads.ingestion.turns import alone_with_events, alone_with_records
from leads.models import (
    Contact,
    Correction,
    Declaration,
    Erasure,
    Event,
    ImportJob,
    Link,
    QuarantinedRow,
    RecordVersion,
    Ref,
)
from leads.personal import ERASED, data_without_person, is_personal, without_person
from leads.sources import DECLARED

BATCH = 1_000
EMPTY_FILES = """
UPDATE leads_importjob SET content = '' WHERE state = ANY (%s) AND EXISTS (
    SELECT FROM unnest(%s::text[]) AS named (text)
    WHERE position(convert_to(named.text, 'UTF8') in content) > 0
)
"""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: so many records (merged ones included), updates, events, refused rows, files."""

    name: str
    records: int
    versions: int
    events: int
    refused_rows: int
    files: int


@transaction.atomic
def erase(ref: Ref, *, kept: Collection[str] = (), by: Any, as_of: datetime) -> Erased:
    """Erase a contact. ``kept``: free fields whose values promises compare (attributes.x, data.x): they stay.

    Raises Problem: 422 for another type of record, 409 when it was erased before.
    """
    if ref.type != RecordType.CONTACT:
        raise Problem(422, "Unprocessable Content", _("Only a contact can be erased."))
    alone_with_records([ref.source])
    alone_with_events([ref.source, DECLARED])
    if Erasure.objects.filter(ref_id=ref.pk).exists():
        raise Problem(409, "Conflict", _("This contact has been erased already."))
    contacts = _family(ref)
    leads = _leads_of(contacts)
    texts = _called(contacts)
    files, rows = _files(texts), _quarantine(contacts, texts)
    names = {one.external_id: f"erased-{token_hex(8)}" for one in contacts}
    _remember([*contacts, *leads], sorted(kept), by, as_of)
    versions = sum(_versions(one, kept) for one in (*contacts, *leads))
    events = _events(contacts, leads, names, kept)
    _declarations([*contacts, *leads])
    for one in contacts:
        one.external_id = names[one.external_id]
    Ref.objects.bulk_update(contacts, ["external_id"])
    project_again(contacts, as_of=as_of)
    project_again(leads, as_of=as_of)
    done = Erased(
        names.get(ref.external_id, contacts[0].external_id), len(contacts), versions, events, rows, files
    )
    counts = {"records": done.records, "versions": versions, "events": events, "rows": rows, "files": files}
    record(
        actor=by, verb="record.erase", object_type="leads.record", object_id=ref.pk, after=counts, as_of=as_of
    )
    return done


def _family(ref: Ref) -> list[Ref]:
    """The contact with everything that is the same person: its survivor, and all that were merged into it."""
    top = ref.merged_into or ref.pk
    same = Ref.objects.filter(Q(pk=top) | Q(merged_into=top), type=RecordType.CONTACT)
    return list(same.select_for_update().order_by("pk"))


def _leads_of(contacts: Iterable[Ref]) -> list[Ref]:
    ids = Link.objects.filter(field="contact", target_id__in=[one.pk for one in contacts])
    leads = Ref.objects.filter(pk__in=ids.values("ref_id"), type=RecordType.LEAD)
    gone = Erasure.objects.filter(type=RecordType.LEAD).values("ref_id")
    return list(leads.exclude(pk__in=gone).select_for_update().order_by("pk"))


def _called(contacts: Iterable[Ref]) -> list[str]:
    """Ids and addresses by which files and refused rows may name the person."""
    ids = [one.pk for one in contacts]
    said = RecordVersion.objects.filter(ref_id__in=ids).values_list("fields__email", flat=True)
    now = Contact.objects.filter(ref_id__in=ids).values_list("email", flat=True)
    return sorted({text for text in (*said, *now) if isinstance(text, str) and text and text != ERASED})


def _remember(refs: Iterable[Ref], kept: list[str], by: Any, as_of: datetime) -> None:
    Erasure.objects.bulk_create(
        Erasure(
            ref_id=ref.pk,
            source=ref.source,
            type=ref.type,
            digest=digest_of(ref.source, ref.type, ref.external_id),
            at=as_of,
            by=str(by)[:200],
            kept=kept,
        )
        for ref in refs
    )


def _versions(ref: Ref, kept: Collection[str]) -> int:
    """What the record's history said, and what was corrected in it."""
    versions = list(RecordVersion.objects.filter(ref_id=ref.pk))
    changed = 0
    for version in versions:
        left = without_person(ref.type, version.fields, kept)
        if left != version.fields:
            changed += 1
            RecordVersion.objects.filter(pk=version.pk).update(fields=left)
    for correction in Correction.objects.filter(ref_id=ref.pk):
        if is_personal(ref.type, correction.field) and correction.value is not None:
            Correction.objects.filter(pk=correction.pk).update(value=ERASED)
    return changed


def _events(
    contacts: Iterable[Ref], leads: Iterable[Ref], names: dict[str, str], kept: Collection[str]
) -> int:
    """The free data of events about the contact or its leads, and its ids in the data of any event."""
    people, theirs = [one.pk for one in contacts], [one.pk for one in leads]
    about = Event.objects.filter(Q(contact_id__in=people) | Q(lead_id__in=theirs)).exclude(data={})
    changed = []
    for event in about.iterator(chunk_size=BATCH):
        left = data_without_person(event.data, kept)
        if left != event.data:
            event.data = left
            changed.append(event)
    Event.objects.bulk_update(changed, ["data"], batch_size=BATCH)
    sources = {one.source for one in contacts}
    for old, new in names.items():
        named = Event.objects.filter(source__in=sources, data__contacts__contains=old)
        for event in named:
            said = event.data["contacts"]
            event.data["contacts"] = [new if o == old else o for o in said] if isinstance(said, list) else new
            event.fingerprint = None
            event.save(update_fields=["data", "fingerprint"])
    Event.objects.filter(Q(contact_id__in=people) | Q(lead_id__in=theirs)).update(fingerprint=None)
    return len(changed)


def _quarantine(contacts: Iterable[Ref], texts: Iterable[str]) -> int:
    """Refused rows that name the contact: by its id in its source, by its address in any."""
    found: set[int] = set()
    for one in contacts:
        of = QuarantinedRow.objects.filter(batch__source=one.source)
        own = Q(external_id=one.external_id, batch__resource="contacts")
        linked = Q(raw__contact=one.external_id) | Q(
            raw__external_id=one.external_id, batch__resource="contacts"
        )
        found.update(of.filter(own | linked).values_list("pk", flat=True))
    for text in texts:
        found.update(QuarantinedRow.objects.filter(raw__icontains=text).values_list("pk", flat=True))
    return QuarantinedRow.objects.filter(pk__in=found).delete()[0]


def _files(texts: list[str]) -> int:
    """Uploaded files that have been imported and name the person's address: they are emptied."""
    if not texts or not ImportJob.objects.exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(EMPTY_FILES, [[ImportState.DONE.value, ImportState.FAILED.value], texts])
        return cursor.rowcount


def _declarations(refs: Iterable[Ref]) -> None:
    Declaration.objects.filter(subject_id__in=[one.pk for one in refs]).update(note="", link="")
