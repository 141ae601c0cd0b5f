"""Counts for people: exact up to a thousand, beyond that only that there are more.

A count of everything costs what there is; nobody needs to know whether it is 48,211 or 48,212.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format

MOST = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """``number`` is exact, or the most that was counted where there is ``more``; ``text`` says which."""

    number: int
    more: bool = False

    @property
    def text(self) -> str:
        """``12``, or ``1,000+`` in the reader's own digits and separators."""
        return number_format(self.number, use_l10n=True, force_grouping=True) + ("+" if self.more else "")

    def __bool__(self) -> bool:
        return self.number > 0

    def __int__(self) -> int:
        return self.number


def bounded(number: int, most: int = MOST) -> Count:
    """A number that was counted up to one more than ``most``."""
    return Count(min(number, most), number > most)


def counted(rows: QuerySet[Any], most: int = MOST) -> Count:
    """How many rows there are, reading one more than ``most`` of them at most; one statement."""
    return bounded(rows.order_by()[: most + 1].count(), most)
