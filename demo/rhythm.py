"""When things happen in the course of a day, and how often."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from demo.stage import Stage, zone

#: How likely each hour of the wall clock is, for what people outside do: they write at night, too.
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 8, 14, 16, 14, 7, 8, 14, 15, 12, 9, 5, 4, 4, 3, 2, 1)
QUIET = 0.18  # of an ordinary day, where the office is closed
FRIDAY = 0.8


def moments(stage: Stage, office: str, day: date, usual: float, dice: Random) -> list[datetime]:
    """Instants of the day at which something comes in, in order; ``usual`` is the mean of a working day."""
    mean = usual * _mood(stage, office, day)
    hours = dice.choices(range(24), HOURS, k=_count(mean, dice))
    local = (
        datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)), zone(office))
        for hour in hours
    )
    return sorted(moment.astimezone(UTC) for moment in local)


def working_moments(stage: Stage, office: str, day: date, usual: float, dice: Random) -> Iterator[datetime]:
    """Instants within the office's open time."""
    start = datetime.combine(day, time(0), zone(office)).astimezone(UTC)
    segments = stage.offices[office].segments(start, start + timedelta(days=1))
    if not segments:
        return
    lengths = [(end - begin).total_seconds() for begin, end in segments]
    found = []
    for _ in range(_count(usual * _mood(stage, office, day), dice)):
        begin, end = dice.choices(segments, lengths)[0]
        found.append(begin + (end - begin) * dice.random())
    yield from sorted(found)


def _mood(stage: Stage, office: str, day: date) -> float:
    if not stage.is_open(office, day):
        return QUIET
    return FRIDAY if day.weekday() == 4 else 1.0


def _count(mean: float, dice: Random) -> int:
    """A whole number around the mean, more often near it than far."""
    spread = dice.gauss(mean, mean**0.5 * 0.7)
    return max(0, int(spread + dice.random()))
