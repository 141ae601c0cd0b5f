"""The project's own room: commands that run the stack."""

from django.apps import AppConfig

# Imported so that every process binds the apps' shared tasks to this Celery application.
from slahub.celery import app as celery_app

__all__ = ["SlahubConfig", "celery_app"]


class SlahubConfig(AppConfig):
    name = "slahub"
    verbose_name = "SLA Hub"

    def ready(self) -> None:
        # Models can be imported only once all apps are there.
        from core import retention
        from slahub import sessions

        retention.register("ended sessions", sessions.purge)
