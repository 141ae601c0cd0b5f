"""What the worker does for the ground floor; each task is one call."""

from celery import shared_task
from django.utils import timezone

from core import heartbeats, outbox, retention

BATCH = 100


@shared_task
def send_outbox() -> None:
    """Send what lies in the outbox."""
    outbox.send_ready(as_of=timezone.now(), limit=BATCH)


@shared_task
def purge() -> None:
    """Remove what is kept for a time only."""
    retention.purge_all(as_of=timezone.now())


@shared_task
def beat_heartbeat() -> None:
    """Show that beat sends and a worker runs."""
    heartbeats.beat("beat", at=timezone.now())
