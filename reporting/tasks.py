"""What the worker does for reporting; each task is one call."""

from celery import shared_task
from django.utils import timezone

from reporting.noticing.channels import pause_failing
from reporting.noticing.clocks import tell_due
from reporting.noticing.mailing import mail_due
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


@shared_task
def tell_notices() -> None:
    """Tell what came to be at risk, and mail what waits for people who work now."""
    tell_due(as_of=timezone.now())
    mail_due(as_of=timezone.now())


@shared_task
def watch_channels() -> None:
    """Pause the channels of teams at which nothing arrives any more."""
    pause_failing(as_of=timezone.now())
