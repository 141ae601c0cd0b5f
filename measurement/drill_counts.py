"""How many rows stand behind a reading, and whose: by what is kept day by day where it is, else counted live.

Numbers, reasons and shares are of all rows whatever the page, so that they add up to the headline; a month of
a large company holds more rows than a page may read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from agreements.enums import Kind
from agreements.terms import Promise
from measurement.day_tallies import Tally, counted, lasting
from measurement.drilldown import Drill
from measurement.enums import ClockState, Tallied, TallyBy, UnitState
from measurement.models import Reading
from measurement.querysets import acting_members
from measurement.units import TEAM
from people.visibility import Sight

PARTS = ("counted", "left_out", "maturing")
#: Owner's ref id or origin, None for nobody and unknown; how many have it; how many are counted.
Share = tuple[Any, int, int]

PART_OF: Mapping[str, str] = {
    **dict.fromkeys((ClockState.MET, *ClockState.missed), "counted"),
    **dict.fromkeys(ClockState.left_out, "left_out"),
    ClockState.RUNNING: "maturing",
    **dict.fromkeys(UnitState.counted, "counted"),
    UnitState.LEFT_OUT: "left_out",
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of all rows, and of those that the reader sees, by part; why how many are left out; whose they are."""

    numbers: Mapping[str, int]
    visible: Mapping[str, int]
    reasons: list[tuple[str, int]]
    owners: list[Share]
    origins: list[Share]


def numbers_of(
    reading: Reading, promise: Promise, drilled: Drill, *, maturing: int, as_of: datetime, user: Any
) -> Numbers:
    """The numbers of a reading as it stands; ``maturing``: how many are not judged yet.

    ``user``: of whose sight ``visible`` tells; None for a program, which sees every row.
    """
    if promise.kind is Kind.COVERAGE or getattr(promise.terms, "each", TEAM) != TEAM:
        return _live(drilled, user, as_of)
    return _kept(reading, promise, drilled, maturing, as_of, user)


def _kept(
    reading: Reading, promise: Promise, drilled: Drill, maturing: int, as_of: datetime, user: Any
) -> Numbers:
    owners = _tallies(reading, promise, TallyBy.OWNER, as_of)
    numbers = _by_part(owners) | {"maturing": maturing}
    visible = numbers
    if not _sees_all(user, promise, as_of):
        own = _own(user, as_of)
        visible = _by_part(one for one in owners if one.key in own)
        visible["maturing"] = _visible(drilled.maturing, user, as_of).count() if maturing else 0
    return Numbers(
        numbers,
        visible,
        _reasons(reading, promise, owners, as_of) if numbers["left_out"] else [],
        [] if drilled.by_clocks else _shares(owners, by_owner=True),
        []
        if drilled.by_clocks
        else _shares(_tallies(reading, promise, TallyBy.ORIGIN, as_of), by_owner=False),
    )


def _tallies(reading: Reading, promise: Promise, by: TallyBy, as_of: datetime) -> list[Tally]:
    key, start, end = reading.commitment_key, reading.period_start, reading.period_end
    if promise.kind is Kind.RATE and isinstance(promise.terms.of, str):
        running = as_of < end
        found = lasting(key, by, at=as_of if running else end, including=running, as_of=as_of)
        return [one for one in found if one.state in UnitState.counted]
    by_clocks = promise.kind in (Kind.RESPONSE, Kind.CHECKLIST)
    counts = Tallied.DUE if by_clocks else Tallied.HAPPENED
    return counted(key, counts, by, start=start, end=end, as_of=as_of)


def _by_part(tallies: Iterable[Tally]) -> dict[str, int]:
    found = dict.fromkeys(PARTS, 0)
    for one in tallies:
        if part := PART_OF.get(one.state):
            found[part] += one.number
    return found


def _reasons(
    reading: Reading, promise: Promise, tallies: Iterable[Tally], as_of: datetime
) -> list[tuple[str, int]]:
    """Of clocks their state is the reason."""
    found: Counter[str] = Counter()
    by_clocks = promise.kind in (Kind.RESPONSE, Kind.CHECKLIST)
    for one in tallies if by_clocks else _tallies(reading, promise, TallyBy.REASON, as_of):
        if PART_OF.get(one.state) == "left_out":
            found[one.state if by_clocks else one.key] += one.number
    return sorted(found.items())


def _shares(tallies: Iterable[Tally], *, by_owner: bool) -> list[Share]:
    having: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for one in tallies:
        if one.state in UnitState.counted:
            whole[one.key] += one.number
            having[one.key] += one.number if one.state == UnitState.HAVING else 0
    return [
        ((int(key) if by_owner else key) if key else None, having[key], number)
        for key, number in whole.items()
    ]


def _sees_all(user: Any, promise: Promise, as_of: datetime) -> bool:
    """As ``visible_to`` has it, of the rows of one promise."""
    if user is None or user.pk is None:
        return True
    sight = Sight.of(user, as_of=as_of)
    return sight.is_admin or sight.is_auditor or promise.team_id in sight.named_team_ids


def _own(user: Any, as_of: datetime) -> set[str]:
    """The keys of the reader's rows, of those of whom they cover, and of nobody's."""
    return {"", *map(str, acting_members(Sight.of(user, as_of=as_of)))}


def _live(drilled: Drill, user: Any, as_of: datetime) -> Numbers:
    """Of presence, and of what is promised for each: rows that a page may read."""
    field = "state" if drilled.by_clocks else "reason"
    numbers = {part: getattr(drilled, part).count() for part in PARTS}
    visible = numbers
    if user is not None:
        visible = {part: _visible(getattr(drilled, part), user, as_of).count() for part in PARTS}
    reasons = drilled.left_out.order_by().values_list(field).annotate(n=Count("id")).order_by(field)
    shares = (
        ([], [])
        if drilled.by_clocks
        else [_live_shares(drilled.counted, by) for by in ("owner_id", "origin")]
    )
    return Numbers(numbers, visible, list(reasons), *shares)


def _live_shares(rows: Any, field: str) -> list[Share]:
    having = Count("id", filter=Q(state=UnitState.HAVING))
    counts = rows.order_by().values_list(field).annotate(having=having, whole=Count("id"))
    return [(key or None, some, whole) for key, some, whole in counts]


def _visible(rows: Any, user: Any, as_of: datetime) -> Any:
    return rows if user is None else rows.visible_to(user, as_of=as_of)
