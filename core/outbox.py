"""What must leave the house: written with its cause, sent outside any transaction, a mail never twice.

A message is `sending`, committed, before the server hears of it. Whoever dies in between leaves it so; once
its time is over a mail becomes `unknown`, which only a person sends again. A webhook is sent again by itself:
its id tells the other end that it had it.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core import audit, mail, webhooks
from core.carrying import NotTakenError
from core.enums import OutboxState
from core.models import OutboxMessage

log = logging.getLogger(__name__)

MAIL, WEBHOOK = "mail", "webhook"
CHANNELS = (MAIL, WEBHOOK)
SENDER_DEAD_AFTER = timedelta(minutes=15)  # longer than the worker's hard limit for a task (10 minutes)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=2)
MAX_ATTEMPTS = 16  # about 18 hours: a server that is down overnight is waited for
BODIES_KEPT = timedelta(days=30)
REMARK_LENGTH = 2000
DIED = "The sender ended before the server's answer was noted; it may have arrived."

ENQUEUE = """
INSERT INTO core_outboxmessage (key, channel, payload, state, attempts, next_at, created_at, error)
VALUES (%s, %s, %s::jsonb, 'ready', 0, %s, %s, '') ON CONFLICT (key) DO NOTHING
"""

CLAIM = """
UPDATE core_outboxmessage SET state = 'sending', attempts = attempts + 1, next_at = %s WHERE id = (
    SELECT id FROM core_outboxmessage WHERE state = 'ready' AND next_at <= %s AND channel = %s
    ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""


@dataclass(frozen=True)
class SendResult:
    """What became of the messages of one run; `retried` ones wait, `unknown` and `failed` need a person."""

    sent: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0

    def __bool__(self) -> bool:
        return any((self.sent, self.retried, self.failed, self.unknown))


def enqueue(*, key: str, channel: str, payload: Mapping[str, Any], as_of: datetime) -> bool:
    """Put a message into the outbox, in the caller's transaction; False where this key was there before.

    Channel "mail": see `core.mail.Session.send`; "webhook": see `core.webhooks.Session.send`. Raises
    ValueError for an unknown channel.
    """
    if channel not in CHANNELS:
        raise ValueError(f"channel {channel!r}: choose from {', '.join(CHANNELS)}")
    with connection.cursor() as cursor:
        cursor.execute(ENQUEUE, [key, channel, json.dumps(payload), as_of, as_of])
        return cursor.rowcount == 1


def send_ready(*, as_of: datetime, limit: int = 100, channel: str = MAIL) -> SendResult:
    """Send up to `limit` messages of a channel whose time has come, one after the other; several senders
    share them.

    Must run outside a transaction. A mail server that does not answer ends the run: the rest would fare the
    same. Webhooks go to many ends, so they do not wait for each other; and no mail waits for them.
    """
    outcomes: Counter[str] = Counter(_give_up_the_dead(as_of, channel))
    with _session(channel, as_of) as send:
        for _ in range(limit):
            message = _claim(as_of, channel)
            if message is None:
                break
            outcome, goes_on = _deliver(send, message, as_of)
            outcomes[outcome] += 1
            if not goes_on:
                break
    return SendResult(**outcomes)


def resend(message: OutboxMessage, *, by: Any, as_of: datetime) -> None:
    """Send again what a person decided to: only a failed message or one of which nobody knows.

    Raises ValueError for any other, and where the body is purged already.
    """
    with transaction.atomic():
        stuck = OutboxMessage.objects.filter(
            pk=message.pk, state__in=[OutboxState.UNKNOWN, OutboxState.FAILED]
        )
        changed = stuck.exclude(payload={}).update(
            state=OutboxState.READY, next_at=as_of, attempts=0, error=""
        )
        if not changed:
            raise ValueError(
                f"{message.key}: only an unknown or failed message that still has its body is sent again"
            )
        before = {"state": message.state, "error": message.error}
        audit.record(
            actor=by, verb="resend", object_type="outbox", object_id=message.key, before=before, as_of=as_of
        )


def purge_bodies(*, as_of: datetime) -> int:
    """Empty the bodies older than 30 days that do not wait to be sent; how many. Keys stay."""
    old = OutboxMessage.objects.filter(created_at__lte=as_of - BODIES_KEPT).exclude(payload={})
    return old.exclude(state__in=[OutboxState.READY, OutboxState.SENDING]).update(payload={})


@contextmanager
def _session(channel: str, as_of: datetime) -> Iterator[Callable[[OutboxMessage], str]]:
    """What hands one message over, and returns a remark."""
    if channel == WEBHOOK:
        post = webhooks.Session(as_of=as_of)
        yield lambda message: post.send(message.key, message.payload)
    else:
        with mail.Session() as session:
            yield lambda message: session.send(message.payload)


def _give_up_the_dead(as_of: datetime, channel: str = MAIL) -> dict[str, int]:
    dead = OutboxMessage.objects.filter(state=OutboxState.SENDING, next_at__lte=as_of, channel=channel)
    if channel == WEBHOOK:
        return {"retried": dead.update(state=OutboxState.READY, error=DIED)}
    return {"unknown": dead.update(state=OutboxState.UNKNOWN, error=DIED)}


def _claim(as_of: datetime, channel: str = MAIL) -> OutboxMessage | None:
    """Commit one message as `sending` until `next_at`, an instant that tells this claim from any other."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(CLAIM, [as_of + SENDER_DEAD_AFTER, as_of, channel])
        row = cursor.fetchone()
    return OutboxMessage.objects.get(pk=row[0]) if row else None


def _deliver(
    send: Callable[[OutboxMessage], str], message: OutboxMessage, as_of: datetime
) -> tuple[str, bool]:
    """The outcome, and whether the next message may be tried."""
    try:
        remark = send(message)
    except NotTakenError as error:
        return _not_taken(message, error, as_of), not error.unreachable
    except BaseException as error:
        outcome = _undetermined(message, error, as_of)
        if not isinstance(error, OSError):  # smtplib's errors are OSErrors too; anything else ends the run
            raise
        return outcome, True
    _settle(message, state=OutboxState.SENT, sent_at=as_of, error=remark)
    return "sent", True


def _undetermined(message: OutboxMessage, error: BaseException, as_of: datetime) -> str:
    log.error("message undetermined", extra={"key": message.key}, exc_info=error)
    if message.channel == WEBHOOK:
        return _not_taken(message, NotTakenError(repr(error)), as_of)
    _settle(message, state=OutboxState.UNKNOWN, error=repr(error))
    return "unknown"


def _not_taken(message: OutboxMessage, error: NotTakenError, as_of: datetime) -> str:
    reason = {"key": message.key, "error": str(error), "attempts": message.attempts}
    if error.permanent or message.attempts >= MAX_ATTEMPTS:
        _settle(message, state=OutboxState.FAILED, error=str(error))
        log.error("message failed", extra=reason)
        return "failed"
    _settle(message, state=OutboxState.READY, next_at=as_of + _wait(message.attempts), error=str(error))
    log.warning("message put off", extra=reason)
    return "retried"


def _wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)


def _settle(message: OutboxMessage, *, error: str, **values: Any) -> None:
    """Note the end of this claim, also where it was given up meanwhile; not where a person began another."""
    claim = OutboxMessage.objects.filter(pk=message.pk, next_at=message.next_at)
    remark = error.replace("\x00", "")[:REMARK_LENGTH]
    claim.filter(state__in=[OutboxState.SENDING, OutboxState.UNKNOWN]).update(error=remark, **values)
