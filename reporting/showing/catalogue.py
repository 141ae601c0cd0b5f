"""The catalogue as pages show it: by side, in the reader's language."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.catalogue import Entry, by_key, entries, feeding_of
from agreements.texts import localized
from reporting.showing.looks import fed_by


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One promise of the catalogue; ``opposite`` is the title of the promise to see it beside."""

    key: str
    row: int
    kind: str
    title: str
    promises: str
    feed: str
    watch: str
    needs: list[str]
    opposite: str
    opposite_key: str
    is_chosen: bool
    is_held: bool


def shown_by_side(
    *, chosen: Collection[str] = (), held: Collection[str] = ()
) -> list[tuple[str, list[ShownEntry]]]:
    """The promises of each side. ``chosen`` are ticked; ``held`` are in the agreement already."""
    names = {"marketing": _("What marketing promises"), "sales": _("What sales promises")}
    return [
        (name, [shown_entry(entry, chosen=chosen, held=held) for entry in entries() if entry.side == side])
        for side, name in names.items()
    ]


def shown_entry(entry: Entry, *, chosen: Collection[str] = (), held: Collection[str] = ()) -> ShownEntry:
    """One promise in the reader's language."""
    opposite = by_key(entry.opposite or "")
    return ShownEntry(
        key=entry.key,
        row=entry.row,
        kind=entry.kind.value,
        title=_here(entry.title),
        promises=_here(entry.promises),
        feed=_here(entry.feed),
        watch=_here(entry.watch),
        needs=fed_by(feeding_of(entry.parsed)),
        opposite=_here(opposite.title) if opposite else "",
        opposite_key=opposite.key if opposite else "",
        is_chosen=entry.key in chosen,
        is_held=entry.key in held,
    )


def _here(text: Any) -> str:
    return localized(text, get_language() or "en")
