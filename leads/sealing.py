"""What the sealed horizon means for facts: which are taken in, and which are told (docs/adr/0015)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from leads.models import Horizon

#: So many months of facts are kept behind the horizon. Longer than any period (a year), and than what a
#: promise looks back on from a start: ``early``, and what ``needs`` asks for.
MARGIN_MONTHS = 13

#: The instant before which the past is sealed, as SQL without parameters; without a horizon nothing is.
SEALED_BEFORE = "COALESCE((SELECT sealed_before FROM leads_horizon), '-infinity'::timestamptz)"

_FLOORS = """
SELECT kept.ref_id, kept.since, horizon.kept_from FROM leads_horizon horizon
LEFT JOIN leads_keptwhole kept ON kept.ref_id = ANY (%s)
"""
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Floors:
    """From when on something is told about each record: ``floor``, another instant for those kept whole."""

    floor: datetime = _EVER
    whole: Mapping[int, datetime] = field(default_factory=dict)

    def of(self, ref: int) -> datetime:
        """What happened before does not exist for judging this record."""
        return self.whole.get(ref, self.floor)


def horizon() -> Horizon | None:
    """The horizon, None while nothing is sealed."""
    return Horizon.objects.first()


def is_sealed(instant: datetime | None) -> bool:
    """Whether what came to its end then lies before the horizon; without an end, never."""
    found = horizon() if instant else None
    return found is not None and instant is not None and instant < found.sealed_before


def floors(refs: Collection[int]) -> Floors:
    """The floors of these records; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOORS, [list(refs)])
        rows = cursor.fetchall()
    if not rows:
        return Floors()
    whole = {ref: since or _EVER for ref, since, _ in rows if ref is not None}
    return Floors(rows[0][2], whole)


def from_floors(told: Mapping[int, list[Any]]) -> Mapping[int, list[Any]]:
    """What is told about each record (by its id, ``at`` the instant of each fact) from its floor on."""
    floor = floors(told)
    if floor.floor == _EVER:
        return told
    return {ref: [one for one in those if one.at >= floor.of(ref)] for ref, those in told.items()}
