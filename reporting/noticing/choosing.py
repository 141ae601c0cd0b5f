"""What a person chooses: how often they are mailed, what is mailed, what they have read."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from core.audit import record
from core.bounded import Count, counted
from people.models import User
from reporting.enums import Frequency, NoticeKind
from reporting.models import Mute, Notice, NoticePreference
from reporting.noticing.planning import plans_for

MOST_UNREAD = 99


@transaction.atomic
def choose(user: User, *, frequency: str, off: Collection[str], as_of: datetime) -> None:
    """Set how often the person is mailed and which kinds never are; it counts for what waits, too."""
    wish = {"frequency": Frequency(frequency).value, "off": sorted(NoticeKind(kind).value for kind in off)}
    before = NoticePreference.objects.filter(user=user).values("frequency", "off").first()
    NoticePreference.objects.update_or_create(user=user, defaults=wish)
    _note(user, "notices.chosen", before, wish, as_of)
    _plan_again(user, as_of)


@transaction.atomic
def mute(user: User, commitment_key: str, *, until: date, as_of: datetime) -> None:
    """No mail about one promise up to a date, which is included; its page and the reports stay."""
    Mute.objects.update_or_create(user=user, commitment_key=commitment_key, defaults={"until": until})
    _note(user, "notices.muted", None, {"commitment": commitment_key, "until": until.isoformat()}, as_of)
    _plan_again(user, as_of)


@transaction.atomic
def unmute(user: User, commitment_key: str, *, as_of: datetime) -> None:
    """Mails about the promise again, from the next notice on."""
    if Mute.objects.filter(user=user, commitment_key=commitment_key).delete()[0]:
        _note(user, "notices.unmuted", {"commitment": commitment_key}, None, as_of)


def mark_read(user: User, *, as_of: datetime, only: Iterable[int] | None = None) -> int:
    """Note that the person looked at these notices of theirs (None: at all of them); how many are new."""
    unread = Notice.objects.of_reader(user, as_of=as_of).unread().order_by()
    return (unread if only is None else unread.filter(pk__in=list(only))).update(read_at=as_of)


def unread_count(user: Any, *, as_of: datetime) -> Count:
    """How many notices the person has not looked at, up to 99; 0 for nobody. One statement on an index."""
    if not user.is_authenticated:
        return Count(0)
    return counted(Notice.objects.of_reader(user, as_of=as_of).unread(), MOST_UNREAD)


def _plan_again(user: User, as_of: datetime) -> None:
    """What waits is mailed by the new wishes; what is live stays at once."""
    plan = plans_for([user], as_of=as_of).get(user.pk)
    if plan is None or plan.receiver.pk != user.pk:
        return
    waiting = list(Notice.objects.waiting().filter(recipient=user).select_for_update())
    for notice in waiting:
        notice.silent = plan.is_silent(notice.kind, notice.commitment_key)
        if not notice.live:
            notice.due_at = max(plan.due_at, notice.created_at)
    Notice.objects.bulk_update(waiting, ["silent", "due_at"])


def _note(user: User, verb: str, before: Any, after: Any, as_of: datetime) -> None:
    record(
        actor=user,
        verb=verb,
        object_type="people.user",
        object_id=user.pk,
        before=before,
        after=after,
        as_of=as_of,
    )
