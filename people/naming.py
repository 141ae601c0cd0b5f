"""The company's rule about naming individuals, and who looked at whose names.

Without a saved rule names are seen by the person, by the managers of their team, by administrators and by
auditors, whatever the age of the row.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from people.models import NameAccess, NamingPolicy

NOTE = """
INSERT INTO people_nameaccess (reader_id, day, page, team_id, first_at, times)
SELECT %s, %s, %s, team, %s, 1 FROM unnest(%s::bigint[]) AS given (team)
ON CONFLICT (reader_id, day, page, team_id) DO UPDATE SET times = people_nameaccess.times + 1
"""

_seen: ContextVar[set[int | None] | None] = ContextVar("names_seen", default=None)


def current_policy() -> NamingPolicy:
    """The rule as it stands; while none is saved, one that names nobody further and hides nothing."""
    return NamingPolicy.objects.first() or NamingPolicy()


def names_individuals_since(policy: NamingPolicy) -> datetime | None:
    """The instant from which individuals are named to all teams of their agreements: the day (UTC) on which
    everybody had been informed. None where they are not."""
    if not policy.individuals or policy.informed_on is None:
        return None
    day = policy.informed_on
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def named_since(policy: NamingPolicy, *, as_of: datetime) -> datetime | None:
    """Rows before this instant show the person to nobody but themselves; None while no rule was saved."""
    if policy.changed_at is None:
        return None
    return months_before(as_of, policy.months_kept)


def months_before(instant: datetime, months: int) -> datetime:
    """The same day and time so many months earlier, or the last day of that month where there is none."""
    year, month = divmod(instant.year * 12 + instant.month - 1 - months, 12)
    for day in range(instant.day, 0, -1):
        try:
            return instant.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue  # 31 February
    raise AssertionError("every month has a first day")


def note_access(reader: Any, *, page: str, team_ids: Iterable[int | None], as_of: datetime) -> None:
    """Note that the reader was shown names of members of these teams (None: of people of any team) on a page.

    One row a day for each page and team, counting; nothing without teams.
    """
    teams = sorted(set(team_ids), key=lambda team: team or 0)
    if not teams:
        return
    day = as_of.astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [reader.pk, day, page[:64], as_of, teams])


@contextmanager
def noting_names() -> Iterator[set[int | None]]:
    """Collects the teams whose members are named to the reader while it lasts."""
    teams: set[int | None] = set()
    token = _seen.set(teams)
    try:
        yield teams
    finally:
        _seen.reset(token)


def saw_name_in(team_id: int | None) -> None:
    """A name of somebody else, of this team, was given out to be shown."""
    teams = _seen.get()
    if teams is not None:
        teams.add(team_id)


def purge_accesses(*, as_of: datetime) -> int:
    """Forget who looked at names longer ago than the rule keeps names; how many rows."""
    day = months_before(as_of, current_policy().months_kept).astimezone(UTC).date()
    removed, _ = NameAccess.objects.filter(day__lt=day).delete()
    return removed
