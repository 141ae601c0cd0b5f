"""Records found by what people call them; the id of the source, exactly, finds any."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q

from leads.enums import RecordType
from leads.known_sources import known_sources
from leads.models import Account, Campaign, Contact, Content, Deal, Lead, Ref
from reporting.labels import Label, labels_of

MOST = 20
LOOKED_AT = 250
SHORTEST = 2
#: Type of record → its table and the columns that are searched.
NAMED: dict[str, tuple[Any, tuple[str, ...]]] = {
    RecordType.ACCOUNT: (Account, ("name", "domain")),
    RecordType.CONTACT: (Contact, ("name", "email")),
    RecordType.DEAL: (Deal, ("name",)),
    RecordType.CAMPAIGN: (Campaign, ("name",)),
    RecordType.CONTENT: (Content, ("title",)),
}
OWNED = (Contact, Deal)
EVERY = (*NAMED, RecordType.LEAD)


def found_records(
    text: str, types: Collection[str] = EVERY, *, among: Q | None = None, owners: Collection[int] = ()
) -> list[tuple[Ref, Label]]:
    """Surviving records of these types: by a part of their name or address, or by id; 20 at most.

    ``among``: which refs the reader may see; left out: all. The newest first of those looked at: where more
    than some hundreds of a type fit, what these ``owners`` own and, beside it, the hundreds that the database
    comes by first. So a word that fits a million records costs little more than one that fits ten.
    """
    wanted = text.strip()
    if len(wanted) < SHORTEST:
        return []
    ids = dict.fromkeys(_by_id(wanted, types))
    by_name = _by_name(wanted, types, owners)
    for type_ in types:
        ids |= dict.fromkeys(_seen(by_name[type_], among)[:MOST])
    refs = {ref.pk: ref for ref in Ref.objects.filter(among or Q(), pk__in=ids)}
    alive = [refs[pk] for pk in ids if pk in refs and refs[pk].merged_into is None][:MOST]
    labels = labels_of(ref.pk for ref in alive)
    return [(ref, labels[ref.pk]) for ref in alive]


def _by_id(text: str, types: Collection[str]) -> Sequence[int]:
    source, _, external_id = text.partition(":")
    named = Q(source__in=known_sources(), external_id=text) | Q(source=source, external_id=external_id)
    found = Ref.objects.filter(named, type__in=types)
    return list(found.order_by("pk").values_list("pk", flat=True)[:MOST])


def _by_name(text: str, types: Collection[str], owners: Collection[int]) -> dict[str, Sequence[int]]:
    of_leads = {RecordType.CONTACT} if RecordType.LEAD in types else set()
    found: dict[str, Sequence[int]] = dict.fromkeys(types, ())
    for type_, (model, columns) in NAMED.items():
        if type_ in of_leads.union(types):
            found[type_] = _some(model.objects.filter(_like(columns, text)), owners if model in OWNED else ())
    if of_leads:
        found[RecordType.LEAD] = _some(Lead.objects.filter(contact_id__in=found[RecordType.CONTACT]), owners)
    return found


def _some(found: Any, owners: Collection[int]) -> Sequence[int]:
    alive = found.filter(deleted_at__isnull=True, merged_into__isnull=True).order_by()
    ids = set(alive.values_list("ref_id", flat=True)[:LOOKED_AT])
    if owners and len(ids) == LOOKED_AT:
        ids.update(alive.filter(owner_id__in=owners).values_list("ref_id", flat=True)[:LOOKED_AT])
    return sorted(ids, reverse=True)


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
