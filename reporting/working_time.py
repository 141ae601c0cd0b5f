"""When a person works: their own hours, else the calendars of their teams' promises; not while they are away.

A notice waits for that instant, and a daily mail for such a day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import reduce
from typing import Any

from agreements.business_time import NeverOpenError, Schedule
from agreements.personal_calendars import OFFICE_HOURS, personal_schedule
from people.absences import bounds_of
from people.memberships import team_tree
from people.models import Absence, Membership, User, WorkingHours
from reporting.parties import parties
from reporting.report_days import is_working_day

#: Absences end to end that are stepped over; whoever has more of them ahead is told at the start of the last.
_STEPS = 50


class WorkingTimes:
    """The working time of some people, read in a handful of statements whatever their number."""

    def __init__(
        self,
        users: Iterable[User],
        *,
        as_of: datetime,
        of_team: Mapping[int, frozenset[Schedule]] | None = None,
    ) -> None:
        """``of_team``: the calendars of each team's promises, where the caller has read them already."""
        self._users = {user.pk: user for user in users}
        if of_team is None:
            of_team = {party.team.pk: party.schedules for party in parties(as_of=as_of)}
        of_teams = _of_teams(self._users, of_team, as_of)
        own = {row.user_id: row for row in WorkingHours.objects.filter(user_id__in=self._users)}
        self._own = {pk: _schedule_of(row, self._users[pk], of_teams[pk], as_of) for pk, row in own.items()}
        self._of_teams = of_teams
        self._absences = _absences(self._users)

    def schedules(self, user: User) -> frozenset[Schedule]:
        """The person's own hours, else the calendars of their teams; empty when nobody says anything."""
        own = self._own.get(user.pk)
        return self._of_teams[user.pk] if own is None else frozenset({own})

    def has_own(self, user: User) -> bool:
        """Whether the person works by hours of their own."""
        return user.pk in self._own

    def works_on(self, user: User, day: date) -> bool:
        """Whether the person's calendars open on the day; without any, Monday to Friday. Not of absences."""
        return is_working_day(day, self.schedules(user))

    def is_away(self, user: User, at: datetime) -> bool:
        """Whether the person is away at the instant, or left."""
        return any(_contains(absence, at) for absence in self._absences[user.pk])

    def next_instant(self, user: User, at: datetime) -> datetime:
        """The first instant from ``at`` on at which the person works; ``at`` itself when they do then.

        Who never works again (left, or a calendar that never opens) is taken as working at ``at``.
        """
        schedules = self.schedules(user) or frozenset({_office_hours(user)})
        instant = at
        for _ in range(_STEPS):
            opened = _first_open(schedules, instant)
            if opened is None:
                return at
            absence = next((one for one in self._absences[user.pk] if _contains(one, opened)), None)
            if absence is None:
                return opened
            if absence.during.upper is None:
                return at
            instant = absence.during.upper
        return instant


def next_working_instant(user: User, at: datetime, *, as_of: datetime) -> datetime:
    """The first instant from ``at`` on at which the person works (``WorkingTimes`` for many people)."""
    return WorkingTimes([user], as_of=as_of).next_instant(user, at)


def _first_open(schedules: Iterable[Schedule], at: datetime) -> datetime | None:
    found = []
    for schedule in schedules:
        try:
            found.append(at if schedule.is_open(at) else schedule.add(at, 0))
        except NeverOpenError:
            continue
    return min(found, default=None)


def _of_teams(
    user_ids: Collection[int], of_team: Mapping[int, frozenset[Schedule]], as_of: datetime
) -> dict[int, frozenset[Schedule]]:
    """The calendars of the promises of each person's teams and of those above."""
    tree = team_tree()
    found: dict[int, frozenset[Schedule]] = dict.fromkeys(user_ids, frozenset())
    rows = Membership.objects.filter(user_id__in=user_ids).at(as_of)
    for user_id, team_id in rows.values_list("user_id", "team_id"):
        found[user_id] = found[user_id].union(*(of_team.get(above, frozenset()) for above in tree[team_id]))
    return found


def _schedule_of(hours: WorkingHours, user: User, of_teams: frozenset[Schedule], as_of: datetime) -> Schedule:
    """Their own week; without holidays of their own those that close every calendar of their teams."""
    shared: frozenset[Any] = frozenset()
    if hours.holidays is None and of_teams:
        shared = reduce(
            frozenset.intersection, (frozenset(schedule.calendar.holidays) for schedule in of_teams)
        )
    years = range(as_of.year - 1, as_of.year + 3)
    return personal_schedule(
        hours.week, timezone=user.timezone, holidays=hours.holidays, years=years, closed=sorted(shared)
    )


def _office_hours(user: User) -> Schedule:
    return personal_schedule(OFFICE_HOURS, timezone=user.timezone, holidays=None, years=())


def _absences(user_ids: Collection[int]) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = defaultdict(list)
    for row in Absence.objects.filter(user_id__in=user_ids).order_by("during"):
        found[row.user_id].append(row)
    return found


def _contains(absence: Absence, at: datetime) -> bool:
    start, end = bounds_of(absence)
    return start <= at and (end is None or at < end)
