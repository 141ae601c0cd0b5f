from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        # Models can be imported only once all apps are there.
        from core import retention, webhooks
        from reporting import mailbox
        from reporting.noticing import channels, keeping

        retention.register("received mails", mailbox.purge)
        retention.register("notices", keeping.purge)
        webhooks.register(channels.KIND_OF_DESTINATION, channels.destination)
