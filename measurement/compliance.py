"""How a commitment was kept, by time or by who owed it: rows that always add up to their total."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from agreements.calendars import timezone_of
from agreements.enums import Kind
from agreements.models import Commitment
from core.replicas import reading as connection
from measurement.day_tallies import Tally, counted
from measurement.enums import Tallied, TallyBy
from people.memberships import teams_under

Count = tuple[str | None, str, int]


class By(StrEnum):
    """What a row is about; days, weeks (ISO) and months in the calendar's zone."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    OWNER = "owner"
    TEAM = "team"
    ORIGIN = "origin"


class Basis(StrEnum):
    """Which instant of a clock decides where it counts."""

    DUE = "due"
    START = "start"


#: How to_char names the period of an instant.
LABEL = {By.DAY: "YYYY-MM-DD", By.WEEK: 'IYYY-"W"IW', By.MONTH: "YYYY-MM"}
INSTANT = {Basis.DUE: "COALESCE(c.due_at, c.started_at)", Basis.START: "c.started_at"}
#: The team is the one below the owing team to which the owner belonged at the start, else the owing team.
KEY = {
    **{by: f"to_char({{at}} AT TIME ZONE %(zone)s, '{label}')" for by, label in LABEL.items()},
    By.OWNER: "c.owner_id::text",
    By.TEAM: """COALESCE((
        SELECT min(team.slug) FROM leads_member member
        JOIN people_membership place ON place.user_id = member.user_id AND place.during @> c.started_at
        JOIN people_team team ON team.id = place.team_id AND team.id = ANY (%(teams)s)
        WHERE member.ref_id = c.owner_id), owing.slug)""",
    By.ORIGIN: "c.origin",
}
LIVE = """
SELECT {key} AS key, CASE WHEN c.state <> 'running' THEN c.state
    WHEN c.due_at < %(as_of)s THEN 'overdue' ELSE 'running' END, count(*)
FROM measurement_clock c
JOIN agreements_commitment commitment ON commitment.id = c.commitment_id
JOIN people_team owing ON owing.id = commitment.owner_id
WHERE c.commitment_key = %(commitment)s
    AND (%(start)s::timestamptz IS NULL OR {at} >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR {at} < %(end)s)
GROUP BY 1, 2
"""
COLUMN = {
    **{state: state for state in ("met", "late", "overdue", "failed", "running")},
    **dict.fromkeys(("paused", "undated"), "running"),
    **dict.fromkeys(("cancelled", "excluded", "unmeasurable"), "left_out"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Counts of clocks; ``key`` names the period ("2026-04-02", "2026-W14", "2026-04"), the owner's ref id,
    the team's slug or the origin, None for nobody or an unknown origin."""

    key: str | None
    met: int = 0
    late: int = 0
    overdue: int = 0
    failed: int = 0
    running: int = 0
    left_out: int = 0

    @property
    def missed(self) -> int:
        """Late, overdue or failed."""
        return self.late + self.overdue + self.failed

    @property
    def kept_rate(self) -> float | None:
        """Met ÷ (met + missed), rounded to six places; None when there is nothing to judge."""
        judged = self.met + self.missed
        return round(self.met / judged, 6) if judged else None

    def as_dict(self) -> dict[str, Any]:
        """The row as the API shows it."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return {"key": self.key, **counts, "kept_rate": self.kept_rate}


COUNTS = ("met", "late", "overdue", "failed", "running", "left_out")


@dataclass(frozen=True, slots=True)
class Compliance:
    """Rows, and the total that they add up to."""

    rows: Sequence[Row]
    total: Row


def compliance(
    key: str,
    *,
    start: datetime | None,
    end: datetime | None,
    by: By,
    basis: Basis = Basis.DUE,
    as_of: datetime,
) -> Compliance:
    """The clocks of a commitment in [start, end), counted in their states at ``as_of``.

    By due date a clock whose deadline is not known (paused, unmeasurable) counts where it started. Days are
    those of the calendar of the commitment's latest signed version. Raises Commitment.DoesNotExist.
    """
    latest = _latest(key)
    span: dict[str, Any] = {"start": start, "end": end, "as_of": as_of}
    if basis is Basis.DUE and by is not By.TEAM:
        counts: Iterable[Count] = _kept(key, by, span, zone=timezone_of(latest.calendar))
    else:
        counts = _live(latest, by, basis, span)
    return _added_up(counts)


def by_time_and_origin(
    key: str, *, step: By, start: datetime | None, end: datetime | None, as_of: datetime
) -> tuple[Compliance, Compliance]:
    """The same clocks by days, weeks or months (``step``) and by the origin of their leads; one statement."""
    span: dict[str, Any] = {"start": start, "end": end, "as_of": as_of}
    tallies = _by_time(key, step, span, zone=timezone_of(_latest(key).calendar))
    by_time = _added_up((one.label, one.state, one.number) for one in tallies)
    return by_time, _added_up((one.key or None, one.state, one.number) for one in tallies)


def _added_up(counts: Iterable[Count]) -> Compliance:
    found: dict[str | None, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
    for name, state, number in counts:
        found[name][COLUMN[state]] += number
    order = sorted(found, key=lambda name: (name is None, name or ""))
    rows = [Row(name, **found[name]) for name in order]
    return Compliance(rows, fold(rows, "total"))


def _kept(key: str, by: By, span: Mapping[str, Any], *, zone: str) -> Iterator[Count]:
    """By what is kept day by day: the cost does not grow with the clocks of the days that are over."""
    if by in LABEL:
        for one in _by_time(key, by, span, zone=zone):
            yield one.label, one.state, one.number
    else:
        for one in counted(key, Tallied.DUE, TallyBy(by.value), **span):
            yield one.key or None, one.state, one.number


def _by_time(key: str, step: By, span: Mapping[str, Any], *, zone: str) -> list[Tally]:
    """By period and, within it, by origin."""
    return counted(key, Tallied.DUE, TallyBy.ORIGIN, label=LABEL[step], zone=zone, **span)


def _live(latest: Commitment, by: By, basis: Basis, span: Mapping[str, Any]) -> list[Count]:
    """By team, or by when the clocks began: every clock of the time is counted."""
    at = INSTANT[basis]
    parameters = {
        **span,
        "commitment": latest.key,
        "zone": timezone_of(latest.calendar),
        "teams": list(teams_under(latest.owner_id)) if by is By.TEAM else [],
    }
    with connection.cursor() as cursor:
        cursor.execute(LIVE.format(key=KEY[by].format(at=at), at=at), parameters)
        return cursor.fetchall()


def fold(rows: Sequence[Row], key: str | None) -> Row:
    """One row that counts all of these."""
    return Row(key, **{name: sum(getattr(row, name) for row in rows) for name in COUNTS})


def zone_of(key: str) -> str:
    """The zone of a commitment's days. Raises Commitment.DoesNotExist."""
    return timezone_of(_latest(key).calendar)


def kind_of(key: str) -> Kind:
    """What kind of promise a commitment is. Raises Commitment.DoesNotExist."""
    return Kind(_latest(key).kind)


def _latest(key: str) -> Commitment:
    signed = Commitment.objects.signed().filter(key=key).select_related("calendar")
    return signed.latest("version__starts_at")
