"""Who receives something in a person's place, from when it may be mailed, and what they do not want."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from people.absences import receivers
from people.models import Absence, User
from reporting.enums import Frequency
from reporting.models import Mute, NoticePreference
from reporting.working_time import WorkingTimes

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one person is told: who receives it, from when it may be mailed, what is kept on the page only."""

    receiver: User
    due_at: datetime
    off: frozenset[str]
    muted: frozenset[str]
    never: bool

    def is_silent(self, kind: str, commitment_key: str) -> bool:
        """Whether the receiver wants no mail about this."""
        return self.never or kind in self.off or (bool(commitment_key) and commitment_key in self.muted)


def plans_for(users: Collection[User], *, as_of: datetime) -> dict[int, Plan]:
    """The plan of each person by their id; whoever is away and has no cover reads it when they are back.

    Left out are only inactive people whom nobody covers.
    """
    wanted = {user.pk: user for user in users}
    receiving = receivers(wanted.values(), as_of)
    for user_id, user in wanted.items():
        if user_id not in receiving and user.is_active:
            receiving[user_id] = user
    plans = _plans({user.pk: user for user in receiving.values()}, as_of)
    covers = _covers_of_leaving(plans, as_of)
    standing_in = _plans({cover.pk: cover for cover in covers.values()}, as_of)
    plans |= {user_id: standing_in[cover.pk] for user_id, cover in covers.items()}
    return {user_id: plans[receiver.pk] for user_id, receiver in receiving.items()}


def earliest(user: User, frequency: str, *, as_of: datetime) -> datetime:
    """From when a person wants to be mailed what happens now, whether or not they work then.

    Hourly at the next full hour of their clock, daily on the next day.
    """
    zone = ZoneInfo(user.timezone)
    here = as_of.astimezone(zone)
    match frequency:
        case Frequency.HOURLY:
            return as_of.replace(microsecond=0) + HOUR - timedelta(minutes=here.minute, seconds=here.second)
        case Frequency.DAILY:
            tomorrow = here.date() + timedelta(days=1)
            return datetime.combine(tomorrow, time(), zone).astimezone(UTC)
    return as_of


def _plans(users: Mapping[int, User], as_of: datetime) -> dict[int, Plan]:
    """How each of these receivers is told; a handful of statements."""
    wishes = {row.user_id: row for row in NoticePreference.objects.filter(user__in=users)}
    muted = defaultdict(set)
    for mute in Mute.objects.filter(user__in=users):
        if mute.until >= as_of.astimezone(ZoneInfo(users[mute.user_id].timezone)).date():
            muted[mute.user_id].add(mute.commitment_key)
    times = WorkingTimes(users.values(), as_of=as_of)
    return {
        user_id: _plan(user, wishes.get(user_id), muted[user_id], times, as_of)
        for user_id, user in users.items()
    }


def _plan(
    user: User, wish: NoticePreference | None, muted: Iterable[str], times: WorkingTimes, as_of: datetime
) -> Plan:
    frequency = wish.frequency if wish else Frequency.AT_ONCE
    return Plan(
        receiver=user,
        due_at=times.next_instant(user, earliest(user, frequency, as_of=as_of)),
        off=frozenset(wish.off if wish else ()),
        muted=frozenset(muted),
        never=frequency == Frequency.NEVER,
    )


def _covers_of_leaving(plans: Mapping[int, Plan], as_of: datetime) -> dict[int, User]:
    """Who goes away before they would be mailed (told on the evening before a leave) is covered already."""
    last = max((plan.due_at for plan in plans.values()), default=as_of)
    ahead = Absence.objects.filter(user__in=plans, during__overlap=(as_of, last), cover__is_active=True)
    return {
        row.user_id: row.cover
        for row in ahead.select_related("cover").order_by("-during")
        if row.cover and row.during.lower and as_of < row.during.lower < plans[row.user_id].due_at
    }
