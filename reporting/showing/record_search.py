"""Records found by what people call them; the id of the source, exactly, finds any."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q

from leads.enums import RecordType
from leads.models import Account, Campaign, Contact, Content, Deal, Lead, Ref
from reporting.labels import Label, labels_of

MOST = 20
SHORTEST = 2
#: Type of record → its table and the columns that are searched.
NAMED: dict[str, tuple[Any, tuple[str, ...]]] = {
    RecordType.ACCOUNT: (Account, ("name", "domain")),
    RecordType.CONTACT: (Contact, ("name", "email")),
    RecordType.DEAL: (Deal, ("name",)),
    RecordType.CAMPAIGN: (Campaign, ("name",)),
    RecordType.CONTENT: (Content, ("title",)),
}
EVERY = (*NAMED, RecordType.LEAD)


def found_records(
    text: str, types: Collection[str] = EVERY, *, among: Q | None = None
) -> list[tuple[Ref, Label]]:
    """Surviving records of these types: by a part of their name or address, or by id; 20 at most.

    ``among``: which refs are searched; left out: all.
    """
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    among = among or Q()
    named = (ref for type_ in types for ref in _by_name(wanted, type_, among))
    ids = [*_by_id(wanted, types, among), *named]
    refs = Ref.objects.in_bulk(list(dict.fromkeys(ids))[: 2 * MOST])
    alive = [refs[pk] for pk in dict.fromkeys(ids) if pk in refs and refs[pk].merged_into is None][:MOST]
    labels = labels_of(ref.pk for ref in alive)
    return [(ref, labels[ref.pk]) for ref in alive]


def _by_id(text: str, types: Collection[str], among: Q) -> Sequence[int]:
    source, _, external_id = text.partition(":")
    named = Q(external_id=text) | Q(source=source, external_id=external_id)
    found = Ref.objects.filter(named, among, type__in=types)
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST])


def _by_name(text: str, type_: str, among: Q) -> Sequence[int]:
    if type_ == RecordType.LEAD:
        people = Contact.objects.filter(_like(("name", "email"), text)).values("ref_id")
        found = Lead.objects.filter(contact_id__in=people)
    elif type_ in NAMED:
        model, columns = NAMED[type_]
        found = model.objects.filter(_like(columns, text))
    else:
        return ()
    newest = found.filter(deleted_at__isnull=True, merged_into__isnull=True).order_by("-ref_id")
    if among:
        newest = newest.filter(ref_id__in=Ref.objects.filter(among).values("pk"))
    return list(newest.values_list("ref_id", flat=True)[:MOST])


def _like(columns: Collection[str], text: str) -> Q:
    query = Q()
    for column in columns:
        query |= Q(**{f"{column}__icontains": text})
    return query
