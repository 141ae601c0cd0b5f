"""The frame of the story: from when to when, who is there, and how fast they work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from math import exp
from random import Random
from zoneinfo import ZoneInfo

from agreements.business_time import DAYS, Schedule
from demo.agreement import offices_of, text_of
from demo.cast import ANTOINE, LONDON, PARIS, REPS, ZONES, Person

SEED = "brumeval"
LEAVE = 14  # days
SLOW_FRIDAY = 1.6  # from 14:00 on
BAD_WEEK = 2.6  # two of the three in London had the flu
NOT_LONGER = 38_000  # working seconds, more than a day: by then a manager has asked twice
LONDON_DAY = ["09:00-12:30", "13:15-17:30"]  # people lunch, also where the promise's hours do not


@dataclass(frozen=True)
class Stage:
    """Where and when the story plays; equal stages make equal stories.

    ``as_of`` is the last instant. The story begins on the Monday at or before ``days`` earlier.
    """

    as_of: datetime
    days: int = 90

    @cached_property
    def last_day(self) -> date:
        """The day of ``as_of`` in Paris."""
        return self.as_of.astimezone(zone(PARIS)).date()

    @cached_property
    def first_day(self) -> date:
        """The Monday on which the agreement takes effect."""
        day = self.last_day - timedelta(days=self.days)
        return day - timedelta(days=day.weekday())

    @cached_property
    def opens(self) -> datetime:
        """When the agreement was signed: the Friday afternoon before."""
        return at_clock(self.first_day - timedelta(days=3), time(15), PARIS)

    @cached_property
    def calendar_days(self) -> list[date]:
        """Every day of the story."""
        return [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]

    @cached_property
    def agreement(self) -> str:
        """The agreement's YAML."""
        return text_of(self.first_day)

    @cached_property
    def offices(self) -> Mapping[str, Schedule]:
        """The schedules of the agreement's calendars, by office."""
        return offices_of(self.agreement, since=self.first_day - timedelta(days=3 * 366), until=self.last_day)

    @cached_property
    def leave(self) -> tuple[date, ...]:
        """The days on which Antoine is away."""
        first = self.last_day - timedelta(days=min(26, self.days))
        return tuple(first + timedelta(days=n) for n in range(LEAVE))

    @cached_property
    def bad_week(self) -> date:
        """The Monday of the week in which London could not keep up."""
        day = self.last_day - timedelta(days=11)
        return day - timedelta(days=day.weekday())

    def dice(self, *topic: object) -> Random:
        """Chance, the same for the same topic."""
        return Random(":".join(map(str, (SEED, *topic))))  # noqa: S311 - a story, not a secret

    def closing(self, office: str) -> datetime:
        """The last instant of the story at which the office worked."""
        return self.offices[office].add(self.as_of, 0, backward=True)

    def is_open(self, office: str, day: date) -> bool:
        """Whether the office works on the day."""
        start = at_clock(day, time(0), office)
        return bool(self.offices[office].segments(start, start + timedelta(days=1)))

    def is_away(self, person: Person, at: datetime) -> bool:
        """Whether the person is on leave."""
        return person is ANTOINE and at.astimezone(zone(person.office)).date() in self.leave

    @cached_property
    def _worktimes(self) -> dict[str, Schedule]:
        paris, london = (self.offices[office].calendar for office in (PARIS, LONDON))
        return {
            PARIS: self.offices[PARIS],
            LONDON: Schedule(ZONES[LONDON], dict.fromkeys(DAYS[:5], LONDON_DAY), holidays=london.holidays),
            ANTOINE.key: Schedule.of(replace(paris, holidays=paris.holidays | set(self.leave))),
        }

    def worktime(self, person: Person) -> Schedule:
        """When the person works: the office's hours without lunch, holidays and leave."""
        return self._worktimes.get(person.key) or self._worktimes[person.office]

    def act(self, person: Person, since: datetime, minutes: float, dice: Random) -> tuple[Person, datetime]:
        """Who does something that takes about so many working minutes, and when.

        Somebody on leave is stood in for by a colleague, who notices late.
        """
        hindered = 90 * dice.random() if self.is_away(person, since) else 0.0
        doer = self.cover(person, dice) if hindered else person
        pace = doer.pace * self._slowness(doer, since)
        seconds = 60 * (hindered + minutes * pace * exp(dice.gauss(0, 0.8)))
        return doer, self.worktime(doer).add(since, max(40, min(int(seconds), NOT_LONGER)))

    def cover(self, person: Person, dice: Random) -> Person:
        """A colleague of the same team."""
        return dice.choice([rep for rep in REPS if rep.team == person.team and rep is not person])

    def _slowness(self, person: Person, at: datetime) -> float:
        local = at.astimezone(zone(person.office))
        if person.office == LONDON and 0 <= (local.date() - self.bad_week).days < 7:
            return BAD_WEEK
        return SLOW_FRIDAY if local.weekday() == 4 and local.hour >= 14 else 1.0


@cache
def zone(office: str) -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(ZONES[office])


def at_clock(day: date, clock: time, office: str) -> datetime:
    """The instant at which the office's wall clock shows this on the day, in UTC."""
    return datetime.combine(day, clock, zone(office)).astimezone(UTC)
