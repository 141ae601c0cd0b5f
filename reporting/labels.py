"""What records are called, looked up in bulk when something is read: frozen rows keep ids only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leads.models import Account, Campaign, Contact, Content, Deal, Lead, Member, Ref


@dataclass(frozen=True, slots=True)
class Label:
    """How a record is shown: its name, a second line that places it, and the CRM's own id."""

    name: str
    context: str
    source: str
    external_id: str
    type: str

    @property
    def natural(self) -> str:
        """The subject as the API writes it."""
        return f"{self.source}:{self.external_id}"

    def __str__(self) -> str:
        placed = self.context and self.context not in self.name
        return f"{self.name} ({self.context})" if placed else self.name


def each_ref(each: str | None) -> int | None:
    """The ref id of the member or account that a period was counted for; None for a team, and for nobody."""
    return int(each) if each and each.isdecimal() else None


def labels_of(ref_ids: Iterable[int | None]) -> dict[int, Label]:
    """Labels by ref id; a record that is known by its id alone is called by its type and id."""
    wanted = {ref_id for ref_id in ref_ids if ref_id}
    refs = _refs_with_neighbours(wanted)
    names = _names(refs.values())
    return {ref_id: _label(refs[ref_id], names) for ref_id in wanted if ref_id in refs}


def _refs_with_neighbours(wanted: set[int]) -> dict[int, Ref]:
    """The refs, with the contacts of leads and the accounts of contacts, leads and deals, which name them."""
    known = {ref.id: ref for ref in Ref.objects.filter(id__in=wanted)}
    for _hop in range(2):
        more = set()
        by_type = _ids_by_type(known.values())
        more |= _linked(Lead, by_type["lead"], "contact_id", "account_id")
        more |= _linked(Contact, by_type["contact"], "account_id")
        more |= _linked(Deal, by_type["deal"], "account_id")
        missing = more - known.keys()
        if not missing:
            break
        known |= {ref.id: ref for ref in Ref.objects.filter(id__in=missing)}
    return known


def _linked(model: Any, ids: set[int], *columns: str) -> set[int]:
    if not ids:
        return set()
    rows = model.objects.filter(ref_id__in=ids).values_list(*columns)
    return {value for row in rows for value in row if value}


def _ids_by_type(refs: Iterable[Ref]) -> dict[str, set[int]]:
    grouped: dict[str, set[int]] = defaultdict(set)
    for ref in refs:
        grouped[ref.type].add(ref.id)
    return grouped


#: record type → (model, columns that may name it, columns that place it)
_NAMED_BY = {
    "member": (Member, ("name", "email"), ()),
    "account": (Account, ("name",), ()),
    "contact": (Contact, ("name", "email"), ("account_id",)),
    "lead": (Lead, (), ("contact_id", "account_id")),
    "deal": (Deal, ("name",), ("account_id",)),
    "campaign": (Campaign, ("name",), ()),
    "content": (Content, ("title",), ()),
}


def _names(refs: Iterable[Ref]) -> dict[int, tuple[str, list[int]]]:
    """ref id → (own name or "", ids of the records that place it)."""
    found: dict[int, tuple[str, list[int]]] = {}
    model: Any
    for kind, ids in _ids_by_type(refs).items():
        if kind not in _NAMED_BY:
            continue
        model, named, placed = _NAMED_BY[kind]
        for row in model.objects.filter(ref_id__in=ids).values("ref_id", *named, *placed):
            own = next((row[column] for column in named if row[column]), "")
            found[row["ref_id"]] = (own, [row[column] for column in placed if row[column]])
    return found


def _label(ref: Ref, names: dict[int, tuple[str, list[int]]]) -> Label:
    name, places = names.get(ref.id, ("", []))
    around = [names.get(place, ("", []))[0] for place in places]
    around += [names.get(far, ("", []))[0] for place in places for far in names.get(place, ("", []))[1]]
    around = list(dict.fromkeys(text for text in around if text))
    if not name and ref.type == "lead" and around:
        name = around.pop(0)
    name = name or f"{type_name(ref.type)} {ref.external_id}"
    return Label(name, ", ".join(around[:1]), ref.source, ref.external_id, ref.type)


def type_name(record_type: str) -> str:
    """The word for a type of record, in the reader's language."""
    return {
        "member": _("Member"),
        "account": _("Account"),
        "contact": _("Contact"),
        "lead": _("Lead"),
        "deal": _("Deal"),
        "campaign": _("Event"),
        "content": _("Content"),
        "call": _("Call"),
    }[record_type]
