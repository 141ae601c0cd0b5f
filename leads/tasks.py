"""What the worker does for facts; each task is one call."""

from celery import shared_task
from django.utils import timezone

from leads import ingestion, uploading

#: Shorter than a task may take; the next turn of beat goes on.
SECONDS = 60.0


@shared_task
def project_ripe() -> None:
    """Show records as they are from now on, where an update was dated ahead."""
    ingestion.project_ripe(as_of=timezone.now())


@shared_task
def import_uploaded() -> None:
    """Go on with the files that were uploaded on the page."""
    uploading.work(clock=timezone.now, seconds=SECONDS)
