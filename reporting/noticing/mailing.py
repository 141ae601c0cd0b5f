"""What waits for a person becomes one mail, in the transaction that notes which notices it holds.

A mail and its notices are committed together, under a key made of the first of them: a process killed at any
moment leaves either all waiting or one mail in the outbox.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max

from core.outbox import MAIL, enqueue
from people.absences import absences_at
from people.models import User
from reporting.models import Notice
from reporting.noticing.letters import letter
from reporting.noticing.planning import plans_for
from reporting.noticing.topical import split_topical
from reporting.working_time import WorkingTimes

log = logging.getLogger(__name__)

MAILS_A_DAY = 12  # of one person: the last one says that the rest waits on the page until tomorrow
APART = timedelta(minutes=10)  # unless something is live: what comes in between shares the next mail


def mail_due(*, as_of: datetime) -> int:
    """Put the mails of everybody for whom something is due into the outbox; how many mails."""
    waiting = Notice.objects.to_mail(as_of=as_of).order_by().values_list("recipient_id", flat=True).distinct()
    mails = sum(_mail_reader(reader, as_of) for reader in list(waiting))
    if mails:
        log.info("notices mailed", extra={"mails": mails})
    return mails


@transaction.atomic
def _mail_reader(reader_id: int, as_of: datetime) -> int:
    """One person's mail; 0 where another process writes it just now, or it is to wait."""
    locked = User.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    user = locked.filter(pk=reader_id).first()
    if user is None:
        return 0
    due = list(Notice.objects.to_mail(as_of=as_of).filter(recipient=user).select_related("breach"))
    if absences_at([user.pk], as_of) or not user.is_active:
        _pass_on(user, due, as_of)
        return 0
    topical, stale = split_topical(due, as_of=as_of)
    _keep_on_the_page(stale)
    if not any(notice.live for notice in topical) and not _works_now(user, topical, as_of):
        return 0
    return _mail(user, topical, as_of) if topical else 0


def _works_now(user: User, notices: Sequence[Notice], as_of: datetime) -> bool:
    """Whether the person works at this instant; else these wait until they do (a sender that was down in
    their hours does not catch up at night)."""
    opens = WorkingTimes([user], as_of=as_of).next_instant(user, as_of)
    if opens > as_of:
        _put_off(notices, opens)
    return opens <= as_of


def _mail(user: User, notices: Sequence[Notice], as_of: datetime) -> int:
    sent, last = _sent_today(user, as_of)
    if sent >= MAILS_A_DAY:
        _put_off(notices, _next_morning(user, as_of))
        return 0
    if last and as_of < last + APART and not any(notice.live for notice in notices):
        return 0
    written = letter(user, notices, is_last=sent + 1 == MAILS_A_DAY, as_of=as_of)
    key = f"notices:{user.pk}:{min(notice.pk for notice in notices)}"
    payload = {
        "to": [written.to],
        "subject": written.subject,
        "text": written.text,
        "html": written.html,
        "headers": {"Auto-Submitted": "auto-generated"},
    }
    enqueue(key=key, channel=MAIL, payload=payload, as_of=as_of)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed_at=as_of, outbox_key=key)
    return 1


def _sent_today(user: User, as_of: datetime) -> tuple[int, datetime | None]:
    """How many mails of notices the person got on their calendar day, and when the last one."""
    today = as_of.astimezone(ZoneInfo(user.timezone)).date()
    midnight = datetime.combine(today, time(), ZoneInfo(user.timezone))
    mailed = Notice.objects.filter(recipient=user, mailed_at__gte=midnight)
    found = mailed.aggregate(mails=Count("outbox_key", distinct=True), last=Max("mailed_at"))
    return found["mails"], found["last"]


def _next_morning(user: User, as_of: datetime) -> datetime:
    """The beginning of the person's next working day."""
    tomorrow = as_of.astimezone(ZoneInfo(user.timezone)).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), ZoneInfo(user.timezone))
    return WorkingTimes([user], as_of=as_of).next_instant(user, midnight)


def _put_off(notices: Sequence[Notice], until: datetime) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(due_at=until)


def _pass_on(user: User, notices: Sequence[Notice], as_of: datetime) -> None:
    """Who went away since they were told: their cover is, as the cover likes it, else they are when back."""
    plan = plans_for([user], as_of=as_of).get(user.pk)
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    if plan is None:
        rows.update(silent=True)
        return
    if plan.receiver == user:
        rows.update(due_at=max(plan.due_at, as_of + APART))
        return
    for notice in notices:
        notice.recipient, notice.due_at = plan.receiver, as_of if notice.live else plan.due_at
        notice.silent = plan.is_silent(notice.kind, notice.commitment_key)
        notice.body = {**notice.body, "instead_of": notice.body.get("instead_of", user.pk)}
    Notice.objects.bulk_update(notices, ["recipient", "due_at", "silent", "body"])


def _keep_on_the_page(notices: Sequence[Notice]) -> None:
    if notices:
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(silent=True)
