"""What the worker does for the ground floor; each task is one call."""

from celery import shared_task
from django.utils import timezone

from core import heartbeats, outbox, retention

BATCH = 100
WEBHOOKS = 20  # each may take 20 seconds, a task has ten minutes


@shared_task
def send_outbox() -> None:
    """Send the mails that lie in the outbox."""
    outbox.send_ready(as_of=timezone.now(), limit=BATCH)


@shared_task
def send_webhooks() -> None:
    """Send the webhooks that lie in the outbox; a slow end keeps no mail waiting."""
    outbox.send_ready(as_of=timezone.now(), limit=WEBHOOKS, channel=outbox.WEBHOOK)


@shared_task
def purge() -> None:
    """Remove what is kept for a time only."""
    now = timezone.now()
    heartbeats.beat("purge", at=now, detail=retention.purge_all(as_of=now))


@shared_task
def beat_heartbeat() -> None:
    """Show that beat sends and a worker runs."""
    heartbeats.beat("beat", at=timezone.now())
