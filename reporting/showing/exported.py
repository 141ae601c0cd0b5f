"""Exceptions as rows of a file: what the list shows, with names only where the reader may see them."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.instants import format_instant
from reporting.models import Breach
from reporting.showing.items import exception_items
from reporting.showing.reader import Reader


def csv_header() -> list[str]:
    """The first line, in the reader's language."""
    return [
        _("Number"),
        _("What"),
        _("Record"),
        _("Commitment"),
        _("Owner"),
        _("Assigned to"),
        _("Missed"),
        _("Found"),
        _("State"),
        _("Root cause"),
        _("Next step"),
    ]


def csv_rows(breaches: Collection[Breach], reader: Reader) -> Iterator[list[Any]]:
    """A row each; a constant number of statements."""
    for item in exception_items(breaches, reader):
        yield [
            item.id,
            item.what,
            item.natural,
            item.commitment_title,
            item.owner_label,
            item.assignee,
            format_instant(item.missed_at),
            format_instant(item.opened_at),
            item.state_label,
            item.root_cause_label,
            item.next_step if item.is_live else "",
        ]
