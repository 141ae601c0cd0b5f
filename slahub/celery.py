"""The Celery application: settings under CELERY_, tasks found in each app's `tasks` module."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slahub.settings")

app = Celery("slahub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
