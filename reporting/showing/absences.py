"""Who is away, who covers and what is to be handed over, as one reader may see it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from people.absences import absences_at, bounds_of, covers_among
from people.colleagues import may_enter_for, people_of, teams_of
from people.covering import Covers
from people.enums import AbsenceKind
from people.models import Absence, Team, User, WorkingHours
from people.visibility import Sight
from reporting.handing_over import Estate, estates, gone
from reporting.showing.promises import title_of
from reporting.showing.reader import Reader

#: How long an absence that is over stays on the page: longer ones are in the audit trail.
LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class ShownAbsence:
    """One absence in the days of the person it is of; ``last_day`` is the last one away, None for good."""

    id: int
    first_day: date
    last_day: date | None
    cover: User | None
    left: bool
    now: bool
    ahead: bool
    cover_is_away: bool

    @property
    def over(self) -> bool:
        """Whether the person is back."""
        return not self.now and not self.ahead


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person in a manager's list."""

    user: User
    teams: str
    absence: ShownAbsence | None
    own_hours: bool


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who is gone with what they still have open, by promise."""

    user: User
    teams: str
    estate: Estate
    by_promise: list[tuple[str, int]]


def absences_of(user: User, *, as_of: datetime) -> list[ShownAbsence]:
    """The person's absences that last, lie ahead or ended not long ago; the latest first."""
    rows = Absence.objects.filter(user=user).select_related("cover").order_by("-during")
    recent = [row for row in rows if row.during.upper is None or row.during.upper > as_of - LOOKED_BACK]
    return shown(recent, {user.pk: user}, as_of=as_of)


def shown(rows: Sequence[Absence], users: dict[int, User], *, as_of: datetime) -> list[ShownAbsence]:
    """Absences in their people's days; a cover who is away as well at the start is told."""
    cover_ids = {row.cover_id for row in rows if row.cover_id}
    away = covers_among(cover_ids) if cover_ids else Covers(())
    return [_shown(row, users[row.user_id], away, as_of) for row in rows]


def covers_for(user: User, sight: Sight) -> list[User]:
    """Who is proposed as a cover: the active people of the person's teams and of those right above, as far as
    the reader may see their names; everybody else is named by address."""
    teams = teams_of([user.pk], sight.as_of)[user.pk]
    near = {*teams, *Team.objects.filter(children__in=teams).values_list("pk", flat=True)}
    seen = [team for team in near if sight.sees_names_of(team)]
    for team in seen:
        sight.names(team)
    return list(people_of(seen, sight.as_of).exclude(pk=user.pk).order_by("name", "email")) if seen else []


def colleagues(users: Sequence[User], sight: Sight) -> list[Colleague]:
    """People with their teams and who is away now; a constant number of statements."""
    ids = [user.pk for user in users]
    away = _away_now(users, sight.as_of)
    own = set(WorkingHours.objects.filter(user_id__in=ids).values_list("user_id", flat=True))
    names = _team_names(ids, sight.as_of)
    for team in {team for teams in teams_of(ids, sight.as_of).values() for team in teams}:
        sight.names(team)
    return [
        Colleague(
            user=user,
            teams=names[user.pk],
            absence=away.get(user.pk),
            own_hours=user.pk in own,
        )
        for user in users
    ]


def to_hand_over(reader: Reader) -> list[Left]:
    """Who is gone, was in the reader's care and still has something open: the most first."""
    people = [user for user in gone(as_of=reader.as_of) if user.pk != reader.user.pk]
    in_care = people if reader.sight.is_admin or reader.sight.is_auditor else _in_care(people, reader.sight)
    found = estates(in_care)
    names = _team_names([estate.user.pk for estate in found], reader.as_of)
    found.sort(key=lambda estate: (-estate.open_clocks - estate.breaches, estate.user.email))
    return [Left(one.user, names[one.user.pk], one, _by_promise(one, reader)) for one in found]


def covering(reader: Reader) -> list[tuple[User, ShownAbsence | None]]:
    """Whom the reader covers now, and until when."""
    ids = reader.sight.acting_ids - {reader.user.pk}
    if not ids:
        return []
    users = list(User.objects.filter(pk__in=ids).order_by("name", "email"))
    away = _away_now(users, reader.as_of)
    return [(user, away.get(user.pk)) for user in users]


def own_absence(reader: Reader) -> ShownAbsence | None:
    """The reader's own absence, where they look in while away."""
    return _away_now([reader.user], reader.as_of).get(reader.user.pk)


def day_start(day: date, user: User) -> datetime:
    """The first instant of a day where the person lives."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(user.timezone))


def today_of(user: User, as_of: datetime) -> date:
    """The day that it is where the person lives."""
    return as_of.astimezone(ZoneInfo(user.timezone)).date()


def may_enter(reader: Reader, user: User) -> bool:
    """Whether the reader may enter absences of the person."""
    return may_enter_for(reader.sight, user)


def _by_promise(estate: Estate, reader: Reader) -> list[tuple[str, int]]:
    counts = sorted(estate.clocks.items(), key=lambda pair: (-pair[1], pair[0]))
    promises = ((reader.promise_named(key), key, count) for key, count in counts)
    return [(title_of(promise) if promise else key, count) for promise, key, count in promises]


def _in_care(users: Collection[User], sight: Sight) -> list[User]:
    teams = teams_of([user.pk for user in users], sight.as_of)
    return [user for user in users if teams[user.pk] & sight.managed_team_ids]


def _team_names(user_ids: Iterable[int], at: datetime) -> dict[int, str]:
    teams = teams_of(list(user_ids), at)
    names = dict(Team.objects.values_list("pk", "name"))
    return {user: ", ".join(sorted(names[team] for team in own)) for user, own in teams.items()}


def _away_now(users: Sequence[User], at: datetime) -> dict[int, ShownAbsence]:
    by_id = {user.pk: user for user in users}
    rows = list(absences_at(by_id, at).values())
    return {row.user_id: one for row, one in zip(rows, shown(rows, by_id, as_of=at), strict=True)}


def _shown(row: Absence, user: User, away: Covers, as_of: datetime) -> ShownAbsence:
    zone, (lower, upper) = ZoneInfo(user.timezone), bounds_of(row)
    until = max(as_of, lower)
    return ShownAbsence(
        id=row.pk,
        first_day=lower.astimezone(zone).date(),
        last_day=None if upper is None else (upper - timedelta(seconds=1)).astimezone(zone).date(),
        cover=row.cover,
        left=row.kind == AbsenceKind.LEFT,
        now=lower <= as_of and (upper is None or as_of < upper),
        ahead=lower > as_of,
        cover_is_away=row.cover_id is not None and away.absence_of(row.cover_id, until) is not None,
    )
