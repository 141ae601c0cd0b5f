from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        # Models can be imported only once all apps are there.
        from core import retention
        from reporting import mailbox

        retention.register("received mails", mailbox.purge)
