"""What the worker does for reporting; each task is one call."""

from celery import shared_task
from django.utils import timezone

from reporting.publishing import publish_due
from reporting.watching import sync_breaches


@shared_task
def sweep_breaches() -> None:
    """Open, withdraw and reopen breaches."""
    sync_breaches(as_of=timezone.now())


@shared_task
def publish_due_reports() -> None:
    """Publish and mail the reports whose hour has come."""
    publish_due(as_of=timezone.now())
