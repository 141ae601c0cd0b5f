"""Shares of a clock's time as a page shows them: a bar and the table that says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.charts.shares import Part, share_bar
from leads.models import Event
from measurement.miss_shares import Share, Whose, shares_of
from measurement.models import Clock
from reporting.showing.durations import duration_text
from reporting.showing.promises import percent
from reporting.showing.reader import Reader

#: Of owners one after the other; red and green would judge.
OWNERS = ("open", "at_risk", "calm")
TONES = {Whose.UNASSIGNED: "unassigned", Whose.OUT_OF_HOURS: "none", Whose.SYSTEM: "missed"}


@dataclass(frozen=True, slots=True)
class ShareRow:
    """Somebody's share, or nobody's."""

    label: str
    duration: str
    share: str


@dataclass(frozen=True, slots=True)
class Shares:
    """All of them: ``bar`` is drawn, ``label`` says it in words; they add up to the whole time."""

    bar: dict[str, Any]
    label: str
    rows: list[ShareRow]


def shares_shown(
    clock: Clock, told: Mapping[str, Any], reader: Reader, *, team_id: int, by_the_clock: bool
) -> Shares | None:
    """Of a clock and its explanation; None where all of the time was one owner's. At most one statement."""
    found = shares_of(
        told["owners"], told["segments"], known_at=recorded_at(clock), by_the_clock=by_the_clock
    )
    if len(found) < 2 and all(share.whose is Whose.OWNER for share in found):
        return None
    total = sum(share.seconds for share in found)
    rows = [_row(share, total, reader, team_id, clock.due_at or clock.started_at) for share in found]
    parts = [
        Part(share.seconds, f"{row.label}: {row.share}", tone)
        for share, row, tone in zip(found, rows, _tones(found), strict=True)
    ]
    return Shares(share_bar(parts), ", ".join(f"{row.label} {row.share}" for row in rows), rows)


def recorded_at(clock: Clock) -> datetime | None:
    """When the fact that started a clock was entered, else came to us; None of what a record implied."""
    kind, _colon, key = clock.start_key.partition(":")
    if kind != "e":
        return None
    row = Event.objects.filter(pk=key).values_list("recorded_at", "received_at").first()
    return (row[0] or row[1]).replace(microsecond=0) if row else None


def _row(share: Share, total: int, reader: Reader, team_id: int, at: datetime) -> ShareRow:
    label = {
        Whose.SYSTEM: _("before it was recorded (the system)"),
        Whose.UNASSIGNED: _("unassigned"),
        Whose.OUT_OF_HOURS: _("outside the hours"),
        Whose.SUSPENDED: _("suspended"),
    }.get(share.whose) or reader.member(share.member, team_id, at)
    return ShareRow(label, duration_text(share.seconds), percent(share.seconds / total if total else None))


def _tones(found: Sequence[Share]) -> list[str]:
    owners = iter(range(len(found)))
    return [TONES.get(share.whose) or OWNERS[next(owners) % len(OWNERS)] for share in found]
