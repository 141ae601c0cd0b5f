from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Facts")

    def ready(self) -> None:
        # Models can be imported only once all apps are there.
        from core import retention
        from leads import uploading
        from leads.ingestion import quarantine

        retention.register("refused rows", quarantine.purge)
        retention.register("uploaded files", uploading.purge)
