"""Records found by what people call them; the id of the source, exactly, finds any."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q

from leads.enums import RecordType
from leads.known_sources import known_sources
from leads.models import Account, Campaign, Contact, Content, Deal, Lead, Ref
from reporting.labels import Label, labels_of

MOST = 20
LOOKED_AT = 1000
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

    ``among``: which refs the reader may see; left out: all. Of those that fit, the newest thousand of each
    type are asked about, so that a word which fits a million records costs no more than one that fits ten.
    """
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    ids = dict.fromkeys(_by_id(wanted, types))
    for type_ in types:
        ids |= dict.fromkeys(_seen(_by_name(wanted, type_, LOOKED_AT if among else MOST), among)[:MOST])
    refs = {ref.pk: ref for ref in Ref.objects.filter(among or Q(), pk__in=ids)}
    alive = [refs[pk] for pk in ids if pk in refs and refs[pk].merged_into is None][:MOST]
    labels = labels_of(ref.pk for ref in alive)
    return [(ref, labels[ref.pk]) for ref in alive]


def _by_id(text: str, types: Collection[str]) -> Sequence[int]:
    source, _, external_id = text.partition(":")
    named = Q(source__in=known_sources(), external_id=text) | Q(source=source, external_id=external_id)
    found = Ref.objects.filter(named, type__in=types)
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST])


def _by_name(text: str, type_: str, most: int) -> Sequence[int]:
    if type_ == RecordType.LEAD:
        people = _newest(Contact.objects.filter(_like(("name", "email"), text)), LOOKED_AT)
        return _newest(Lead.objects.filter(contact_id__in=people), most) if people else ()
    if type_ not in NAMED:
        return ()
    model, columns = NAMED[type_]
    return _newest(model.objects.filter(_like(columns, text)), most)


def _newest(found: Any, most: int) -> Sequence[int]:
    alive = found.filter(deleted_at__isnull=True, merged_into__isnull=True).order_by("-ref_id")
    return list(alive.values_list("ref_id", flat=True)[:most])


def _seen(ids: Sequence[int], among: Q | None) -> list[int]:
    if not among or not ids:
        return list(ids)
    return list(Ref.objects.filter(among, pk__in=ids).order_by("-pk").values_list("pk", flat=True)[:MOST])


def _like(columns: Collection[str], text: str) -> Q:
    """Any part of it; of two letters, with which no index helps within a word, beginnings of words."""
    query = Q()
    for column in columns:
        if len(text) > SHORTEST:
            query |= Q(**{f"{column}__icontains": text})
        else:
            query |= Q(**{f"{column}__istartswith": text}) | Q(**{f"{column}__icontains": f" {text}"})
    return query
