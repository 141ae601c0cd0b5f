"""The Celery application: settings under CELERY_, tasks found in each app's `tasks` module."""

import os

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slahub.settings")

app = Celery("slahub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def say_that_beat_lives(sender: object, **arguments: object) -> None:
    """At once and not after its first interval: `/readyz` waits for it."""
    app.send_task("core.tasks.beat_heartbeat", expires=20)
