"""What the worker does for facts; each task is one call."""

from celery import shared_task
from django.utils import timezone

from leads import ingestion


@shared_task
def project_ripe() -> None:
    """Show records as they are from now on, where an update was dated ahead."""
    ingestion.project_ripe(as_of=timezone.now())
