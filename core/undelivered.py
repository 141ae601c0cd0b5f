"""Messages that did not leave the house: how many wait, which need a person, and what that person decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, QuerySet

from core import audit
from core.enums import OutboxState
from core.models import OutboxMessage

STUCK = (OutboxState.UNKNOWN, OutboxState.FAILED)
UNDER_WAY = (OutboxState.READY, OutboxState.SENDING)
RESTORED = "It waited when the backup was made that was restored since; it may have been sent meanwhile."


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages under way and stuck, by state; since when the oldest due one waits, none where none is due."""

    counts: dict[str, int]
    oldest: datetime | None


def waiting(*, as_of: datetime) -> Waiting:
    """What the outbox holds beside what it has sent."""
    under_way = OutboxMessage.objects.filter(state__in=UNDER_WAY)
    counts = dict.fromkeys(map(str, (*UNDER_WAY, *STUCK)), 0)
    for messages in (under_way, stuck()):
        counts |= dict(messages.order_by().values_list("state").annotate(n=Count("id")))
    due = under_way.filter(next_at__lte=as_of).aggregate(oldest=Min("created_at"))
    return Waiting(counts, due["oldest"])


def stuck() -> QuerySet[OutboxMessage]:
    """Failed messages and those of which nobody knows, as long as they can still be sent again."""
    return OutboxMessage.objects.filter(state__in=STUCK).exclude(payload={})


@transaction.atomic
def leave(message: OutboxMessage, *, by: Any, as_of: datetime) -> None:
    """Decide that a stuck message is not sent again: its text is removed, its row and its key stay.

    Raises ValueError for a message that is not stuck, or was decided upon before.
    """
    if not stuck().filter(pk=message.pk).update(payload={}):
        raise ValueError(f"{message.key}: only an unknown or failed message that still has its body is left")
    audit.record(
        actor=by,
        verb="leave",
        object_type="outbox",
        object_id=message.key,
        before={"state": message.state, "error": message.error},
        as_of=as_of,
    )


def hold_mails() -> int:
    """After a restore: mails that waited then may have left since, so only a person sends them; how many.

    A mail is never sent twice, whatever happens; webhooks are at least once and keep their turn.
    """
    mails = OutboxMessage.objects.filter(channel="mail", state__in=UNDER_WAY)
    return mails.update(state=OutboxState.UNKNOWN, error=RESTORED)
