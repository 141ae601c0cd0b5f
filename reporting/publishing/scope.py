"""What one report looks at: whose promises, from which instant to which."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reporting.models import DailyReport
from reporting.parties import Party
from reporting.report_days import previous_working_day, report_instant


@dataclass(frozen=True, slots=True)
class Scope:
    """``since`` < what is new ≤ ``as_of``; ``horizon`` is one report earlier: what became known up to one
    report late is still told. ``day_end``: the end of the day in the team's zone."""

    party: Party
    day: date
    horizon: datetime
    since: datetime
    as_of: datetime
    day_end: datetime
    is_newest: bool


def scope_of(party: Party, day: date) -> Scope:
    """The scope of a team's report of the day: since its previous report, or its previous working day."""
    team = party.team
    earlier = list(DailyReport.objects.filter(team=team).before(day)[:2])
    since = earlier[0].as_of if earlier else _instant(party, previous_working_day(day, party.schedules))
    midnight = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(team.timezone))
    return Scope(
        party=party,
        day=day,
        horizon=earlier[1].as_of if len(earlier) > 1 else since,
        since=since,
        as_of=_instant(party, day),
        day_end=midnight.astimezone(UTC),
        is_newest=not DailyReport.objects.filter(team=team).later_than(day).exists(),
    )


def _instant(party: Party, day: date) -> datetime:
    return report_instant(day, hour=party.team.report_hour, timezone=party.team.timezone)
