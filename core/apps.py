from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Operations")

    def ready(self) -> None:
        # Models can be imported only once all apps are there.
        from core import idempotency, outbox, retention

        retention.register("idempotency keys", idempotency.purge)
        retention.register("outbox bodies", outbox.purge_bodies)
